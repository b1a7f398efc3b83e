"""Embeddings of messages, kept beside the index so that a day's new ones are all that is embedded.

Only digests and vectors are kept, never text; what a run doesn't use is forgotten by it.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bot.data_folder import VECTORS
from retrieval.embedder import Embedder, Floats

_BATCH = 64
_DIGEST = 16


class VectorCache:
    """Embeds texts, those it knows without the model.

    Args:
        folder: Where the vectors are kept; ``None`` keeps none.
        embedder: The model.
    """

    def __init__(self, folder: Path | None, embedder: Embedder) -> None:
        self._file = None if folder is None else folder / VECTORS
        self._embedder = embedder
        self._known = self._read()
        self._used: dict[bytes, Floats] = {}

    def vectors(self, texts: Sequence[str]) -> Floats:
        """One normalised vector a text, shape (n, d)."""
        digests = [self._digest(text) for text in texts]
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

    def embed(self, texts: Sequence[str]) -> Floats:
        """The same, by the name that the model has for it."""
        return self.vectors(texts)

    def save(self) -> None:
        """Keeps what was used since the start, and forgets the rest.

        Raises:
            OSError: The folder cannot be written to.
        """
        if self._file is None or not self._used:
            return
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._file.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            np.savez(
                out,
                digests=np.frombuffer(b"".join(self._used), np.uint8).reshape(-1, _DIGEST),
                vectors=np.stack(list(self._used.values())).astype(np.float16),
            )
        draft.replace(self._file)

    def _digest(self, text: str) -> bytes:
        """Names text and model, so that vectors of another model are never taken."""
        hashed = hashlib.sha256(f"{self._embedder.sha256}\0{text}".encode())
        return hashed.digest()[:_DIGEST]

    def _read(self) -> dict[bytes, Floats]:
        if self._file is None or not self._file.is_file():
            return {}
        try:
            with np.load(self._file, allow_pickle=False) as arrays:
                digests, vectors = arrays["digests"], arrays["vectors"]
        except (OSError, ValueError, KeyError, BadZipFile):
            return {}  # half a file: embedded anew
        return {bytes(d): v.astype(np.float32) for d, v in zip(digests, vectors, strict=True)}
