"""Makes one ranking of articles out of four signals.

Each signal is divided by its best value for the query, since BM25 has no scale of its own, and
the shares are added up. Ranks are not used: they forget by how much the better leg is better.

The best BM25 of a question in the customer's own words may rest on one word that happens to be
shared. So BM25 weighs by what its best passage reached of a full match.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.config import RetrievalSettings
from retrieval.embedder import Floats

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages of the articles in question, article by article.

    Attributes:
        passages: Passage numbers, shape (p,).
        edges: Row of each article's first passage, shape (a,).
        dense: Cosine of each passage, shape (p,).
        lexical: BM25 of each passage divided by the query's best, shape (p,).
        late: MaxSim of each passage, 0 where it wasn't computed, shape (p,).
        titles: Cosine of each article's title, shape (a,).
        reached: The query's best BM25 in units of ``Match.plain``.
    """

    passages: Numbers
    edges: Numbers
    dense: Floats
    lexical: Floats
    late: Floats
    titles: Floats
    reached: float

    def rows(self, article: int) -> slice:
        """Rows of one article's passages."""
        last = self.edges[article + 1] if article + 1 < len(self.edges) else len(self.passages)
        return slice(int(self.edges[article]), int(last))

    def best(self, signal: Floats) -> Floats:
        """Each article's highest value of a passage signal, shape (a,)."""
        return np.asarray(np.maximum.reduceat(signal, self.edges), np.float32)


def article_scores(candidates: Candidates, settings: RetrievalSettings) -> Floats:
    """Score of each article before late interaction, shape (a,)."""
    lexical = candidates.best(candidates.lexical)
    if not candidates.dense.any():
        return lexical
    weight = settings.dense_weight
    trust = min(candidates.reached / settings.full_match, 1.0)
    return np.asarray(
        weight * share(candidates.best(candidates.dense))
        + (1 - weight) * trust * lexical
        + settings.title_weight * share(candidates.titles),
        np.float32,
    )


def passage_scores(candidates: Candidates, settings: RetrievalSettings) -> Floats:
    """Score of each passage, by which an article's best one is chosen, shape (p,)."""
    if not candidates.dense.any():
        return candidates.lexical
    weight = settings.dense_weight
    return np.asarray(
        weight * share(candidates.dense)
        + (1 - weight) * candidates.lexical
        + settings.late_weight * share(candidates.late),
        np.float32,
    )


def share(signal: Floats) -> Floats:
    """Values divided by the highest one; what is negative counts as nothing."""
    positive = np.maximum(signal, 0)
    return np.asarray(positive / max(float(positive.max(initial=0.0)), 1e-9), np.float32)
