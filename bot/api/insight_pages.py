"""The evaluator's page at ``/insights``: the live figures, and the conversations behind each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Query, Response
from fastapi.responses import RedirectResponse

from bot.accounts import StaffRole
from bot.api.access import StaffMember
from bot.api.owner_access import OwnerPages, Reader
from bot.api.printing import PageSources, Printer
from bot.api.services import Parts
from bot.api.staff_pages import StaffPageGuard
from bot.estimate import Estimate
from bot.measure.articles import ARTICLES
from bot.measure.catalogue import ALL, measure, members
from bot.measure.cohort import Cohort, cohort_of
from bot.measure.effort import EFFORT
from bot.measure.ending import MeasureContext, ended_as
from bot.measure.episode_row import EpisodeRow
from bot.measure.handoffs import HANDOFFS
from bot.measure.metric import Metric
from bot.measure.outcomes import OUTCOMES
from bot.measure.satisfaction import SATISFACTION
from bot.measure.shown import amount, interval, words
from bot.measure.vendors import VENDORS
from bot.store_errors import UnknownConversation
from bot.threaded import threaded

Evaluator = Annotated[StaffMember, Depends(StaffPageGuard(StaffRole.EVALUATOR))]
Name = Annotated[str, Query(max_length=64)]

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
PARTS = ("numerator", "denominator", "unscored")
_MOST_LISTED = 500


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
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Listed:
    """One episode behind a number."""

    row: EpisodeRow
    ending: str


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows of a window."""

    episodes: int
    groups: Mapping[str, Sequence[Figure]]
    headline: str
    trend: str


class InsightPages(OwnerPages):
    """Renders the evaluator's page."""

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        super().__init__(printer, sources)
        self._add("/insights", self._board)
        self._add("/insights/{conversation_id}", self._conversation)

    async def _board(
        self, staff: Reader, days: int = 30, metric: Name = "", part: Name = "numerator"
    ) -> Response:
        if not staff.may(StaffRole.EVALUATOR):
            return RedirectResponse("/insights/home", status_code=303)
        days = days if days in PERIODS else 30
        now = self._sources.clock()
        context = MeasureContext(now=now, since=now - timedelta(days=days))
        shown = {"staff": staff, "days": days, "periods": PERIODS}
        if metric in ALL and part in PARTS:
            listed = await threaded(self._behind, context, metric, part)
            return self._printer.private(
                "staff/insight_list.html",
                **shown,
                title=words(metric),
                meaning=ALL[metric].meaning,
                metric=metric,
                part=part,
                parts=PARTS,
                listed=listed[:_MOST_LISTED],
                count=len(listed),
            )
        board = await threaded(self._drawn, context)
        return self._printer.private("staff/insights.html", **shown, board=board, parts=PARTS)

    async def _conversation(self, staff: Evaluator, parts: Parts, conversation_id: str) -> Response:
        try:
            conversation = await parts.service.get(conversation_id)
        except UnknownConversation:
            return self._printer.missing()
        return self._printer.private(
            "staff/insight_conversation.html", staff=staff, conversation=conversation
        )

    def _read(self, context: MeasureContext) -> tuple[Sequence[EpisodeRow], MeasureContext]:
        rows, votes = self._sources.measured(context)
        cost = self._sources.agent_contact_cost
        return rows, replace(context, votes=votes, agent_contact_cost=cost)

    def _behind(self, context: MeasureContext, metric: str, part: str) -> list[Listed]:
        rows, context = self._read(context)
        wanted = dict.fromkeys(getattr(members(metric, rows, context), part))
        by_id = {row.episode_id: row for row in rows}
        return [Listed(by_id[name], ended_as(by_id[name], context).value) for name in wanted]

    def _drawn(self, context: MeasureContext) -> Board:
        from bot.charts import bars, trend  # noqa: PLC0415  takes a second to load

        rows, context = self._read(context)
        counted = [row for row in rows if context.counts(row)]
        if not counted:
            return Board(0, {}, "", "")
        cohort = cohort_of(rows, context)  # once for all: how each row ended takes time
        groups = {
            title: [_figure(metric, cohort) for metric in metrics]
            for title, metrics in GROUPS.items()
        }
        headline = {words(name): ALL[name].measure(cohort) for name in HEADLINE}
        return Board(
            len(counted),
            groups,
            bars(headline, "Containment, abandonment, escalation and resolution"),
            trend(_by_day(counted, context), "Containment by day"),
        )


def _figure(metric: Metric, cohort: Cohort) -> Figure:
    found, behind = metric.measure(cohort), metric.members(cohort)
    return Figure(
        metric.name,
        words(metric.name),
        metric.meaning,
        amount(found.value, metric.unit),
        interval(found, metric.unit) if found.value is not None else found.reason,
        {part: len(getattr(behind, part)) for part in PARTS},
    )


def _by_day(rows: Sequence[EpisodeRow], context: MeasureContext) -> list[tuple[str, Estimate]]:
    """Containment of the episodes that began on each day."""
    days: dict[str, list[EpisodeRow]] = defaultdict(list)
    for row in rows:
        if row.started_at is not None:
            days[row.started_at.date().isoformat()].append(row)
    one = {"containment": ALL["containment"]}
    return [(day, measure(days[day], context, one)["containment"]) for day in sorted(days)]
