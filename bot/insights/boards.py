"""Evaluators' figures of a window, drawn for a page, with the episodes behind each number."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.estimate import Estimate
from bot.measure.articles import ARTICLES
from bot.measure.catalogue import ALL, measure
from bot.measure.cohort import Cohort, cohort_of
from bot.measure.effort import EFFORT
from bot.measure.ending import Ending, MeasureContext
from bot.measure.episode_row import EpisodeRow
from bot.measure.handoffs import HANDOFFS
from bot.measure.metric import Members, Metric
from bot.measure.outcomes import OUTCOMES
from bot.measure.satisfaction import SATISFACTION
from bot.measure.shown import amount, interval, words
from bot.measure.vendors import VENDORS

GROUPS: Mapping[str, Sequence[Metric]] = {
    "How conversations end": OUTCOMES,
    "Handoff": HANDOFFS,
    "Satisfaction": SATISFACTION,
    "Articles": ARTICLES,
    "Time and cost": EFFORT,
    "By the vendors' definitions": VENDORS,
}
HEADLINE = ("containment", "abandonment", "escalation_rate", "resolution_assumed")
PERIODS = (7, 30, 90)
MOST_LISTED = 500
"""Episodes behind a number that are named."""

_EARLY = frozenset({"How conversations end", "By the vendors' definitions"})


class Part(StrEnum):
    """Which episodes of a number are meant."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as the page shows it.

    Attributes:
        name: Its name in ``run.json``.
        title: In words.
        meaning: What it says.
        value: In its unit.
        interval: Or why there is none.
        counts: Episodes in the numerator, the denominator and unscored.
    """

    name: str
    title: str
    meaning: str
    value: str
    interval: str
    counts: Mapping[Part, int]


@dataclass(frozen=True, slots=True)
class Listed:
    """One episode behind a number; holds no word of it."""

    episode_id: str
    conversation_id: str
    started_at: datetime | None
    intent: str
    risk: str
    ending: str
    messages: int


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows of a window.

    Attributes:
        at: When it was reckoned.
        days: Length of the window.
        episodes: How many began in it.
        pending: Those whose end isn't known yet.
        too_early: Whether none could be known yet but handoffs, which count at once.
        groups: The figures under their headings.
        headline: Chart of the dearest figures; empty where it is too early.
        trend: Chart by day; empty as well.
        listed: Episodes that stand behind a number.
        behind: By figure and part, the places of its first episodes in ``listed``.
        beforehand: Whether it was reckoned before somebody asked.
    """

    at: datetime
    days: int
    episodes: int = 0
    pending: int = 0
    too_early: bool = False
    groups: Mapping[str, Sequence[Figure]] = field(default_factory=dict)
    headline: str = ""
    trend: str = ""
    listed: tuple[Listed, ...] = ()
    behind: Mapping[str, Mapping[Part, tuple[int, ...]]] = field(default_factory=dict)
    beforehand: bool = False

    def count(self, metric: str, part: Part) -> int:
        """How many episodes stand behind a number."""
        every = (figure for figures in self.groups.values() for figure in figures)
        return next((each.counts[part] for each in every if each.name == metric), 0)

    def of(self, metric: str, part: Part) -> list[Listed]:
        """The first episodes behind a number."""
        return [self.listed[place] for place in self.behind.get(metric, {}).get(part, ())]


def draw(rows: Sequence[EpisodeRow], context: MeasureContext, days: int) -> Board:
    """Reckon and draw the figures of a window.

    Args:
        rows: Episodes, also those around the window.
        context: The window, and what the formulas must know.
        days: Length of the window.
    """
    from bot.charts import bars, trend  # noqa: PLC0415  takes a second to load

    counted = [row for row in rows if context.counts(row)]
    if not counted:
        return Board(context.now, days)
    cohort = cohort_of(rows, context)  # once for all: how each row ended takes time
    first = min(row.started_at or context.now for row in counted)
    early = context.now - first < context.assume_after
    behind = {m.name: m.members(cohort) for metrics in GROUPS.values() for m in metrics}
    groups = {
        title: [_figure(m, cohort, behind[m.name], early and title in _EARLY) for m in metrics]
        for title, metrics in GROUPS.items()
    }
    listed = _Listing(cohort)
    places = {
        name: {part: listed.places(getattr(found, part)) for part in Part}
        for name, found in behind.items()
    }
    by_day = _by_day(counted, context)
    headline = {words(name): ALL[name].measure(cohort) for name in HEADLINE}
    return Board(
        at=context.now,
        days=days,
        episodes=len(counted),
        pending=sum(each.ending is Ending.PENDING for each in cohort.rows),
        too_early=early,
        groups=groups,
        headline=""
        if early
        else bars(headline, "Containment, abandonment, escalation and resolution"),
        trend=trend(by_day, "Containment by day") if by_day else "",
        listed=tuple(listed.episodes),
        behind=places,
    )


class _Listing:
    """Episodes behind numbers, each once."""

    def __init__(self, cohort: Cohort) -> None:
        self._ended = {each.row.episode_id: each for each in cohort.rows}
        self._places: dict[str, int] = {}
        self.episodes: list[Listed] = []

    def places(self, names: Sequence[str]) -> tuple[int, ...]:
        """The places of the first of some episodes."""
        wanted = [name for name in dict.fromkeys(names) if name in self._ended][:MOST_LISTED]
        return tuple(self._place(name) for name in wanted)

    def _place(self, name: str) -> int:
        if name not in self._places:
            self._places[name] = len(self.episodes)
            ended = self._ended[name]
            row = ended.row
            self.episodes.append(
                Listed(
                    row.episode_id,
                    row.conversation_id or "",
                    row.started_at,
                    row.intent or "",
                    row.risk.value if row.risk else "",
                    ended.ending.value,
                    row.customer_turns or 0,
                )
            )
        return self._places[name]


def _figure(metric: Metric, cohort: Cohort, behind: Members, early: bool) -> Figure:
    counts = {part: len(set(getattr(behind, part))) for part in Part}
    if early:
        hours = round(cohort.context.assume_after.total_seconds() / 3600)
        why = f"an answer counts {hours} hours after the last message, a handoff at once"
        return Figure(metric.name, words(metric.name), metric.meaning, "too early", why, counts)
    found = metric.measure(cohort)
    told = interval(found, metric.unit) if found.value is not None else found.reason
    value = amount(found.value, metric.unit)
    return Figure(metric.name, words(metric.name), metric.meaning, value, told, counts)


def _by_day(rows: Sequence[EpisodeRow], context: MeasureContext) -> list[tuple[str, Estimate]]:
    """Containment of the episodes that began on each day, the last ones left out.

    As long as a day's answers wait to be counted, handoffs alone are.
    """
    days: dict[str, list[EpisodeRow]] = defaultdict(list)
    whole = (context.now - context.assume_after).date()
    for row in rows:
        if row.started_at is not None and row.started_at.date() < whole:
            days[row.started_at.date().isoformat()].append(row)
    one = {"containment": ALL["containment"]}
    return [(day, measure(days[day], context, one)["containment"]) for day in sorted(days)]
