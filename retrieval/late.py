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

    def max_sim(self, query: Floats, passages: Sequence[int], skipped: int = 0) -> Floats:
        """Mean over query tokens of the best cosine, one a passage.

        Args:
            query: Shape (t, d), normalised. Without tokens every score is 0.
            passages: Numbers of the passages to score.
            skipped: Tokens at the beginning of each passage that aren't compared.
        """
        scores = np.zeros(len(passages), np.float32)
        spans = [(int(self.starts[p]) + skipped, int(self.starts[p + 1])) for p in passages]
        if not len(query) or not spans:
            return scores
        across = np.ascontiguousarray(query.T)
        # One passage at a time through one buffer: it stays in the processor's cache, which is
        # several times faster than unpacking all passages at once.
        longest = max(0, *(last - first for first, last in spans))
        buffer = np.empty((longest, len(across)), np.float32)
        for place, (first, last) in enumerate(spans):
            if last > first:
                unpacked = buffer[: last - first]
                unpacked[...] = self.values[first:last]
                cosines = (unpacked @ across) * self.scales[first:last, None]
                scores[place] = cosines.max(axis=0).mean()
        return scores


def quantise(tokens: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Eight-bit values and their scales."""
    largest = np.maximum(np.abs(tokens).max(axis=1, initial=0.0), 1e-12)
    values = np.rint(tokens / largest[:, None] * _LEVELS).astype(np.int8)
    return values, (largest / _LEVELS).astype(np.float32)
