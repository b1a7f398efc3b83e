from typing import Any

import numpy as np
import pytest

from bot.insights import clustering
from bot.insights.clustering import cluster


def topics(count: int, each: int, spread: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    centres = np.linalg.qr(random.normal(size=(64, count)))[0].T
    labels = np.repeat(np.arange(count), each)
    rows = centres[labels] + spread * random.normal(size=(len(labels), 64)) / 8
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    order = random.permutation(len(rows))
    return rows[order].astype(np.float32), labels[order]


def as_sets(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == each).tolist()) for each in np.unique(labels)}


def test_topics_apart_from_each_other_are_found_whole() -> None:
    vectors, labels = topics(7, 20)
    found = cluster(vectors, 0.5)
    assert as_sets(found) == as_sets(labels)
    assert found[0] == 0


def test_the_tree_is_that_of_average_linkage() -> None:
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415  to compare with alone

    rows = np.random.default_rng(2).normal(size=(120, 8))
    vectors: Any = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    for least in (0.1, 0.4, 0.8):
        tree = linkage(vectors.astype(np.float64), "average", "cosine")
        assert as_sets(cluster(vectors, least)) == as_sets(fcluster(tree, 1 - least, "distance"))


@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_rows_are_no_trouble(rows: int) -> None:
    assert cluster(np.full((rows, 4), 0.5, np.float32), 0.5).tolist() == [0] * rows


def test_a_row_that_occurs_often_weighs_as_much() -> None:
    vectors, _ = topics(3, 4, spread=0.8)
    weights = np.array([3] + [1] * 11, np.float32)
    thrice = np.concatenate([vectors[:1], vectors[:1], vectors])
    once = cluster(vectors, 0.4, weights)
    assert as_sets(cluster(thrice, 0.4)[2:]) == as_sets(once)


def test_many_rows_are_gathered_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "MOST_AT_ONCE", 60)
    vectors, labels = topics(6, 50)
    assert as_sets(cluster(vectors, 0.5)) == as_sets(labels)
