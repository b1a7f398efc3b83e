"""Holds a run against the gate file: absolute rules on the run, and the change from a baseline.

Limits are for ``evals.limits`` to say, what may not get worse than the baseline for
``evals.worsening``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals.compare import Comparison, compare
from evals.gate_policy import GatePolicy
from evals.limits import limit
from evals.recorded import RecordedCase, RecordedRun
from evals.ruling import Ruled, Status, ruled
from evals.worsening import worsenings


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
        stopping = {Status.FAILED, Status.NOT_JUDGED} if self.strict else {Status.FAILED}
        return tuple(each for each in self.rules if each.status in stopping)

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
        *(limit(run, rule, policy, comparison) for rule in policy.bounds),
        *_not_worse(comparison, policy),
    ]
    return GateVerdict(run, tuple(rules), comparison, strict)


def _share_unscored(cases: Sequence[RecordedCase]) -> float:
    return sum(case.passed is None for case in cases) / len(cases) if cases else 1.0


def _health(run: RecordedRun, comparison: Comparison | None, policy: GatePolicy) -> Iterator[Ruled]:
    health, cases = policy.health, list(run.cases.values())
    crashed = [case.id for case in cases if case.error]
    yield ruled(
        f"at most {health.crashed} crashed",
        len(crashed) <= health.crashed,
        f"{len(crashed)} of {len(cases):,} cases crashed",
        crashed,
    )
    unscored = [case.id for case in cases if case.passed is None]
    yield ruled(
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
    return ruled(rule, not differing, f"{len(differing)} cases differ between repeats", differing)


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
    yield ruled(rule, kept <= policy.canaries, found, leaking)


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
    yield ruled(rule, not missed and not gone, found, missed)


def _not_worse(comparison: Comparison | None, policy: GatePolicy) -> Iterator[Ruled]:
    found = {} if comparison is None else worsenings(comparison, policy)
    for rule in policy.not_worse:
        name = f"{rule.metric} not worse by {100 * rule.margin:g} points"
        if rule.metric in found:
            worsening = found[rule.metric]
            if worsening.untold:
                worse = tuple(worsening.found.worse)
                yield Ruled(name, Status.NOT_JUDGED, str(worsening), worse)
                continue
            yield ruled(name, worsening.passed, str(worsening), worsening.found.worse)
        else:
            why = "no baseline" if comparison is None else "no pair of cases asks for it"
            yield Ruled(name, Status.NOT_JUDGED, why)
