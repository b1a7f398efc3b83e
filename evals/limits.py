"""Whether a share keeps a gate's limit.

Bounds are one-sided Clopper-Pearson (1934). A rule that no result could pass, since it has too few
rows, is *not judged*: nothing was shown either way. Nor is one that allows for noise where the
baseline showed it and the run may only have been shaken: no more faults came than may flip anyway.
"""

from collections.abc import Iterable

from bot.estimate import Estimate, lower_bound, upper_bound
from bot.outcome import FORMULAS
from evals.compare import Comparison
from evals.gate_policy import Bound, GatePolicy
from evals.recorded import RecordedCase, RecordedRun
from evals.ruling import Ruled, Status, ruled


def limit(
    run: RecordedRun, rule: Bound, policy: GatePolicy, comparison: Comparison | None = None
) -> Ruled:
    """Hold a run against a limit.

    Args:
        run: The run.
        rule: The limit, and for which rows.
        policy: Confidence, noise, and when unscored rows count as wrong.
        comparison: With the baseline, where there is one.
    """
    found = _limit(run.cases.values(), rule, policy)
    if comparison is None or not rule.allow_noise or found.status is not Status.FAILED:
        return found
    before = _limit(comparison.baseline.cases.values(), rule, policy)
    more = _faults(run.cases.values(), rule) - _faults(comparison.baseline.cases.values(), rule)
    allowed = policy.flips(comparison.paired)
    if before.status is not Status.PASSED or more > allowed:
        return found
    shaken = f"{found.found}: the baseline kept it, and {more} more are within the {allowed} "
    return Ruled(rule.name, Status.NOT_JUDGED, f"{shaken}that may flip")


def _asked(cases: Iterable[RecordedCase], rule: Bound) -> Estimate:
    rows = [
        case.outcome
        for case in cases
        if (not rule.tag or rule.tag in case.tags)
        and (not rule.tier or rule.tier == case.tier)
        and case.outcome is not None
    ]
    return FORMULAS[rule.metric](rows)


def _faults(cases: Iterable[RecordedCase], rule: Bound) -> int:
    """Rows on the wrong side of the limit."""
    estimate = _asked(cases, rule)
    count, total = int(estimate.numerator or 0), int(estimate.denominator or 0)
    return count if rule.at_most is not None else total - count


def _limit(cases: Iterable[RecordedCase], rule: Bound, policy: GatePolicy) -> Ruled:
    estimate = _asked(cases, rule)
    if estimate.value is None:
        return Ruled(rule.name, Status.NOT_JUDGED, estimate.reason)
    failing = estimate.unscored / (estimate.n + estimate.unscored) > policy.health.unscored_fail
    count, total = _counted(estimate, rule, failing)
    if rule.by == "value":
        return _by_value(rule, count, total)
    return _by_bound(rule, count, total, policy.confidence)


def _counted(estimate: Estimate, rule: Bound, unscored_fail: bool) -> tuple[int, int]:
    """Numerator and denominator, with unscored rows on the failing side where they are many."""
    count, total = int(estimate.numerator or 0), int(estimate.denominator or 0)
    if not unscored_fail:
        return count, total
    failing = estimate.unscored if rule.at_most is not None else 0
    return count + failing, total + estimate.unscored


def _by_value(rule: Bound, count: int, total: int) -> Ruled:
    share = count / total
    ok = share <= rule.at_most if rule.at_most is not None else share >= (rule.at_least or 0.0)
    return ruled(rule.name, ok, f"{100 * share:.1f} % ({count:,} of {total:,})")


def _by_bound(rule: Bound, count: int, total: int, confidence: float) -> Ruled:
    if rule.at_most is not None:
        reached, word = upper_bound(count, total, confidence), "upper"
        ok, could = reached <= rule.at_most, upper_bound(0, total, confidence) <= rule.at_most
        broken = lower_bound(count, total, confidence) > rule.at_most
    else:
        least = rule.at_least or 0.0
        reached, word = lower_bound(count, total, confidence), "lower"
        ok, could = reached >= least, lower_bound(total, total, confidence) >= least
        broken = upper_bound(count, total, confidence) < least
    found = (
        f"{100 * count / total:.1f} % ({count:,} of {total:,}), {word} bound {100 * reached:.1f} %"
    )
    if ok or could or broken:
        return ruled(rule.name, ok, found)
    return Ruled(rule.name, Status.NOT_JUDGED, f"{found}: too few rows to show it either way")
