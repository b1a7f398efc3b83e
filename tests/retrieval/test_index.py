from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.embedder import Floats
from retrieval.index import VectorIndex
from retrieval.index_exact import ExactIndex
from retrieval.index_faiss import FaissIndex
from retrieval.late import TokenVectors, quantise

Make = Callable[[Floats], VectorIndex]


def directions(count: int, seed: int = 0) -> Floats:
    rows = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize("make", [ExactIndex, FaissIndex])
class TestVectorIndex:
    """What every vector index promises."""

    def test_the_nearest_comes_first(self, make: Make) -> None:
        vectors = directions(50)
        rows, scores = make(vectors).search(vectors[7], 5, [range(50)])
        assert rows[0] == 7
        assert scores[0] == pytest.approx(1, abs=1e-5)
        assert list(scores) == sorted(scores, reverse=True)
        assert len(rows) == 5

    def test_rows_outside_the_runs_are_never_found(self, make: Make) -> None:
        vectors = directions(50)
        rows, _ = make(vectors).search(vectors[7], 50, [range(3, 6), range(10, 20)])
        assert sorted(rows) == [3, 4, 5, *range(10, 20)]

    def test_no_runs_give_nothing(self, make: Make) -> None:
        index = make(directions(5))
        assert len(index) == 5
        assert len(index.search(directions(1)[0], 5, [])[0]) == 0
        assert len(index.search(directions(1)[0], 5, [range(0)])[0]) == 0

    def test_scores_follow_the_rows_given(self, make: Make) -> None:
        vectors = directions(9)
        rows = np.array([4, 0, 4])
        expected = vectors[rows] @ vectors[0]
        assert np.allclose(make(vectors).scores(vectors[0], rows), expected, atol=1e-6)


@given(
    edges=st.lists(st.integers(0, 40), min_size=2, max_size=8, unique=True),
    limit=st.integers(1, 50),
    seed=st.integers(0, 10_000),
)
@settings(deadline=None)
def test_faiss_agrees_with_the_exact_index(edges: Sequence[int], limit: int, seed: int) -> None:
    vectors = directions(40, seed)
    query = directions(1, seed + 1)[0]
    ends = sorted(edges)
    runs = [range(a, b) for a, b in zip(ends[::2], ends[1::2], strict=False)]
    rows, scores = FaissIndex(vectors).search(query, limit, runs)
    _, expected = ExactIndex(vectors).search(query, limit, runs)
    assert np.allclose(scores, expected, atol=1e-5)
    assert all(any(row in run for run in runs) for row in rows)


def test_eight_bits_keep_cosines() -> None:
    tokens = directions(200)
    values, scales = quantise(tokens)
    assert values.dtype == np.int8
    assert np.abs((values * scales[:, None] * tokens).sum(axis=1) - 1).max() < 0.01


def test_max_sim_is_the_mean_of_the_best_cosines() -> None:
    tokens = directions(9)
    values, scales = quantise(tokens)
    vectors = TokenVectors(values, scales, np.array([0, 4, 4, 9]))
    query = directions(3, 5)
    found = vectors.max_sim(query, [2, 1, 0])
    cosines = query @ tokens.T
    expected = [cosines[:, 4:].max(axis=1).mean(), 0, cosines[:, :4].max(axis=1).mean()]
    assert found == pytest.approx(expected, abs=0.01)
    assert vectors.max_sim(query, [2, 1, 0], 99).tolist() == [0, 0, 0]
    assert not vectors.max_sim(query[:0], [0]).any()
    assert not vectors.max_sim(query, []).any()
