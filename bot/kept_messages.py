"""What reports keep of customers' messages from run to run: digests, vectors and groups, no text.

One file a source of conversations, written whole or not at all, so that vectors and groups go
together: retention takes rows out of it, an erasure the whole of it (``bot.data_folder``).
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from bot.data_folder import vector_files

DIGEST = 16
"""Bytes of a digest."""

UNGROUPED = -1
"""Group of a text that is in none."""


@dataclass(frozen=True, slots=True)
class KeptMessages:
    """The texts of a run, n rows.

    Attributes:
        digests: Of model and text, shape (n, 16).
        vectors: Normalised embeddings, shape (n, d).
        newest: When a customer wrote the text last, seconds since 1970, shape (n,); infinite where
            the knowledge base says it.
        groups: Which of the run's groups it is in, shape (n,).
        settled: Whether the last grouping of all messages saw it, shape (n,).
        valid_for: What that grouping holds for; empty where there was none.
        settled_at: When it was, seconds since 1970.
    """

    digests: npt.NDArray[np.uint8]
    vectors: npt.NDArray[np.float16]
    newest: npt.NDArray[np.float64]
    groups: npt.NDArray[np.int64]
    settled: npt.NDArray[np.bool_]
    valid_for: str = ""
    settled_at: float = 0.0


def read_kept(file: Path) -> KeptMessages | None:
    """What a file holds; ``None`` where there is none, or only half of one."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            return KeptMessages(
                digests=arrays["digests"],
                vectors=arrays["vectors"],
                newest=arrays["newest"],
                groups=arrays["groups"],
                settled=arrays["settled"],
                valid_for=str(arrays["valid_for"]),
                settled_at=float(arrays["settled_at"]),
            )
    except (OSError, ValueError, KeyError, BadZipFile, EOFError):
        return None


def write_kept(file: Path, kept: KeptMessages) -> None:
    """Puts a file in place of the last one.

    Raises:
        OSError: The folder cannot be written to.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        np.savez(
            out,
            digests=kept.digests,
            vectors=kept.vectors,
            newest=kept.newest,
            groups=kept.groups,
            settled=kept.settled,
            valid_for=np.array(kept.valid_for),
            settled_at=np.array(kept.settled_at),
        )
    draft.replace(file)


def forget_before(data: Path, before: datetime) -> None:
    """Take out what customers wrote last before a time; a file that can't be read goes whole.

    Raises:
        OSError: A file cannot be replaced or deleted.
    """
    for file in vector_files(data):
        kept = read_kept(file)
        if kept is None:
            file.unlink(missing_ok=True)
            continue
        stays = kept.newest >= before.timestamp()
        if not stays.all():
            write_kept(file, _rows(kept, stays))


def _rows(kept: KeptMessages, which: npt.NDArray[np.bool_]) -> KeptMessages:
    return KeptMessages(
        kept.digests[which],
        kept.vectors[which],
        kept.newest[which],
        kept.groups[which],
        kept.settled[which],
        kept.valid_for,
        kept.settled_at,
    )
