"""The default vector index: faiss, exact inner product over a flat table."""

from collections.abc import Sequence
from typing import Any

import faiss
import numpy as np

from retrieval.embedder import Floats
from retrieval.index import Rows

_faiss: Any = faiss  # its Python layer changes signatures at import, its stubs don't know


class FaissIndex:
    """Same answers as ``ExactIndex``, faster on many rows.

    Args:
        vectors: Shape (n, d), each row of length 1. Kept for scoring single rows.
    """

    def __init__(self, vectors: Floats) -> None:
        self._vectors = np.ascontiguousarray(vectors, np.float32)
        self._index = _faiss.IndexFlatIP(self._vectors.shape[1])
        self._index.add(self._vectors)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Floats, limit: int, within: Sequence[range]) -> tuple[Rows, Floats]:
        """The nearest rows inside the runs, best first."""
        room = sum(len(run) for run in within)
        if room == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        # A single run is cut out of the table before the comparison starts; several need a
        # bitmap, which faiss asks for each row before it computes anything.
        selector = (
            _faiss.IDSelectorRange(within[0].start, within[0].stop)
            if len(within) == 1
            else _faiss.IDSelectorBitmap(_bitmap(within, len(self)))
        )
        scores, rows = self._index.search(
            np.ascontiguousarray(vector, np.float32)[None],
            min(limit, room),
            params=_faiss.SearchParameters(sel=selector),
        )
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    def scores(self, vector: Floats, rows: Rows) -> Floats:
        """Cosines of the given rows."""
        return np.asarray(self._vectors[rows] @ vector, np.float32)


def _bitmap(within: Sequence[range], size: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    allowed = np.zeros(size, np.bool_)
    for run in within:
        allowed[run.start : run.stop] = True
    return np.packbits(allowed, bitorder="little")
