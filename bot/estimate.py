"""A number with its evidence: the only type that a report may print.

Formulas: Wilson (1927) for shares of independent rows, a percentile bootstrap over whole clusters
for anything else, and Clopper–Pearson (1934) for one-sided bounds. 95 % throughout.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import beta

from bot.resampling import (
    RESAMPLES,
    cluster_sums,
    interval,
    quantile_interval,
    resampled_sums,
)

Z = 1.96
"""Two-sided 95 % point of the normal distribution, as the definitions fix it."""

FEWEST_CLUSTERS = 30
"""Fewer clusters than this say too little about each other for a bootstrap."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, how sure it is, and the rows it rests on.

    Attributes:
        value: The number, ``None`` when it can't be known.
        low: Lower end of the 95 % interval, ``None`` when there is none.
        high: Upper end.
        n: Rows (or clusters) that the number rests on.
        unscored: Rows left out because they could not be scored.
        numerator: What was counted or added up; ``None`` where nothing was counted.
        denominator: What it was divided by.
        method: How the interval was made; empty without one.
        reason: Why there is no value, or no interval.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    unscored: int = 0
    numerator: float | None = None
    denominator: float | None = None
    method: str = ""
    reason: str = ""

    def __str__(self) -> str:
        if self.value is None:
            return f"unknown ({self.reason})"
        shown = f"{100 * self.value:.1f} %"
        if self.low is None or self.high is None:
            return f"{shown} (n = {self.n}; {self.reason or 'no interval'})"
        return f"{shown} ({100 * self.low:.1f}–{100 * self.high:.1f}, n = {self.n})"


def unknown(reason: str, unscored: int = 0) -> Estimate:
    """A number that can't be known, and why."""
    return Estimate(None, None, None, 0, unscored, reason=reason)


def wilson(count: int, total: int, z: float = Z) -> tuple[float, float]:
    """Wilson's interval of a share.

    Args:
        count: Rows with the property, from 0 to ``total``.
        total: Independent rows, at least 1.
        z: Point of the normal distribution.

    Raises:
        ValueError: ``total`` is 0 or ``count`` is not within it.
    """
    if not 0 <= count <= total or total == 0:
        raise ValueError(f"no share: {count} of {total} rows")
    share = count / total
    centre = share + z**2 / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def share(
    count: int, total: int, *, unscored: int = 0, empty: str = "no row fits the denominator"
) -> Estimate:
    """The share of independent rows that have a property, with Wilson's interval.

    Args:
        count: Rows with the property.
        total: Rows of the denominator.
        unscored: Rows that could not be scored, in neither.
        empty: Reason given when there is no row.
    """
    if total == 0:
        return unknown(empty, unscored)
    low, high = wilson(count, total)
    return Estimate(count / total, low, high, total, unscored, count, total, "wilson 95 %")


def ratio(
    rows: Iterable[tuple[str, float, float]],
    *,
    seed: int = 0,
    unscored: int = 0,
    empty: str = "no row fits the denominator",
) -> Estimate:
    """A ratio of two sums over clustered rows, with a bootstrap of whole clusters.

    Args:
        rows: Cluster, numerator and denominator of each row.
        seed: Of the resampling; equal seeds give equal intervals.
        unscored: Rows that could not be scored.
        empty: Reason given when the denominators add up to nothing.
    """
    table = cluster_sums([(cluster, (above, below)) for cluster, above, below in rows], 2)
    above, below = (float(total) for total in table.sum(axis=0))
    if below == 0:
        return unknown(empty, unscored)
    n = len(table)
    if n < FEWEST_CLUSTERS:
        return Estimate(above / below, None, None, n, unscored, above, below, reason=too_few(n))
    resampled = resampled_sums(table, seed)
    usable = resampled[resampled[:, 1] != 0]
    low, high = interval(usable[:, 0] / usable[:, 1])
    return Estimate(above / below, low, high, n, unscored, above, below, bootstrapped(n, seed))


def too_few(n: int) -> str:
    """Why so few clusters give no interval."""
    return f"too few for an interval: {n} clusters, at least {FEWEST_CLUSTERS} needed"


def bootstrapped(n: int, seed: int) -> str:
    """How an interval over so many clusters was made."""
    return f"bootstrap 95 %, {RESAMPLES} resamples of {n} clusters, seed {seed}"


def percentile(
    rows: Iterable[tuple[str, float]],
    percent: float,
    *,
    seed: int = 0,
    unscored: int = 0,
    empty: str = "no row has a time",
) -> Estimate:
    """A percentile over clustered rows, interpolated linearly, with a bootstrap of whole clusters.

    Args:
        rows: Cluster and value of each row.
        percent: From 0 to 100.
        seed: Of the resampling.
        unscored: Rows without a value.
        empty: Reason given when there is no row.
    """
    pairs = sorted(rows, key=lambda pair: pair[1])
    if not pairs:
        return unknown(empty, unscored)
    values = np.array([value for _, value in pairs])
    places: dict[str, int] = {}
    clusters = np.array([places.setdefault(name, len(places)) for name, _ in pairs], dtype=np.intp)
    found = float(np.percentile(values, percent))
    n = len(places)
    if n < FEWEST_CLUSTERS:
        return Estimate(found, None, None, len(values), unscored, reason=too_few(n))
    low, high = quantile_interval(clusters, percent / 100, seed)
    return Estimate(
        found,
        float(values[low]),
        float(values[high]),
        len(values),
        unscored,
        method=bootstrapped(n, seed),
    )


def reduction(
    treated: Sequence[float], control: Sequence[float], *, seed: int = 0, empty: str = "no rows"
) -> Estimate:
    """One minus the ratio of two means, with a bootstrap inside each group.

    Args:
        treated: A count for each member of the group that had the thing.
        control: The same for the group that had not.
        seed: Of the resampling.
        empty: Reason given when a group is empty, or nothing was counted in the control.
    """
    if not treated or not control or not sum(control):
        return unknown(empty)
    with_it, without = sum(treated) / len(treated), sum(control) / len(control)
    value, n = 1 - with_it / without, len(treated) + len(control)
    fewest = min(len(treated), len(control))
    if fewest < FEWEST_CLUSTERS:
        return Estimate(value, None, None, n, 0, with_it, without, reason=too_few(fewest))
    above = resampled_sums(np.array([treated]).T, seed)[:, 0] / len(treated)
    below = resampled_sums(np.array([control]).T, seed + 1)[:, 0] / len(control)
    low, high = interval(1 - above[below > 0] / below[below > 0])
    return Estimate(value, low, high, n, 0, with_it, without, bootstrapped(n, seed))


def product(
    rows: Iterable[tuple[str, tuple[float, float, float, float]]],
    *,
    seed: int = 0,
    unscored: int = 0,
    empty: str = "no row fits the denominator",
) -> Estimate:
    """A ratio times another over the same clusters, with a bootstrap over both parts.

    Args:
        rows: Cluster, then numerator and denominator of the one and of the other ratio.
        seed: Of the resampling.
        unscored: Rows that could not be scored.
        empty: Reason given when a denominator adds up to nothing.
    """
    table = cluster_sums(list(rows), 4)
    a, b, c, d = (float(total) for total in table.sum(axis=0))
    if not b or not d:
        return unknown(empty, unscored)
    value, n = a / b * c / d, len(table)
    if n < FEWEST_CLUSTERS:
        return Estimate(value, None, None, n, unscored, c, d, reason=too_few(n))
    drawn = resampled_sums(table, seed)
    drawn = drawn[(drawn[:, 1] != 0) & (drawn[:, 3] != 0)]
    low, high = interval(drawn[:, 0] / drawn[:, 1] * drawn[:, 2] / drawn[:, 3])
    return Estimate(value, low, high, n, unscored, c, d, bootstrapped(n, seed))


def upper_bound(count: int, total: int, confidence: float = 0.95) -> float:
    """One-sided Clopper–Pearson upper bound of a share; 1 without rows."""
    if count >= total:
        return 1.0
    return float(beta.ppf(confidence, count + 1, total - count))


def lower_bound(count: int, total: int, confidence: float = 0.95) -> float:
    """One-sided Clopper–Pearson lower bound of a share; 0 without rows."""
    if count <= 0:
        return 0.0
    return float(beta.ppf(1 - confidence, count, total - count + 1))


def verdict(estimate: Estimate, target: float, *, at_least: bool) -> str:
    """What an estimate says about a target.

    Args:
        estimate: The number.
        target: What it is held against.
        at_least: Whether more is better.

    Returns:
        ``met``, ``on target, not proven``, ``below, not proven``, ``missed`` or ``unknown``.
    """
    if estimate.value is None:
        return "unknown"
    sign = 1 if at_least else -1
    reached = sign * (estimate.value - target) >= 0
    if estimate.low is None or estimate.high is None:
        return "on target, not proven" if reached else "below, not proven"
    worst, best = (estimate.low, estimate.high) if at_least else (estimate.high, estimate.low)
    if sign * (worst - target) >= 0:
        return "met"
    if sign * (best - target) < 0:
        return "missed"
    return "on target, not proven" if reached else "below, not proven"
