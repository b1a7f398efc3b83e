"""The folder of generations: one build at a time, and a pointer that is swapped whole.

Nothing here knows what a generation holds. A build that dies leaves a staging folder that the next
one sweeps away, and the generation before goes on serving.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import IOBase
from pathlib import Path

from retrieval.disk import refusal
from retrieval.errors import IndexLockedError, IndexMissingError, IndexWriteError
from retrieval.manifest import (
    CURRENT,
    MANIFEST,
    Manifest,
    generation_folder,
    index_folder,
    read_manifest,
    verify,
)
from retrieval.model import sha256_of

_LOCK = ".lock"
_STAGING = ".staging-"


def rollback(data_dir: Path) -> Manifest:
    """Makes the generation before the serving one serve again, after checking that it is whole.

    Raises:
        IndexMissingError: When there is none.
        IndexDamagedError: When it is damaged; the pointer stays.
        IndexLockedError: When a build is running.
    """
    home = index_folder(data_dir)
    folder = generation_folder(data_dir)
    with disk_errors(home), hold(home):
        previous = read_manifest(folder).previous
        if not previous or not (home / previous).is_dir():
            raise IndexMissingError(f"{folder.name} has no earlier generation to go back to")
        manifest = verify(home / previous)
        point_to(home, previous)
        return manifest


def new_staging(home: Path) -> Path:
    """A new folder that nobody reads."""
    folder = home / f"{_STAGING}{os.getpid()}-{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def is_staging(folder: Path) -> bool:
    """Whether a folder is not published yet."""
    return folder.name.startswith(_STAGING)


def new_name(home: Path) -> str:
    """Names sort by time; the random end keeps two builds within a second apart."""
    while (home / (name := f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}")).exists():
        pass
    return name


def hold(home: Path) -> IOBase:
    """Holds everybody else off until what is returned is closed, or this process dies.

    Raises:
        IndexLockedError: When another build holds it.
    """
    opened = (home / _LOCK).open("w", encoding="utf-8")
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        opened.close()
        raise IndexLockedError(f"another build works on {home}; wait for its end") from error
    return opened


def sweep(home: Path) -> None:
    """Deletes what dead builds left. Only called while the lock is held."""
    for left in home.glob(f"{_STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)


def keep_only(home: Path, names: set[str]) -> None:
    """Deletes every other published generation."""
    for folder in home.iterdir():
        if folder.is_dir() and folder.name not in names and not folder.name.startswith("."):
            shutil.rmtree(folder, ignore_errors=True)


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file but the manifest, by name."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != MANIFEST)
    return {file.relative_to(folder).as_posix(): sha256_of(file) for file in files}


def sync(folder: Path) -> None:
    """Waits until all of a folder is on the disk: files first, then the folders that name them."""
    for file in folder.rglob("*"):
        _sync_one(file)
    _sync_one(folder)


def _sync_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def point_to(home: Path, name: str) -> None:
    """Makes a generation the serving one, all at once."""
    pointer = home / f"{CURRENT}.new"
    pointer.write_text(f"{name}\n", "utf-8")
    _sync_one(pointer)
    pointer.replace(home / CURRENT)
    _sync_one(home)


@contextmanager
def disk_errors(home: Path) -> Iterator[None]:
    """What the disk refuses meanwhile is an error of the index, which names the way out.

    Raises:
        IndexWriteError: When the disk is full or refuses.
    """
    try:
        yield
    except OSError as error:
        still = "; the index that was there still serves" if (home / CURRENT).is_file() else ""
        raise IndexWriteError(f"{home} can't be written: {refusal(error, home)}{still}") from error
