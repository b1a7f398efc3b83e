"""A day's new messages join the groups of the runs before; now and then all are grouped anew.

Average linkage goes on where it stopped: each group of the last run is one row that weighs as much
as its messages, each new message another. New messages of one new topic find each other before any
of them is near enough to an old group, so a topic of the day becomes a group of its own, and what
was alone until now can join it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from bot.insights.clustering import MOST_AT_ONCE, Labels, cluster, linked, numbered, weighted_means
from bot.insights.vector_cache import Grouping
from retrieval.embedder import Floats

_NEW = -1


@dataclass(frozen=True, slots=True)
class Bounds:
    """When all messages are grouped anew.

    Attributes:
        fewest: With fewer messages always: it takes a second or two.
        newer: From this share of messages on which the last such grouping had not seen.
        age: When it is as old.
    """

    fewest: int = 2000
    newer: float = 0.1
    age: timedelta = timedelta(days=7)


USUAL = Bounds()


def regrouped(
    vectors: Floats,
    digests: Sequence[bytes],
    weights: Floats,
    least: float,
    before: Grouping | None,
    *,
    valid_for: str,
    now: datetime,
    bounds: Bounds,
) -> tuple[Labels, Grouping]:
    """Group messages, as they were grouped before as far as that goes.

    Args:
        vectors: Shape (n, d), each of length 1.
        digests: Of their texts, n that differ.
        weights: How often each occurs, shape (n,).
        least: Mean cosine below which groups stay apart.
        before: The grouping of the last run; ``None`` groups all anew.
        valid_for: What the vectors are made by.
        now: The time.
        bounds: When to group all anew.

    Returns:
        A group for each row, numbered from 0, shape (n,); and what to keep of it.
    """
    if before is not None and before.valid_for == valid_for:
        old = np.array([before.groups.get(digest, _NEW) for digest in digests], np.int64)
        unsettled = len(digests) - sum(digest in before.settled for digest in digests)
        if not _is_worn(before, old, unsettled, now, bounds):
            labels = _joined(vectors, old, weights, least)
            groups = dict(zip(digests, labels.tolist(), strict=True))
            return labels, Grouping(valid_for, before.settled_at, groups, before.settled)
    labels = cluster(vectors, least, weights)
    groups = dict(zip(digests, labels.tolist(), strict=True))
    return labels, Grouping(valid_for, now, groups, frozenset(digests))


def _is_worn(before: Grouping, old: Labels, unsettled: int, now: datetime, bounds: Bounds) -> bool:
    """Whether all messages have to be grouped anew."""
    if len(old) < bounds.fewest or unsettled >= bounds.newer * len(old):
        return True
    rows = len(np.unique(old[old != _NEW])) + int((old == _NEW).sum())
    age = now - before.settled_at
    return rows > MOST_AT_ONCE or not timedelta(0) <= age < bounds.age


def _joined(vectors: Floats, old: Labels, weights: Floats, least: float) -> Labels:
    """Groups after new messages (``-1`` in ``old``) came to those of before."""
    is_new = old == _NEW
    _, members = np.unique(old[~is_new], return_inverse=True)
    means, sums = weighted_means(vectors[~is_new], members, weights[~is_new])
    rows = np.concatenate([means, vectors[is_new]])
    sizes = np.concatenate([sums, weights[is_new]])
    found = linked(rows, sizes, least)
    labels = np.empty(len(old), np.int64)
    labels[~is_new] = found[members]
    labels[is_new] = found[len(means) :]
    return numbered(labels)
