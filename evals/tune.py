"""Chooses thresholds that keep promises on unseen messages, by a valid bound.

Learn-then-Test (Angelopoulos et al., 2021): the cases are split by a hash of their words into a
development part, which only narrows what is tried, and a calibration part, which is used once. On
it each threshold to answer is tested from the most careful down, and the last before the first
failure is taken. The promises share the chance of being wrong; those that depend on the risk
threshold share theirs once more over the risk thresholds tried. That high risk is handed over is
tested on both parts: its thresholds and their order were fixed before any case was seen.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.policy import Policy, Promise
from bot.selective import (
    bound_at_least,
    bound_at_most,
    last_passed,
    needed,
    shown_at_least,
    shown_at_most,
)
from evals.ends import EVERY, CaseEnds, Ends, Reach
from evals.errors import NoPromiseError
from evals.tune_target import Target

DEVELOPMENT = 0.3
"""Share of the cases that narrows what is tried."""

RISKS = (0.02, 0.03, 0.05, 0.08, 0.11, 0.15, 0.2, 0.3, 0.5)
ANSWERS = tuple(round(0.99 - step / 100, 2) for step in range(95))
_MOST_RISKS = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """Thresholds and what shows that they keep the promises.

    Attributes:
        answer: Least support to answer.
        high_risk: Summed risk from which a person takes over.
        promises: Each with its evidence.
        coverage: Share of the calibration cases that is answered.
        calibration: The cases it was shown on.
        development: Cases that narrowed what was tried.
    """

    answer: float
    high_risk: float
    promises: tuple[Promise, ...]
    coverage: float
    calibration: tuple[CaseEnds, ...]
    development: int


def split(rows: Sequence[CaseEnds], seed: int) -> tuple[list[CaseEnds], list[CaseEnds]]:
    """Development and calibration part, by a hash of the words; one case for each cluster."""
    parts: tuple[dict[str, CaseEnds], dict[str, CaseEnds]] = ({}, {})
    for row in rows:
        digest = hashlib.sha256(f"{seed}\n{row.cluster}".encode()).digest()
        late = int.from_bytes(digest[:8]) / 2**64 >= DEVELOPMENT
        parts[late].setdefault(row.cluster, row)
    return list(parts[0].values()), list(parts[1].values())


def choose(
    rows: Sequence[CaseEnds],
    target: Target,
    policy: Policy,
    *,
    seed: int = 0,
    reach: Reach = EVERY,
) -> Choice:
    """Choose thresholds.

    Args:
        rows: The labelled cases under every threshold.
        target: What is promised.
        policy: Gives the risk threshold where nothing is promised of high risk.
        seed: Of the split.
        reach: Which thresholds the rows can tell of.

    Raises:
        NoPromiseError: There are too few cases to promise it, or no threshold keeps it.
    """
    parts = split(rows, seed)
    development, calibration = Ends.of(parts[0]), Ends.of(parts[1])
    every = Ends.of([*parts[0], *parts[1]])
    _enough(calibration.n, int(every.high.sum()), target)
    risks = _risks(development, target, policy, reach)
    passing = _risks_that_keep(every, risks, target)
    delta = target.delta / len(risks)
    best: tuple[float, float, float] | None = None
    for high_risk in passing:
        grid = [answer for answer in ANSWERS if answer >= reach.answer]
        start = _start(development, calibration, grid, high_risk, target, delta)
        tried = grid[start:]
        found = last_passed(
            [
                all(
                    shown_at_most(*calibration.counts(name, answer, high_risk), limit, delta)
                    for name, limit in _limits(target)
                )
                for answer in tried
            ]
        )
        if found is not None:
            right = calibration.right(tried[found], high_risk)
            best = max(best or (-1.0, 0.0, 0.0), (right, tried[found], high_risk))
    if best is None:
        raise NoPromiseError(_nothing(calibration, target, passing[0], delta))
    _, answer, high_risk = best
    shown = [
        _shown(calibration, name, limit, answer, high_risk, delta)
        for name, limit in _limits(target)
    ]
    if target.high_risk_handed_over is not None:
        shown.append(_shown_high(every, target.high_risk_handed_over, high_risk, target))
    return Choice(
        answer,
        high_risk,
        tuple(shown),
        calibration.coverage(answer, high_risk),
        tuple(parts[1]),
        len(parts[0]),
    )


def _limits(target: Target) -> list[tuple[str, float]]:
    return [(name, float(getattr(target, name))) for name in target.promises]


def too_few(cases: int, high: int, target: Target) -> None:
    """Refuse before anything is played where even all cases, each without a fault, are too few.

    Args:
        cases: Labelled cases, before the split.
        high: Those of high risk.
        target: What is promised.

    Raises:
        NoPromiseError: There are too few.
    """
    fewest = max(needed(limit, target.delta) for _, limit in _limits(target))
    _enough(cases if cases >= fewest else int((1 - DEVELOPMENT) * cases), high, target)


def _enough(cases: int, high: int, target: Target) -> None:
    """Refuse where not even calibration cases without a fault could show it."""
    for name, limit in _limits(target):
        fewest = needed(limit, target.delta)
        if cases < fewest:
            raise NoPromiseError(
                f"too few cases to promise {name} of at most {100 * limit:g} %: at least {fewest} "
                f"calibration cases are needed without a single fault, {cases} are "
                f"here; label about {_to_label(fewest, cases):,} more"
            )
    least = target.high_risk_handed_over
    if least is None:
        return
    fewest = needed(1 - least, target.delta)
    if high < fewest:
        raise NoPromiseError(
            f"too few high-risk cases to promise that {100 * least:g} % are handed over: at least "
            f"{fewest} are needed without a single miss, {high} are here; label {fewest - high:,} "
            "more"
        )


def _to_label(fewest: int, found: int) -> int:
    return round((fewest - found) / (1 - DEVELOPMENT))


def _risks(development: Ends, target: Target, policy: Policy, reach: Reach) -> tuple[float, ...]:
    """Risk thresholds to try, the most careful first."""
    known = tuple(risk for risk in RISKS if risk <= reach.high_risk) or RISKS[:1]
    limit = target.high_risk_handed_over
    thresholds = policy.thresholds
    if limit is None:
        both = (thresholds.high_risk, thresholds.high_risk_labelled)
        return (min(each for each in both if each is not None),)
    halfway = (1 + limit) / 2
    good = [
        place
        for place, risk in enumerate(known)
        if (counts := development.handed_over(risk))[0] >= halfway * counts[1]
    ]
    last = max(good, default=0)
    return known[max(0, last + 1 - _MOST_RISKS) : last + 1]


def _risks_that_keep(every: Ends, risks: Sequence[float], target: Target) -> Sequence[float]:
    limit = target.high_risk_handed_over
    if limit is None:
        return risks
    last = last_passed(
        [shown_at_least(*every.handed_over(risk), limit, target.delta) for risk in risks]
    )
    if last is None:
        count, total = every.handed_over(risks[0])
        raise NoPromiseError(
            f"no threshold shows that {100 * limit:g} % of high risk is handed over: "
            f"{count} of {total} at high_risk {risks[0]:g}, lower bound "
            f"{100 * bound_at_least(count, total, target.delta):.1f} %"
        )
    return risks[: last + 1]


def _start(
    development: Ends,
    calibration: Ends,
    grid: Sequence[float],
    high_risk: float,
    target: Target,
    delta: float,
) -> int:
    """Where testing begins: the most careful threshold that looks good on the development part."""
    scale = calibration.n / max(1, development.n)
    for place, answer in enumerate(grid):
        counts = [
            (*development.counts(name, answer, high_risk), limit) for name, limit in _limits(target)
        ]
        if all(
            total * scale >= needed(limit, delta) and wrong <= limit * total
            for wrong, total, limit in counts
        ):
            return place
    return 0


def _shown(
    rows: Ends,
    name: str,
    limit: float,
    answer: float,
    high_risk: float,
    delta: float,
) -> Promise:
    count, total = rows.counts(name, answer, high_risk)
    return Promise(
        metric=name,
        limit=limit,
        delta=round(delta, 6),
        count=count,
        total=total,
        bound=round(bound_at_most(count, total, delta), 6),
    )


def _shown_high(rows: Ends, limit: float, high_risk: float, target: Target) -> Promise:
    count, total = rows.handed_over(high_risk)
    return Promise(
        metric="high_risk_handed_over",
        limit=limit,
        delta=round(target.delta, 6),
        count=count,
        total=total,
        bound=round(bound_at_least(count, total, target.delta), 6),
    )


def _nothing(rows: Ends, target: Target, high_risk: float, delta: float) -> str:
    said = []
    for name, limit in _limits(target):
        count, total = rows.counts(name, ANSWERS[0], high_risk)
        bound = bound_at_most(count, total, delta)
        said.append(
            f"{name} of at most {100 * limit:g} %: {count} of {total:,} even at answer "
            f"{ANSWERS[0]:g}, upper bound {100 * bound:.1f} %"
        )
    return f"no threshold keeps {'; '.join(said)}"
