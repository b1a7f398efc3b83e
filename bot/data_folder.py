"""The data folder: looked at before a command works in it, so that what is wrong is said once."""

import tempfile
from pathlib import Path

from bot.errors import ConfigurationError
from retrieval.disk import refusal

INSIGHTS = "insights"
"""Folder of the data folder with what reports keep from run to run."""

VECTORS = "message_vectors.npz"
"""Its file with embeddings and groups of customers' messages."""

EXPORT_VECTORS = "export_vectors.npz"
"""The same of conversations that were read from a file."""

SNAPSHOT = "snapshot.json"
"""Its file with what content owners' pages show: figures and ids, no message."""

BOARDS = "boards.json"
"""Its file with what evaluators' page shows: figures and ids, no message."""

PREVIEWS = "previews"
"""Its folder with edits whose preview was asked for."""

_WAY_OUT = "name another folder with --data or FIRSTLINE_DATA"


class DataFolderError(ConfigurationError):
    """The data folder can't be used."""


def forget_vectors(data: Path) -> None:
    """Delete the kept embeddings of messages: whose words go, theirs go too. Reports make new ones.

    Raises:
        OSError: A file cannot be deleted.
    """
    for file in vector_files(data):
        file.unlink(missing_ok=True)


def vector_files(data: Path) -> tuple[Path, ...]:
    """The files with embeddings of messages, whether there or not."""
    return data / INSIGHTS / VECTORS, data / INSIGHTS / EXPORT_VECTORS


def require_folder(data: Path) -> None:
    """See that nothing but a folder stands there; it may be missing, and is not written to.

    Raises:
        DataFolderError: A file stands there or above, or this user may not look.
    """
    for place in (data, *data.parents):
        try:
            if place.is_dir():
                return
            if place.exists() or place.is_symlink():
                raise DataFolderError(_not_a_folder(data, place))
        except OSError as error:
            raise DataFolderError(_refused("read", data, error)) from error


def make_writable(data: Path) -> bool:
    """Make the folder where it is missing, and see that files can be written in it.

    Returns:
        Whether it was made now.

    Raises:
        DataFolderError: It is no folder, can't be made, or can't be written to.
    """
    require_folder(data)
    missing = not data.exists()
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(_refused("made", data, error)) from error
    try:
        with tempfile.TemporaryFile(dir=data) as probe:
            probe.write(b"firstline")
    except OSError as error:
        raise DataFolderError(_refused("written to", data, error)) from error
    return missing


def _not_a_folder(data: Path, place: Path) -> str:
    kind = "a link that leads nowhere" if place.is_symlink() else "a file"
    where = "it" if place == data else str(place)
    return f"data folder {data} can't be used: {where} is {kind}, not a folder; {_WAY_OUT}"


def _refused(what: str, data: Path, error: OSError) -> str:
    return f"data folder {data} can't be {what}: {refusal(error, data)}, or {_WAY_OUT}"
