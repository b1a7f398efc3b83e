"""What chance alone does to the difference of two runs over the same cases.

McNemar's exact test (1947) for one metric; the sign-flip test with the largest statistic over
several metrics (Westfall and Young, 1993), which keeps the chance of any false alarm without
punishing metrics that move together; a paired bootstrap of whole clusters for the difference.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.stats import binomtest

from bot.resampling import RESAMPLES, cluster_sums, resampled_sums
from bot.resampling import interval as percentiles

FEWEST_CLUSTERS = 30
_TIE = 1e-9


def mcnemar(worse: int, better: int) -> float:
    """Two-sided exact p that as many or more differ one way by chance alone."""
    if worse + better == 0:
        return 1.0
    return float(binomtest(worse, worse + better, 0.5).pvalue)


def clusters_of(cases: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Which cases stand and fall together: id to cluster.

    Below 30 clusters nothing can be drawn from them, so each case stands alone.

    Args:
        cases: Id and words of each.
    """
    words = dict(cases)
    few = len(set(words.values())) < FEWEST_CLUSTERS
    return {name: name for name in words} if few else words


def interval(differences: Sequence[tuple[str, int]], seed: int = 0) -> tuple[float, float]:
    """95 % percentile interval of a mean difference, resampling whole clusters.

    Args:
        differences: Cluster and difference (-1, 0 or 1) of each pair.
        seed: Of the resampling.
    """
    drawn = resampled_sums(cluster_sums([(name, (d, 1)) for name, d in differences], 2), seed)
    return percentiles(drawn[:, 0] / drawn[:, 1])


def chance_of_harm(harm: Sequence[tuple[str, Sequence[int]]], seed: int = 0) -> list[float]:
    """One-sided p of each of several metrics, corrected for all of them together.

    Had nothing changed, whatever a cluster of cases did could as well have been the other way
    round. So whole clusters are turned round at random, all metrics at once, and each metric's
    harm is held against the largest among them.

    Args:
        harm: Cluster of each case that flipped, and for each metric 1 where it got worse, -1 where
            better. At least one.
        seed: Of the draws.
    """
    table = cluster_sums(harm, len(harm[0][1]))
    table = table[np.any(table != 0, axis=1)]
    scale = np.sqrt((table**2).sum(axis=0))
    scale[scale == 0] = np.inf
    found = table.sum(axis=0) / scale
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), (RESAMPLES - 1, len(table)))
    largest = np.max(signs @ table / scale, axis=1, initial=-np.inf)
    as_large = (largest[:, None] >= found - _TIE).sum(axis=0)
    return [float(each) for each in (1 + as_large) / RESAMPLES]
