"""Resampling of whole clusters: the bootstrap behind every interval that Wilson can't give.

Efron (1979), by percentiles. Seeded, so that equal rows give equal intervals.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
_MOST_DISTINCT = 200
"""With more distinct rows than this, drawing them together saves nothing."""


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
    distinct, counts = np.unique(table, axis=0, return_counts=True)
    if len(distinct) <= _MOST_DISTINCT:
        times = draw.multinomial(n, counts / n, RESAMPLES)
        return np.asarray(times @ distinct, dtype=np.float64)
    ordered = np.repeat(distinct, counts, axis=0)  # the order of the clusters changes nothing
    return np.array([ordered[draw.integers(0, n, n)].sum(axis=0) for _ in range(RESAMPLES)])
