"""The space in which messages are compared, and whether they are about our topics at all.

Two messages of one intent differ in ways that don't matter: politeness, length, who is speaking.
Where the knowledge base has intents with examples, these differences are measured (the covariance
within intents) and divided out, so that what is left tells topics apart, those that no intent
covers, too (within-class covariance normalisation, Hatch et al. 2006).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.intent import NEIGHBOURS, mean_of_best
from retrieval.embedder import Floats

LEAST_INTENTS = 10
LEAST_EXAMPLES = 200
"""With fewer examples the differences within intents can't be told from those between."""

_FEW_EXAMPLES = 30
"""Fewer don't even tell what is ours: the articles do."""

_SHRINK = 0.3
_MERGE_WITHIN = 0.2
_MERGE_PLAIN = 0.5

_NEAR_EXAMPLE = 0.6
"""Mean cosine with the nearest examples from which on a message is near one. Of messages that a
person took over at high risk, about a fiftieth of those whose intent has examples lies below."""
_NEAR_ARTICLE = 0.55
_SCOPE = 0.42
_SCOPE_AHEAD = 0.11
_SCOPE_ARTICLE = 0.40
_ROWS = 1024


@dataclass(frozen=True, slots=True)
class Space:
    """How messages are compared.

    Attributes:
        examples: In-scope examples, shape (e, d); none where there are no intents.
        outside: Examples of what is out of scope, shape (o, d).
        centre: Mean of the examples, shape (d,).
        matrix: Divides out the differences within intents, shape (d, d); ``None`` leaves as is.
    """

    examples: Floats
    outside: Floats
    centre: Floats
    matrix: Floats | None

    @classmethod
    def of(
        cls, examples: Floats, labels: Sequence[str], outside: Floats, dimension: int
    ) -> "Space":
        """The space that labelled examples span; too few of them tell nothing.

        Args:
            examples: Shape (e, d), normalised.
            labels: Intent of each.
            outside: Out-of-scope examples, shape (o, d).
            dimension: Length d of a vector.
        """
        if len(examples) < _FEW_EXAMPLES:
            return cls(examples[:0], outside, np.zeros(dimension, np.float32), None)
        centre = examples.mean(axis=0)
        enough = len(set(labels)) >= LEAST_INTENTS and len(examples) >= LEAST_EXAMPLES
        return cls(examples, outside, centre, _within(examples, labels) if enough else None)

    @property
    def merge(self) -> float:
        """Mean cosine from which on two groups of messages are one."""
        return _MERGE_PLAIN if self.matrix is None else _MERGE_WITHIN

    def placed(self, vectors: Floats) -> Floats:
        """Embeddings in this space, each of length 1, shape (n, d)."""
        if self.matrix is None:
            return vectors
        moved = (vectors - self.centre) @ self.matrix
        lengths = np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        return np.asarray(moved / lengths, np.float32)

    def nearness(self, vectors: Floats) -> Floats:
        """Mean cosine with the nearest examples, shape (n,); without intents all are 0."""
        return _near(vectors, self.examples)

    def is_near(self, nearness: float) -> bool:
        """Whether a message with this nearness is near an example."""
        return nearness >= _NEAR_EXAMPLE

    def ours(self, vectors: Floats, articles: Sequence[float]) -> bool:
        """Whether a group of messages is about what the knowledge base is about.

        Args:
            vectors: The group's embeddings, shape (n, d).
            articles: Cosine of the nearest article to each of some of its messages.
        """
        if not len(self.examples):
            return bool(articles) and float(np.median(articles)) >= _SCOPE_ARTICLE
        near, far = self.nearness(vectors), _near(vectors, self.outside)
        ahead = float(np.median(near - far)) if len(self.outside) else _SCOPE_AHEAD
        return float(np.median(near)) >= _SCOPE and ahead >= _SCOPE_AHEAD


def near_article(cosine: float) -> bool:
    """Whether an article with this cosine is near, where there are no examples to ask."""
    return cosine >= _NEAR_ARTICLE


def _near(vectors: Floats, examples: Floats) -> Floats:
    if len(examples) < NEIGHBOURS:
        return np.zeros(len(vectors), np.float32)
    parts = [
        mean_of_best(vectors[start : start + _ROWS] @ examples.T)
        for start in range(0, len(vectors), _ROWS)
    ]
    return np.concatenate([np.zeros(0), *parts]).astype(np.float32)


def _within(examples: Floats, labels: Sequence[str]) -> Floats:
    """Inverse square root of the covariance within intents, drawn towards a sphere."""
    names = np.asarray(labels)
    centred = examples.astype(np.float64).copy()
    for name in np.unique(names):
        own = names == name
        centred[own] -= centred[own].mean(axis=0)
    covariance = centred.T @ centred / len(centred)
    size = len(covariance)
    sphere = np.trace(covariance) / size * np.eye(size)
    values, axes = np.linalg.eigh((1 - _SHRINK) * covariance + _SHRINK * sphere)
    return np.asarray(axes / np.sqrt(np.maximum(values, 1e-9)), np.float32)
