"""An embedder without a model: hashed words and letter triples. For tests and tiny installs."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from retrieval.embedder import Encoded, Floats

_WORD = re.compile(r"\w+")
_TRIPLE_WEIGHT = 0.35


class HashingEmbedder:
    """Texts that share words, or parts of words, get near vectors. Knows no synonyms.

    Args:
        dimension: Length of a vector.
    """

    def __init__(self, dimension: int = 128) -> None:
        self._dimension = dimension

    @property
    def name(self) -> str:
        """Name of the model, for records."""
        return f"hashing-{self._dimension}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def sha256(self) -> str:
        """There are no weights: the hash of the name stands for the algorithm."""
        return hashlib.sha256(self.name.encode()).hexdigest()

    @property
    def files(self) -> Mapping[str, str]:
        """No file is read."""
        return {}

    def embed(self, texts: Sequence[str]) -> Floats:
        """One normalised vector a text."""
        if not texts:
            return np.zeros((0, self._dimension), np.float32)
        return np.stack([encoded.vector for encoded in self.encode(texts)])

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Token vectors are those of the words; the text's vector is their normalised sum."""
        return [self._encode(text) for text in texts]

    def _encode(self, text: str) -> Encoded:
        words = _WORD.findall(text.lower())
        if not words:
            nothing = np.zeros(self._dimension, np.float32)
            return Encoded(nothing, np.zeros((0, self._dimension), np.float32))
        tokens = np.stack([_word_vector(word, self._dimension) for word in words])
        return Encoded(_normalised(tokens.sum(axis=0)), tokens)


@lru_cache(maxsize=50_000)
def _word_vector(word: str, dimension: int) -> Floats:
    vector = _direction(word, dimension)
    padded = f"^{word}$"
    for start in range(len(padded) - 2):
        vector = vector + _TRIPLE_WEIGHT * _direction(padded[start : start + 3], dimension)
    return _normalised(vector)


@lru_cache(maxsize=50_000)
def _direction(key: str, dimension: int) -> Floats:
    seed = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
    return _normalised(np.random.default_rng(seed).standard_normal(dimension, np.float32))


def _normalised(vector: Floats) -> Floats:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
