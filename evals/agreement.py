"""How well two raters, or a prediction and a rater, agree; intervals by resampling whole clusters.

Spearman's rank correlation with mid-ranks, the area under the ROC curve (Mann and Whitney's U over
its largest value) and Cohen's kappa (1960). Resampling gives every cluster a weight, so that each
resample is exact and takes one pass over the rows.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.estimate import FEWEST_CLUSTERS, Estimate, unknown

Numbers = NDArray[np.float64]
Weighted = Callable[[Numbers], float | None]
"""A statistic of the rows, given what each row weighs; ``None`` where it is not defined."""

RESAMPLES = 1000


def spearman(one: Sequence[float], other: Sequence[float], clusters: Sequence[str]) -> Estimate:
    """Rank correlation of two columns, with an interval by cluster."""
    return resampled(rank_correlation(one, other), clusters)


def auroc(score: Sequence[float], positive: Sequence[bool], clusters: Sequence[str]) -> Estimate:
    """Chance that a positive row has a higher score than another one, ties counted half."""
    return resampled(separation(score, positive), clusters)


def mean(values: Sequence[float], clusters: Sequence[str]) -> Estimate:
    """Mean of a column, with an interval by cluster."""
    column = np.asarray(values, float)
    return resampled(lambda weight: _mean(column, weight), clusters)


def kappa(one: Sequence[str], other: Sequence[str], clusters: Sequence[str]) -> Estimate:
    """Cohen's kappa of two columns of labels."""
    labels = {label: place for place, label in enumerate(sorted({*one, *other}))}
    left = np.array([labels[each] for each in one])
    right = np.array([labels[each] for each in other])

    def weighted(weight: Numbers) -> float | None:
        total = weight.sum()
        agreed = weight[left == right].sum() / total
        rows = np.bincount(left, weight, len(labels)) / total
        columns = np.bincount(right, weight, len(labels)) / total
        chance = float(rows @ columns)
        return None if chance >= 1 else float((agreed - chance) / (1 - chance))

    return resampled(weighted, clusters)


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> Weighted:
    """Spearman's correlation as a statistic of weighted rows."""
    left, right = _codes(one), _codes(other)

    def weighted(weight: Numbers) -> float | None:
        x, y = _ranks(left, weight), _ranks(right, weight)
        x, y = x - _mean(x, weight), y - _mean(y, weight)
        spread = np.sqrt(_mean(x * x, weight) * _mean(y * y, weight))
        return float(_mean(x * y, weight) / spread) if spread > 0 else None

    return weighted


def separation(score: Sequence[float], positive: Sequence[bool]) -> Weighted:
    """The area under the ROC curve as a statistic of weighted rows."""
    codes, hit = _codes(score), np.asarray(positive, bool)

    def weighted(weight: Numbers) -> float | None:
        size = int(codes.max()) + 1
        above = np.bincount(codes, weight * hit, size)
        below = np.bincount(codes, weight * ~hit, size)
        if not above.sum() or not below.sum():
            return None
        beaten = np.cumsum(below) - below / 2
        return float(above @ beaten / (above.sum() * below.sum()))

    return weighted


def averaged(statistics: Sequence[Weighted]) -> Weighted:
    """The mean of several statistics of the same rows; those that aren't defined are left out."""

    def weighted(weight: Numbers) -> float | None:
        known = [each for each in (one(weight) for one in statistics) if each is not None]
        return sum(known) / len(known) if known else None

    return weighted


def resampled(statistic: Weighted, clusters: Sequence[str], seed: int = 0) -> Estimate:
    """A statistic with its 95 % percentile interval over resampled clusters.

    Args:
        statistic: Of the rows, in the order of ``clusters``.
        clusters: Which rows belong together, such as the dialogue of each turn.
        seed: Of the resampling.
    """
    if not clusters:
        return unknown("no rows")
    value = statistic(np.ones(len(clusters)))
    if value is None:
        return unknown("not defined: every row is the same")
    names, place = np.unique(np.asarray(clusters), return_inverse=True)
    n = len(names)
    if n < FEWEST_CLUSTERS:
        reason = f"too few for an interval: {n} clusters, at least {FEWEST_CLUSTERS} needed"
        return Estimate(value, None, None, len(clusters), reason=reason)
    known = [each for each in _resamples(statistic, place, n, seed) if each is not None]
    low, high = np.percentile(known, [2.5, 97.5])
    method = f"bootstrap 95 %, {RESAMPLES} resamples of {n} clusters, seed {seed}"
    return Estimate(value, float(low), float(high), len(clusters), method=method)


def _resamples(
    statistic: Weighted, place: NDArray[np.intp], n: int, seed: int
) -> Iterator[float | None]:
    random = np.random.default_rng(seed)
    for _ in range(RESAMPLES):
        drawn = np.bincount(random.integers(0, n, n), minlength=n).astype(float)
        yield statistic(drawn[place])


def _codes(values: Sequence[float]) -> NDArray[np.intp]:
    return np.unique(np.asarray(values, float), return_inverse=True)[1]


def _ranks(codes: NDArray[np.intp], weight: Numbers) -> Numbers:
    """Mid-rank of every row among rows of these weights."""
    mass = np.bincount(codes, weight)
    middle: Numbers = (np.cumsum(mass) - mass / 2)[codes]
    return middle


def _mean(values: Numbers, weight: Numbers) -> float:
    return float(values @ weight / weight.sum())
