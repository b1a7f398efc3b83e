"""What a report draws of a run: risk and coverage, reliability of confidence, confusions."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.decision import Answer
from bot.estimate import share
from bot.evidence import Evidence
from bot.golden import Played
from bot.selective import RiskCurve, Scored, ideal_curve, risk_curve
from evals.scorers import CaseResult

_BINS = 10
_MOST_POINTS = 120
_MOST_CONFUSIONS = 30


@dataclass(frozen=True, slots=True)
class Confusion:
    """Messages of one intent that were taken for another.

    Attributes:
        wanted: The labelled intent.
        taken_for: The most probable one.
        count: How many.
        of: Messages of the labelled intent.
        cases: Their ids.
    """

    wanted: str
    taken_for: str
    count: int
    of: int
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawings:
    """Charts as SVG, each with the numbers behind it.

    Attributes:
        curve: Share of wrong answers against the share answered; empty where nothing was answered.
        curves: The curves, all cases and by labelled risk.
        reliability: How often answers of each confidence were right; empty likewise.
        bins: Confidence from, to, and the share that was right, as text.
        confusions: Most frequent first.
        confused: Messages whose intent was not the most probable one.
        labelled: Messages with a labelled intent.
    """

    curve: str
    curves: Mapping[str, RiskCurve]
    reliability: str
    bins: Sequence[tuple[str, str]]
    confusions: Sequence[Confusion]
    confused: int
    labelled: int


def drawings(results: Sequence[CaseResult]) -> Drawings:
    """Draw what a run's results say."""
    from bot.charts import Bin, Line, lines, reliability  # noqa: PLC0415  takes a second to load

    curves = _curves(results)
    drawn = [
        Line(name, _thinned([(point.coverage, point.risk) for point in curve.points]))
        for name, curve in curves.items()
    ]
    if "all" in curves:
        drawn.append(Line("ideal", ideal_curve(curves["all"]), dashed=True))
    binned = {
        (low, high): (
            sum(c for c, _ in rows) / len(rows),
            share(sum(r for _, r in rows), len(rows)),
        )
        for (low, high), rows in _binned(results).items()
    }
    confusions, confused, labelled = _confusions(results)
    return Drawings(
        curve=lines(drawn, "Wrong answers against answers given", "answered", "wrong")
        if drawn
        else "",
        curves=curves,
        reliability=reliability(
            [Bin(mean, right) for mean, right in binned.values()],
            "Share of right answers against confidence",
        )
        if binned
        else "",
        bins=[(f"{low:.1f}–{high:.1f}", str(right)) for (low, high), (_, right) in binned.items()],
        confusions=confusions,
        confused=confused,
        labelled=labelled,
    )


def _curves(results: Sequence[CaseResult]) -> dict[str, RiskCurve]:
    groups: dict[str, list[Scored]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for result in results:
        row = result.outcome
        if row is None or not row.engaged or row.falsely_contained is None:
            continue
        tiers = ("all", row.risk.value) if row.risk else ("all",)
        answer = _answer(result)
        for tier in tiers:
            counts[tier] += 1
            if answer is not None:
                groups[tier].append(Scored(answer.confidence, row.falsely_contained, tier))
    found = {name: risk_curve(rows, counts[name]) for name, rows in sorted(groups.items())}
    # A handful of answers is a staircase, not a curve.
    return {
        name: curve
        for name, curve in found.items()
        if curve is not None and (name == "all" or curve.points[-1].answered >= _BINS)
    }


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Few enough points for a small file; the last one is kept."""
    step = max(1, len(points) // _MOST_POINTS)
    return [*points[:-1:step], points[-1]]


def _binned(results: Sequence[CaseResult]) -> dict[tuple[float, float], list[tuple[float, bool]]]:
    """Confidence and whether it was right, of answers of which that is known."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for result in results:
        answer, row = _answer(result), result.outcome
        if answer is not None and row is not None and row.right_article is not None:
            place = min(_BINS - 1, int(answer.confidence * _BINS))
            bins[place].append((answer.confidence, row.right_article))
    return {(place / _BINS, (place + 1) / _BINS): bins[place] for place in sorted(bins)}


def _confusions(results: Sequence[CaseResult]) -> tuple[list[Confusion], int, int]:
    totals: Counter[str] = Counter()
    taken: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in results:
        evidence = _evidence(result)
        wanted = result.case.intent
        if wanted is None or evidence is None or evidence.intent is None:
            continue
        totals[wanted] += 1
        if evidence.intent != wanted:
            taken[wanted, evidence.intent].append(result.case.id)
    found = [
        Confusion(wanted, other, len(cases), totals[wanted], tuple(cases))
        for (wanted, other), cases in taken.items()
    ]
    found.sort(key=lambda each: (-each.count, each.wanted, each.taken_for))
    return found[:_MOST_CONFUSIONS], sum(map(len, taken.values())), totals.total()


def _aim(result: CaseResult) -> Played | None:
    """The first turn at the last message of a case."""
    last = len(result.case.steps) - 1
    return next((one for one in result.played if one.step == last), None)


def _evidence(result: CaseResult) -> Evidence | None:
    aim = _aim(result)
    return aim.assistant.evidence if aim else None


def _answer(result: CaseResult) -> Answer | None:
    aim = _aim(result)
    return aim.decision if aim and isinstance(aim.decision, Answer) else None
