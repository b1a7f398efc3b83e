"""Selective answering: how errors grow with the share answered, and thresholds that keep promises.

Formulas: risk and coverage as in Geifman and El-Yaniv (2017), the area under their curve (AURC),
and Learn-then-Test with fixed-sequence testing (Angelopoulos et al., 2021) by exact binomial
tests, which are the same as one-sided Clopper-Pearson bounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

from bot.estimate import lower_bound, upper_bound


@dataclass(frozen=True, slots=True)
class Scored:
    """One message that would be answered from its threshold down.

    Attributes:
        confidence: Support of the best article.
        wrong: Whether the answer would be wrong, or should not be given at all.
        group: Labelled risk, for a curve of its own.
    """

    confidence: float
    wrong: bool
    group: str


@dataclass(frozen=True, slots=True)
class Point:
    """What comes of a threshold.

    Attributes:
        threshold: Least confidence to answer.
        coverage: Share that is answered.
        risk: Share of the answers that is wrong.
        answered: Answers.
        wrong: Wrong ones.
    """

    threshold: float
    coverage: float
    risk: float
    answered: int
    wrong: int


@dataclass(frozen=True, slots=True)
class RiskCurve:
    """Risk against coverage.

    Attributes:
        points: From the highest threshold to the lowest; equal confidences stand or fall together.
        aurc: Area under the curve.
        ideal: The same if every wrong answer were less sure than every right one.
        n: Messages.
    """

    points: tuple[Point, ...]
    aurc: float
    ideal: float
    n: int


def risk_curve(rows: Sequence[Scored], n: int | None = None) -> RiskCurve | None:
    """The curve over some messages, ``None`` over none.

    Args:
        rows: Those that could be answered.
        n: All messages, those that nothing could make the assistant answer included.
    """
    total = len(rows) if n is None else n
    if not rows:
        return None
    confidence = np.array([row.confidence for row in rows])
    wrong = np.array([row.wrong for row in rows])
    order = np.argsort(-confidence, kind="stable")
    sums = np.cumsum(wrong[order])
    ends = [
        place
        for place in range(len(rows))
        if place + 1 == len(rows) or confidence[order[place]] != confidence[order[place + 1]]
    ]
    points = tuple(
        Point(
            threshold=float(confidence[order[place]]),
            coverage=(place + 1) / total,
            risk=float(sums[place]) / (place + 1),
            answered=place + 1,
            wrong=int(sums[place]),
        )
        for place in ends
    )
    return RiskCurve(points, _area(sums), _area(np.cumsum(np.sort(wrong))), total)


def ideal_curve(curve: RiskCurve) -> tuple[tuple[float, float], ...]:
    """Coverage and risk if all right answers came first: none wrong, then all that are left."""
    last = curve.points[-1]
    right = last.answered - last.wrong
    return ((0.0, 0.0), (right / curve.n, 0.0), (last.coverage, last.risk))


def _area(sums: npt.NDArray[np.int64]) -> float:
    """Mean risk over every share that could be answered."""
    return float(np.mean(sums / np.arange(1, len(sums) + 1)))


def needed(limit: float, delta: float) -> int:
    """Fewest cases of which none may go wrong to promise ``limit`` with chance ``delta``."""
    return ceil(log(delta) / log(1 - limit))


def shown_at_most(count: int, total: int, limit: float, delta: float) -> bool:
    """Whether ``count`` of ``total`` shows a share of at most ``limit``, up to chance ``delta``."""
    return total > 0 and float(binom.cdf(count, total, limit)) <= delta


def shown_at_least(count: int, total: int, limit: float, delta: float) -> bool:
    """Whether ``count`` of ``total`` shows a share of at least ``limit``, up to ``delta``."""
    return shown_at_most(total - count, total, 1 - limit, delta)


def bound_at_most(count: int, total: int, delta: float) -> float:
    """One-sided Clopper-Pearson upper bound."""
    return upper_bound(count, total, 1 - delta)


def bound_at_least(count: int, total: int, delta: float) -> float:
    """One-sided Clopper-Pearson lower bound."""
    return lower_bound(count, total, 1 - delta)


def last_passed(passes: Sequence[bool]) -> int | None:
    """Fixed-sequence testing: the last test before the first failure; ``None`` if the first fails.

    The order was fixed beforehand, so that no correction is needed. Picking the best of all
    afterwards would not be valid.
    """
    place = -1
    for passed in passes:
        if not passed:
            break
        place += 1
    return place if place >= 0 else None
