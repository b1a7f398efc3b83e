"""Resampling of whole clusters: the bootstrap behind every interval that Wilson can't give.

Efron (1979), by percentiles. Seeded, so that equal rows give equal intervals.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
_FEW_KINDS = 20
_MOST_KINDS = 200
_ALIKE = 10
"""With more distinct rows than these, or fewer of a kind, drawing them together saves nothing."""

_AT_ONCE = 100

_MANY = 1000
"""With more clusters than this, sums of draws are taken for normal."""

Places = NDArray[np.intp]


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The percentile interval of a statistic over the resamples."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def cluster_sums(rows: Sequence[tuple[str, Sequence[float]]], width: int) -> NDArray[np.float64]:
    """One row for each cluster: the sums of its parts."""
    places: dict[str, int] = {}
    at = np.array([places.setdefault(name, len(places)) for name, _ in rows], dtype=np.intp)
    parts = np.array([each for _, each in rows], dtype=np.float64).reshape(-1, width)
    columns = [np.bincount(at, parts[:, place], len(places)) for place in range(width)]
    return np.stack(columns, axis=1)


def resampled_sums(table: NDArray[np.float64], seed: int = 0) -> NDArray[np.float64]:
    """Column sums of resamples of whole rows, one row for each resample.

    Equal rows are drawn together: how often each distinct row comes up in a resample is
    multinomial, which is the same bootstrap for a fraction of the time.

    Args:
        table: One row for each cluster.
        seed: Equal seeds give equal sums.
    """
    n = len(table)
    draw = np.random.default_rng(seed)
    distinct, counts = _distinct(table)
    if len(distinct) <= max(_FEW_KINDS, min(_MOST_KINDS, n // _ALIKE)):
        times = draw.multinomial(n, counts / n, RESAMPLES)
        return np.asarray(times @ distinct, dtype=np.float64)
    if n > _MANY:
        # The sum of so many draws is normal but for a skewness of a few in a hundred.
        spread = n * np.cov(table, rowvar=False, bias=True).reshape(table.shape[1], -1)
        return draw.multivariate_normal(table.sum(axis=0), spread, RESAMPLES, method="eigh")
    ordered = np.repeat(distinct, counts, axis=0)  # the order of the clusters changes nothing
    drawn = (ordered[draw.integers(0, n, (_AT_ONCE, n))] for _ in range(RESAMPLES // _AT_ONCE))
    return np.concatenate([each.sum(axis=1) for each in drawn])


def _distinct(table: NDArray[np.float64]) -> tuple[NDArray[np.float64], Places]:
    """The distinct rows and how often each comes; columns one by one, which is quicker."""
    code = np.zeros(len(table), dtype=np.intp)
    for column in table.T:
        values, place = np.unique(column, return_inverse=True)
        _, code = np.unique(code * len(values) + place, return_inverse=True)
    _, first, counts = np.unique(code, return_index=True, return_counts=True)
    return table[first], counts


def quantile_interval(clusters: Places, share: float, seed: int = 0) -> tuple[int, int]:
    """Places of the ends of a percentile interval of a quantile, among values in rising order.

    A resample's quantile is at most a value where at least that share of what was drawn is. How
    many resamples that holds for rises with the value, so each end is found by halving.

    Args:
        clusters: Of each value, counted from 0.
        share: From 0 to 1.
        seed: Equal seeds give equal ends.
    """
    sizes = np.bincount(clusters)
    base = int(sizes.max()) + 1

    def sums(upto: int) -> NDArray[np.float64]:
        below = np.bincount(clusters[: upto + 1], minlength=len(sizes))
        counts = np.bincount(below * base + sizes)
        kinds = np.flatnonzero(counts)
        distinct = np.stack([kinds // base, kinds % base], axis=1)
        draw = np.random.default_rng(seed)
        times = draw.multinomial(len(sizes), counts[kinds] / len(sizes), RESAMPLES)
        return np.asarray(times @ distinct, dtype=np.float64)

    def end(wanted: float) -> int:
        low, high = 0, len(clusters) - 1
        while low < high:
            middle = (low + high) // 2
            drawn = sums(middle)
            reached = float(np.mean(drawn[:, 0] > np.floor(share * (drawn[:, 1] - 1))))
            low, high = (low, middle) if reached >= wanted else (middle + 1, high)
        return low

    return end(0.025), end(0.975)
