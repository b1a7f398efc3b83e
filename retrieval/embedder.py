"""The seam to an embedding model: texts in, normalised vectors out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text after one forward pass.

    Attributes:
        vector: Shape (d,), length 1; zeros for a text without any word.
        tokens: Shape (t, d), each row of length 1: the word pieces in their context, without
            the model's own start and end marks.
    """

    vector: Floats
    tokens: Floats


class Embedder(Protocol):
    """Turns texts into vectors. Deterministic, and safe to call from several threads.

    A text longer than the model reads is cut at its end, never refused. The result has as many
    rows as there are texts; no texts give shape (0, d).
    """

    @property
    def name(self) -> str:
        """Name of the model, for records."""
        ...

    @property
    def dimension(self) -> int:
        """Length d of a vector."""
        ...

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights: equal hashes give interchangeable vectors."""
        ...

    @property
    def files(self) -> Mapping[str, str]:
        """Name and SHA-256 of each file that was read, for the manifest."""
        ...

    def embed(self, texts: Sequence[str]) -> Floats:
        """One normalised vector a text, shape (n, d)."""
        ...

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Vectors together with token vectors, from the same forward pass."""
        ...
