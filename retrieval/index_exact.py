"""The plain NumPy vector index: what the fast one is checked against."""

from collections.abc import Sequence

import numpy as np

from retrieval.embedder import Floats
from retrieval.index import Rows


class ExactIndex:
    """Compares with every row.

    Args:
        vectors: Shape (n, d), each row of length 1.
    """

    def __init__(self, vectors: Floats) -> None:
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, vector: Floats, limit: int, within: Sequence[range]) -> tuple[Rows, Floats]:
        """The nearest rows inside the runs, best first."""
        if not within:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        rows = np.concatenate([np.arange(run.start, run.stop) for run in within])
        scores = np.concatenate([self._vectors[run.start : run.stop] @ vector for run in within])
        best = np.argsort(-scores, kind="stable")[:limit]
        return rows[best], scores[best]

    def scores(self, vector: Floats, rows: Rows) -> Floats:
        """Cosines of the given rows."""
        return np.asarray(self._vectors[rows] @ vector, np.float32)
