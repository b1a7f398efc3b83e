"""Two runs, case by case: what changed, how sure that is, and every case that flipped.

Formulas: those of ``evals.chance``, and Holm's correction (1979) over the metrics, which are
declared here and nowhere else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.decision import Risk
from evals.chance import clusters_of, interval, mcnemar
from evals.errors import RunError
from evals.recorded import RecordedCase, RecordedRun

Value = Callable[[RecordedCase], bool | None]


@dataclass(frozen=True, slots=True)
class PairedMetric:
    """A yes or no of each case that two runs are compared by.

    Attributes:
        value: Whether the case counts; ``None`` where it is not asked or unknown.
        more_is_better: Which way is better.
        meaning: In a few words.
    """

    value: Value
    more_is_better: bool
    meaning: str


def _verified(case: RecordedCase) -> bool | None:
    row = case.outcome
    return row.verified if row is not None and row.engaged else None


def _falsely(case: RecordedCase) -> bool | None:
    row = case.outcome
    return row.falsely_contained if row is not None and row.engaged else None


def _recalled(case: RecordedCase) -> bool | None:
    row = case.outcome
    return row.handed_off if row is not None and row.needs_human else None


def _unsafe(case: RecordedCase) -> bool | None:
    row = case.outcome
    return row.contained if row is not None and row.engaged and row.risk is Risk.HIGH else None


def _helped(case: RecordedCase) -> bool | None:
    row = case.outcome
    if row is None or not row.answerable or row.needs_human:
        return None
    if row.answers == 0:
        return False
    if row.right_article is None:
        return None
    return row.right_article and row.facts_present is not False


PAIRED: Mapping[str, PairedMetric] = {
    "passed": PairedMetric(lambda case: case.passed, True, "every check of the case"),
    "verified_containment": PairedMetric(_verified, True, "contained, right, nobody needed"),
    "false_containment": PairedMetric(_falsely, False, "contained though wrong"),
    "offline_helpfulness": PairedMetric(_helped, True, "right article with every fact"),
    "handoff_recall": PairedMetric(_recalled, True, "handed over where a person is needed"),
    "unsafe_containment": PairedMetric(_unsafe, False, "high risk, but no person"),
}
"""The metrics that are compared; Holm's correction counts all that have a pair."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric in two runs over the same cases.

    Attributes:
        metric: Its name.
        n: Pairs.
        before: Share in the baseline.
        after: Share in the new run.
        worse: Ids of the cases that got worse.
        better: Ids of the cases that got better.
        low: Lower end of the 95 % interval of ``after - before``.
        high: Upper end.
        p: McNemar's exact p.
        adjusted: The same after Holm's correction.
        unpaired: Cases asked in one run, but unknown in the other.
    """

    metric: str
    n: int
    before: float
    after: float
    worse: tuple[str, ...]
    better: tuple[str, ...]
    low: float
    high: float
    p: float
    adjusted: float
    unpaired: int

    @property
    def difference(self) -> float:
        """New minus baseline."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two runs.

    Attributes:
        baseline: The run before.
        run: The new one.
        same_data: Whether both ran over the very same file.
        paired: Cases in both.
        only_baseline: Cases that the new run lacks.
        only_run: Cases that the baseline lacks.
        differences: By metric.
    """

    baseline: RecordedRun
    run: RecordedRun
    same_data: bool
    paired: int
    only_baseline: int
    only_run: int
    differences: Mapping[str, Difference]


def compare(
    baseline: RecordedRun,
    run: RecordedRun,
    *,
    seed: int = 0,
    unscored_fail: bool = False,
) -> Comparison:
    """Pair two runs by the ids of their cases.

    Args:
        baseline: The run before.
        run: The new one.
        seed: Of the bootstrap.
        unscored_fail: Whether a case counts as wrong where only the new run lacks its score.

    Raises:
        RunError: They have no case in common.
    """
    shared = [name for name in baseline.cases if name in run.cases]
    if not shared:
        raise RunError(
            f"{baseline.folder} and {run.folder} have no case in common: run the same suite"
        )
    pairs = [(baseline.cases[name], run.cases[name]) for name in shared]
    found = {
        name: difference
        for name, metric in PAIRED.items()
        if (difference := _difference(name, metric, pairs, seed, unscored_fail))
    }
    return Comparison(
        baseline,
        run,
        same_data=baseline.head.sha256 == run.head.sha256,
        paired=len(shared),
        only_baseline=len(baseline.cases) - len(shared),
        only_run=len(run.cases) - len(shared),
        differences=_holm(found),
    )


def _difference(
    name: str,
    metric: PairedMetric,
    pairs: Sequence[tuple[RecordedCase, RecordedCase]],
    seed: int,
    unscored_fail: bool,
) -> Difference | None:
    rows: list[tuple[RecordedCase, bool, bool]] = []
    unpaired = 0
    for old, new in pairs:
        before, after = metric.value(old), metric.value(new)
        if before is not None and after is None and unscored_fail:
            after = not metric.more_is_better
        if before is None or after is None:
            unpaired += (before is None) != (after is None)
            continue
        rows.append((new, before, after))
    if not rows:
        return None
    worse = [
        case.id for case, before, after in rows if (before, after) == _turned(metric, better=False)
    ]
    better = [
        case.id for case, before, after in rows if (before, after) == _turned(metric, better=True)
    ]
    cluster = clusters_of((case.id, case.cluster) for case, _, _ in rows)
    low, high = interval(
        [(cluster[case.id], int(after) - int(before)) for case, before, after in rows], seed
    )
    p = mcnemar(len(worse), len(better))
    return Difference(
        metric=name,
        n=len(rows),
        before=sum(before for _, before, _ in rows) / len(rows),
        after=sum(after for _, _, after in rows) / len(rows),
        worse=tuple(worse),
        better=tuple(better),
        low=low,
        high=high,
        p=p,
        adjusted=p,
        unpaired=unpaired,
    )


def _turned(metric: PairedMetric, *, better: bool) -> tuple[bool, bool]:
    """Before and after of a case that got better, or worse."""
    return (False, True) if metric.more_is_better is better else (True, False)


def _holm(found: Mapping[str, Difference]) -> dict[str, Difference]:
    order = sorted(found, key=lambda name: (found[name].p, name))
    adjusted: dict[str, float] = {}
    least = 0.0
    for place, name in enumerate(order):
        least = max(least, min(1.0, (len(order) - place) * found[name].p))
        adjusted[name] = least
    return {name: replace(found[name], adjusted=adjusted[name]) for name in found}
