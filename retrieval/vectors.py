"""Everything that the embedding model contributes to an index."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Floats
from retrieval.index import VectorIndex
from retrieval.late import TokenVectors


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of windows, titles and tokens.

    Attributes:
        index: Window vectors; those of a passage are neighbours.
        starts: Shape (passages + 1,): first window of each passage.
        titles: Shape (articles, d).
        tokens: Token vectors, ``None`` when late interaction is switched off.
    """

    index: VectorIndex
    starts: NDArray[np.int64]
    titles: Floats
    tokens: TokenVectors | None

    def windows(self, passages: range) -> range:
        """Rows of the index that belong to neighbouring passages."""
        return range(int(self.starts[passages.start]), int(self.starts[passages.stop]))

    def nearest(self, vector: Floats, limit: int, within: Sequence[range]) -> NDArray[np.int64]:
        """Passages of the nearest windows inside runs of passages."""
        rows, _ = self.index.search(vector, limit, [self.windows(run) for run in within])
        return np.searchsorted(self.starts, rows, side="right").astype(np.int64) - 1

    def cosines(self, vector: Floats, passages: NDArray[np.int64]) -> Floats:
        """Best window of each passage; every passage has at least one."""
        first, last = self.starts[passages], self.starts[passages + 1]
        sizes = last - first
        edges = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        rows = np.arange(int(sizes.sum())) - np.repeat(edges - first, sizes)
        return np.maximum.reduceat(self.index.scores(vector, rows), edges)
