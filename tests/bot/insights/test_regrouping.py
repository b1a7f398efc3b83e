from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score as agreement

from bot.insights.clustering import cluster
from bot.insights.regrouping import Bounds, regrouped
from bot.insights.vector_cache import Grouping
from retrieval.embedder import Floats

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LEAST = 0.2
BOUNDS = Bounds(fewest=100)


def topics(sizes: dict[int, int], seed: int, dimension: int = 48, spread: float = 0.9) -> Floats:
    """Noisy messages of numbered topics, in no order; a topic is the same for every seed."""
    centres = np.random.default_rng(0).normal(size=(40, dimension))
    random = np.random.default_rng(seed)
    labels = random.permutation(np.repeat(list(sizes), list(sizes.values())))
    rows = centres[labels] + spread * random.normal(size=(len(labels), dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def names(vectors: Floats) -> list[bytes]:
    return [row.tobytes()[:16] for row in vectors]


def group(
    vectors: Floats,
    before: Grouping | None = None,
    *,
    valid_for: str = "v1",
    now: datetime = NOW,
    bounds: Bounds = BOUNDS,
) -> tuple[Any, Grouping]:
    weights = np.ones(len(vectors), np.float32)
    return regrouped(
        vectors,
        names(vectors),
        weights,
        LEAST,
        before,
        valid_for=valid_for,
        now=now,
        bounds=bounds,
    )


WINDOW = topics(dict.fromkeys(range(30), 40) | {31: 1, 32: 1}, seed=1)
DAY = topics(dict.fromkeys(range(30), 3) | {31: 2}, seed=2)


@pytest.fixture(scope="module")
def kept() -> Grouping:
    return group(WINDOW)[1]


def test_a_day_that_joins_gives_what_grouping_all_anew_gives(kept: Grouping) -> None:
    every = np.concatenate([WINDOW, DAY])
    joined, after = group(every, kept, now=NOW + timedelta(days=1))
    assert agreement(cluster(every, LEAST), joined) >= 0.95
    assert after.settled_at == NOW
    assert len(after.groups) == len(every)
    old = [after.groups[name] for name in names(WINDOW)]
    assert agreement([kept.groups[name] for name in names(WINDOW)], old) >= 0.99


def test_a_new_topic_of_the_day_is_a_group_of_its_own(kept: Grouping) -> None:
    topic = topics({33: 12}, seed=3)
    labels, _ = group(np.concatenate([WINDOW, DAY, topic]), kept)
    own = set(labels[-12:].tolist())
    assert len(own) == 1
    assert not own & set(labels[:-12].tolist())


def test_what_was_alone_finds_company(kept: Grouping) -> None:
    lone = topics({34: 1}, seed=4)
    _, before = group(np.concatenate([WINDOW, lone]))
    labels, _ = group(np.concatenate([WINDOW, lone, topics({34: 3}, seed=5)]), before)
    assert len(set(labels[-4:].tolist())) == 1
    assert (labels == labels[-1]).sum() == 4


def test_day_after_day_agrees_with_grouping_all_anew(kept: Grouping) -> None:
    every, before = WINDOW, kept
    for day in range(1, 6):
        new = topics(dict.fromkeys(range(day, 30, 2), 1) | {33: 3}, seed=10 + day)
        every = np.concatenate([every[10:], new])
        labels, before = group(every, before, now=NOW + timedelta(days=day))
        assert before.settled_at == NOW
        assert set(before.groups) == set(names(every))
    assert agreement(cluster(every, LEAST), labels) >= 0.95


@pytest.mark.parametrize(
    ("changed", "anew"),
    [
        ({}, False),
        ({"valid_for": "v2"}, True),
        ({"now": NOW + timedelta(days=6, hours=23)}, False),
        ({"now": NOW + timedelta(days=7)}, True),
        ({"now": NOW - timedelta(hours=1)}, True),
        ({"bounds": Bounds(fewest=100, newer=0.05)}, True),
        ({"bounds": Bounds(fewest=2000)}, True),
    ],
)
def test_all_are_grouped_anew_when_something_moved_on(
    kept: Grouping, changed: dict[str, Any], anew: bool
) -> None:
    every = np.concatenate([WINDOW, DAY])
    _, after = group(every, kept, **{"now": NOW + timedelta(days=1), **changed})
    assert (after.settled == frozenset(names(every))) is anew
    assert (after.settled_at == NOW) is not anew
