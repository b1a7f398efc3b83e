"""Holds a run against the gate file: absolute rules on the run, and the change from a baseline.

Bounds are one-sided Clopper-Pearson (1934). A rule that no result could pass, since it has too few
rows, is *not judged*: nothing was shown either way, and the verdict says so. What may not get worse
than the baseline is for ``evals.worsening`` to say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.estimate import Estimate, lower_bound, upper_bound
from bot.outcome import FORMULAS
from evals.compare import Comparison, compare
from evals.gate_policy import Bound, GatePolicy
from evals.recorded import RecordedCase, RecordedRun
from evals.worsening import worsenings


class Status(StrEnum):
    """What came of a rule."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Ruled:
    """One rule and what came of it.

    Attributes:
        rule: In a few words.
        status: What came of it.
        found: What was found, with counts.
        cases: Ids of the cases to look at.
    """

    rule: str
    status: Status
    found: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What came of every rule.

    Attributes:
        run: The run that was judged.
        rules: In the order of the gate file.
        comparison: With the baseline, where there is one.
        strict: Whether a rule that could not be judged fails.
    """

    run: RecordedRun
    rules: tuple[Ruled, ...]
    comparison: Comparison | None
    strict: bool = False

    @property
    def failed(self) -> tuple[Ruled, ...]:
        """The rules that stop the change."""
        return tuple(
            ruled
            for ruled in self.rules
            if ruled.status is Status.FAILED or (self.strict and ruled.status is Status.NOT_JUDGED)
        )

    @property
    def passed(self) -> bool:
        """Whether the change may go on."""
        return not self.failed


def judge(
    run: RecordedRun, baseline: RecordedRun | None, policy: GatePolicy, *, strict: bool = False
) -> GateVerdict:
    """Apply every rule.

    Args:
        run: The new run.
        baseline: The run before; without it only the absolute rules are judged.
        policy: The gate file.
        strict: Whether a rule that could not be judged fails.

    Raises:
        RunError: Baseline and run have no case in common.
    """
    comparison = None
    if baseline is not None:
        many = _share_unscored(list(run.cases.values())) > policy.health.unscored_fail
        comparison = compare(baseline, run, unscored_fail=many)
    rules = [
        *_health(run, comparison, policy),
        *_canaries(run, policy),
        *_must_escalate(run, policy),
        *(_bound(run, rule, policy) for rule in policy.bounds),
        *_not_worse(comparison, policy),
    ]
    return GateVerdict(run, tuple(rules), comparison, strict)


def _share_unscored(cases: Sequence[RecordedCase]) -> float:
    return sum(case.passed is None for case in cases) / len(cases) if cases else 1.0


def _ruled(rule: str, ok: bool, found: str, cases: Sequence[str] = ()) -> Ruled:
    return Ruled(rule, Status.PASSED if ok else Status.FAILED, found, tuple(cases))


def _health(run: RecordedRun, comparison: Comparison | None, policy: GatePolicy) -> Iterator[Ruled]:
    health, cases = policy.health, list(run.cases.values())
    crashed = [case.id for case in cases if case.error]
    yield _ruled(
        f"at most {health.crashed} crashed",
        len(crashed) <= health.crashed,
        f"{len(crashed)} of {len(cases):,} cases crashed",
        crashed,
    )
    unscored = [case.id for case in cases if case.passed is None]
    yield _ruled(
        f"at most {100 * health.unscored:g} % unscored",
        _share_unscored(cases) <= health.unscored,
        f"{len(unscored)} of {len(cases):,} cases unscored",
        unscored,
    )
    if health.same_data and comparison is not None:
        yield _same_data(comparison)
    if health.repeats_identical:
        yield _repeats(run)


def _same_data(comparison: Comparison) -> Ruled:
    rule = "same cases as the baseline"
    left = comparison.only_baseline + comparison.only_run
    if comparison.same_data and not left:
        return Ruled(rule, Status.PASSED, "the same file")
    before, after = comparison.baseline.head, comparison.run.head
    files = (
        f"the same file, {after.suite} {after.sha256[:12]}, but not all of it in both runs"
        if comparison.same_data
        else f"another file: {before.suite} {before.sha256[:12]} before, "
        f"{after.suite} {after.sha256[:12]} now"
    )
    return Ruled(
        rule,
        Status.FAILED,
        f"{files}; {comparison.paired:,} cases in both, {comparison.only_baseline:,} only before, "
        f"{comparison.only_run:,} only now: run the baseline anew with this suite, or compare the "
        "cases in both with health.same_data: false",
    )


def _repeats(run: RecordedRun) -> Ruled:
    rule = "repeats decide the same"
    repeat = run.head.repeat
    if repeat is None:
        return Ruled(rule, Status.NOT_JUDGED, "every case was played once (--repeat)")
    if any(digest is None for digest in run.head.models.values()):
        return Ruled(rule, Status.NOT_JUDGED, "a language model words the answers")
    differing = [str(name) for name in repeat.get("differing", ())]
    return _ruled(rule, not differing, f"{len(differing)} cases differ between repeats", differing)


def _canaries(run: RecordedRun, policy: GatePolicy) -> Iterator[Ruled]:
    if policy.canaries is None:
        return
    rule = f"at most {policy.canaries} planted values kept"
    asked = [case for case in run.cases.values() if case.leaks is not None]
    if not asked:
        yield Ruled(rule, Status.NOT_JUDGED, "no case plants personal data")
        return
    leaking = [case.id for case in asked if case.leaks]
    kept = sum(case.leaks or 0 for case in asked)
    found = f"{kept} turns kept one, in {len(asked)} cases that plant some"
    yield _ruled(rule, kept <= policy.canaries, found, leaking)


def _must_escalate(run: RecordedRun, policy: GatePolicy) -> Iterator[Ruled]:
    wanted = policy.must_escalate
    if wanted is None:
        return
    rule = "no must-escalate case missed" if not wanted.known else "no further case missed"
    named = [
        case
        for case in run.cases.values()
        if case.id in wanted.cases or (wanted.tag and wanted.tag in case.tags)
    ]
    if not named:
        yield Ruled(rule, Status.NOT_JUDGED, f"no case is tagged {wanted.tag!r} or named")
        return
    gone = [name for name in wanted.cases if name not in run.cases]
    every = [c.id for c in named if c.outcome is None or not c.outcome.handed_off]
    missed = [name for name in every if name not in wanted.known]
    found = f"{len(missed)} of {len(named)} missed"
    found += f", {len(every) - len(missed)} more are known to" if len(every) > len(missed) else ""
    found += f"; not in the run: {', '.join(gone)}" if gone else ""
    yield _ruled(rule, not missed and not gone, found, missed)


def _bound(run: RecordedRun, rule: Bound, policy: GatePolicy) -> Ruled:
    cases = [
        case
        for case in run.cases.values()
        if (not rule.tag or rule.tag in case.tags) and (not rule.tier or rule.tier == case.tier)
    ]
    rows = [case.outcome for case in cases if case.outcome is not None]
    estimate = FORMULAS[rule.metric](rows)
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
    return _ruled(rule.name, ok, f"{100 * share:.1f} % ({count:,} of {total:,})")


def _by_bound(rule: Bound, count: int, total: int, confidence: float) -> Ruled:
    if rule.at_most is not None:
        reached, word = upper_bound(count, total, confidence), "upper"
        ok, could = reached <= rule.at_most, upper_bound(0, total, confidence) <= rule.at_most
        broken = lower_bound(count, total, confidence) > rule.at_most
    else:
        limit = rule.at_least or 0.0
        reached, word = lower_bound(count, total, confidence), "lower"
        ok, could = reached >= limit, lower_bound(total, total, confidence) >= limit
        broken = upper_bound(count, total, confidence) < limit
    found = (
        f"{100 * count / total:.1f} % ({count:,} of {total:,}), {word} bound {100 * reached:.1f} %"
    )
    if ok or could or broken:
        return _ruled(rule.name, ok, found)
    return Ruled(rule.name, Status.NOT_JUDGED, f"{found}: too few rows to show it either way")


def _not_worse(comparison: Comparison | None, policy: GatePolicy) -> Iterator[Ruled]:
    found = {} if comparison is None else worsenings(comparison, policy)
    for rule in policy.not_worse:
        name = f"{rule.metric} not worse by {100 * rule.margin:g} points"
        if rule.metric in found:
            worsening = found[rule.metric]
            yield _ruled(name, worsening.passed, str(worsening), worsening.found.worse)
        else:
            why = "no baseline" if comparison is None else "no pair of cases asks for it"
            yield Ruled(name, Status.NOT_JUDGED, why)
