import numpy as np
import pytest

from retrieval.config import RetrievalSettings
from retrieval.fusion import Candidates, article_scores

SETTINGS = RetrievalSettings(dense_weight=0.5, title_weight=0, full_match=2)


def two_articles(reached: float) -> Candidates:
    """Dense prefers the first, BM25 the second; one passage each."""
    return Candidates(
        passages=np.array([0, 1]),
        edges=np.array([0, 1]),
        dense=np.array([0.8, 0.4], np.float32),
        lexical=np.array([0.2, 1.0], np.float32),
        late=np.zeros(2, np.float32),
        titles=np.zeros(2, np.float32),
        reached=reached,
    )


def test_a_full_match_has_all_of_its_weight() -> None:
    for reached in (2.0, 2.4):
        assert article_scores(two_articles(reached), SETTINGS) == pytest.approx([0.6, 0.75])


def test_half_a_match_has_half_of_it() -> None:
    assert article_scores(two_articles(1.0), SETTINGS) == pytest.approx([0.55, 0.5])


def test_bm25_alone_ranks_by_itself_however_little_matched() -> None:
    found = two_articles(0.1)
    alone = Candidates(
        found.passages, found.edges, found.late, found.lexical, found.late, found.titles, 0.1
    )
    assert article_scores(alone, SETTINGS) == pytest.approx([0.2, 1.0])
