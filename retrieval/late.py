"""Late interaction: compares each word piece of a query with each of a passage.

Khattab and Zaharia, ColBERT (2020), on the token vectors of a plain sentence model. Token vectors
are kept in 8 bits with a scale each, which loses nothing measurable.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Floats

_LEVELS = 127


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """Token vectors of all passages, usually mapped from disk.

    Attributes:
        values: Shape (tokens, d).
        scales: Shape (tokens,): value times scale is the vector.
        starts: Shape (passages + 1,): first token of each passage.
    """

    values: NDArray[np.int8]
    scales: Floats
    starts: NDArray[np.int64]

    def max_sim(self, query: Floats, passages: Sequence[int]) -> Floats:
        """Mean over query tokens of the best cosine, one a passage.

        Args:
            query: Shape (t, d), normalised. Without tokens every score is 0.
            passages: Numbers of the passages to score.
        """
        scores = np.zeros(len(passages), np.float32)
        spans = [(int(self.starts[p]), int(self.starts[p + 1])) for p in passages]
        filled = [place for place, (first, last) in enumerate(spans) if last > first]
        if not filled or not len(query):
            return scores
        values = np.concatenate([self.values[slice(*spans[place])] for place in filled])
        scales = np.concatenate([self.scales[slice(*spans[place])] for place in filled])
        cosines = (values.astype(np.float32) @ query.T) * scales[:, None]
        sizes = [spans[place][1] - spans[place][0] for place in filled]
        edges = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        scores[filled] = np.maximum.reduceat(cosines, edges, axis=0).mean(axis=1)
        return scores


def quantise(tokens: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Eight-bit values and their scales."""
    largest = np.maximum(np.abs(tokens).max(axis=1, initial=0.0), 1e-12)
    values = np.rint(tokens / largest[:, None] * _LEVELS).astype(np.int8)
    return values, (largest / _LEVELS).astype(np.float32)
