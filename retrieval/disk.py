"""What a disk refuses, in words that somebody can act on."""

import errno
import shutil
from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_NO_FOLDER = frozenset({errno.ENOTDIR, errno.EEXIST})
_NEARLY_NOTHING = 1_000_000


def refusal(error: OSError, place: Path) -> str:
    """Why ``place`` could not be used, and the way out; no number of an error.

    Args:
        error: What the system said.
        place: The file or folder that somebody knows by name; it need not exist.
    """
    if error.errno in _FULL or (error.errno is None and _full(place)):
        return "the disk is full; free some space"
    if error.errno == errno.EROFS:
        return "the file system is read-only; mount it writable"
    if error.errno in _FORBIDDEN:
        return "this user may not; change its owner or permissions"
    if error.errno == errno.EISDIR:
        return "is a folder, not a file"
    if error.errno in _NO_FOLDER:
        return f"{_in_the_way(place)} is not a folder"
    return (error.strerror or str(error)).lower()


def _full(place: Path) -> bool:
    """Whether nothing is left there; numpy tells of a full disk without saying so."""
    for folder in (place, *place.absolute().parents):
        if folder.is_dir():
            return shutil.disk_usage(folder).free < _NEARLY_NOTHING
    return False


def _in_the_way(place: Path) -> Path:
    """What stands where a folder is needed."""
    for each in (place, *place.parents):
        if (each.exists() or each.is_symlink()) and not each.is_dir():
            return each
    return place
