"""Embeddings of messages, kept beside the index so that a day's new ones are all that is embedded.

Only digests, vectors and groups are kept, never text; what a run doesn't use is forgotten by it.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bot.data_folder import VECTORS
from bot.kept_messages import DIGEST, UNGROUPED, KeptMessages, read_kept, write_kept
from retrieval.embedder import Embedder, Floats

_BATCH = 2048
"""Texts at a time, of which the model takes those of one length together."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """How messages were grouped last, by the digests of their texts.

    Attributes:
        valid_for: Model, index and space that it holds for.
        settled_at: When all of them were last grouped anew.
        groups: The group of each.
        settled: Those which that grouping saw; the rest came later.
    """

    valid_for: str
    settled_at: datetime
    groups: Mapping[bytes, int]
    settled: frozenset[bytes]


class VectorCache:
    """Embeds texts, those it knows without the model.

    Args:
        folder: Where the vectors are kept; ``None`` keeps none.
        embedder: The model.
        name: Name of the file.
    """

    def __init__(self, folder: Path | None, embedder: Embedder, name: str = VECTORS) -> None:
        self._file = None if folder is None else folder / name
        self._embedder = embedder
        self._found = self._stamp()
        self._known: dict[bytes, Floats] = {}
        self._used: dict[bytes, Floats] = {}
        self._newest: dict[bytes, float] = {}
        self.grouping = self._read()

    def vectors(self, texts: Sequence[str]) -> Floats:
        """One normalised vector a text, shape (n, d)."""
        digests = self.digests(texts)
        new = {d: t for d, t in zip(digests, texts, strict=True) if d not in self._known}
        wanted = list(new)
        for start in range(0, len(wanted), _BATCH):
            some = wanted[start : start + _BATCH]
            for digest, vector in zip(
                some, self._embedder.embed([new[d] for d in some]), strict=True
            ):
                self._known[digest] = vector
        self._used.update((d, self._known[d]) for d in digests)
        if not digests:
            return np.zeros((0, self._embedder.dimension), np.float32)
        return np.stack([self._known[d] for d in digests]).astype(np.float32)

    def said(self, texts: Sequence[str], at: Sequence[datetime]) -> Floats:
        """The same of what customers wrote, with when: retention takes it away by that.

        A text that was asked for before without a time is the knowledge base's, and stays.
        """
        for digest, when in zip(self.digests(texts), at, strict=True):
            fallback = math.inf if digest in self._used else -math.inf
            seconds = self._newest.get(digest, fallback)
            self._newest[digest] = max(seconds, when.timestamp())
        return self.vectors(texts)

    def embed(self, texts: Sequence[str]) -> Floats:
        """The same as ``vectors``, by the name that the model has for it."""
        return self.vectors(texts)

    def digests(self, texts: Sequence[str]) -> list[bytes]:
        """Name text and model, so that vectors of another model are never taken."""
        model = f"{self._embedder.sha256}\0"
        return [hashlib.sha256(f"{model}{text}".encode()).digest()[:DIGEST] for text in texts]

    def save(self) -> None:
        """Keeps what was used since the start with its grouping, and forgets the rest.

        Where the file is another than was read, somebody's words were taken out of it, or another
        run was faster: then it stays, and the next run embeds what it lacks.

        Raises:
            OSError: The folder cannot be written to.
        """
        if self._file is None or not self._used or self._stamp() != self._found:
            return
        grouping, used = self.grouping, list(self._used)
        groups: Mapping[bytes, int] = grouping.groups if grouping is not None else {}
        settled: frozenset[bytes] = grouping.settled if grouping is not None else frozenset()
        write_kept(
            self._file,
            KeptMessages(
                digests=np.frombuffer(b"".join(used), np.uint8).reshape(-1, DIGEST),
                vectors=np.stack(list(self._used.values())).astype(np.float16),
                newest=np.array([self._newest.get(d, math.inf) for d in used], np.float64),
                groups=np.array([groups.get(d, UNGROUPED) for d in used], np.int64),
                settled=np.array([d in settled for d in used], bool),
                valid_for=grouping.valid_for if grouping is not None else "",
                settled_at=grouping.settled_at.timestamp() if grouping is not None else 0.0,
            ),
        )
        self._found = self._stamp()

    def _stamp(self) -> tuple[int, int] | None:
        """Tells one state of the file from another."""
        if self._file is None:
            return None
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_ino

    def _read(self) -> Grouping | None:
        kept = read_kept(self._file) if self._file is not None else None
        if kept is None:
            return None
        digests = [bytes(row) for row in kept.digests]
        self._known = dict(zip(digests, kept.vectors.astype(np.float32), strict=True))
        if not kept.valid_for:
            return None
        return Grouping(
            valid_for=kept.valid_for,
            settled_at=datetime.fromtimestamp(kept.settled_at, UTC),
            groups={
                digest: group
                for digest, group in zip(digests, kept.groups.tolist(), strict=True)
                if group != UNGROUPED
            },
            settled=frozenset(
                d for d, is_settled in zip(digests, kept.settled, strict=True) if is_settled
            ),
        )
