"""The seam to a vector index: nearest rows by inner product, inside given runs of rows."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Floats

Rows = NDArray[np.int64]


class VectorIndex(Protocol):
    """Rows of normalised vectors. Rows outside the runs are never compared with the query."""

    def __len__(self) -> int:
        """Number of rows."""
        ...

    def search(self, vector: Floats, limit: int, within: Sequence[range]) -> tuple[Rows, Floats]:
        """The nearest rows inside the runs with their cosines, best first, at most ``limit``.

        The runs are ascending and don't overlap. No runs give no rows.
        """
        ...

    def scores(self, vector: Floats, rows: Rows) -> Floats:
        """Cosines of the given rows, in their order."""
        ...
