"""How each intent goes: how often it is asked, how it ends, and what is new this week."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.decision import Risk
from bot.estimate import Estimate, share, unknown
from bot.insights.citations import monday_of
from bot.insights.drivers import UNKNOWN
from bot.insights.rates import change_of
from bot.measure.catalogue import METRICS, measure
from bot.measure.ending import MeasureContext, came_back
from bot.measure.episode_row import EpisodeRow
from bot.measure.satisfaction import TOP_BOX

LAST_KEPT = 50
"""Conversations that are named of each intent, the newest."""

_WEEK = timedelta(days=7)
_ENDS = {name: METRICS[name] for name in ("containment", "escalation_rate")}


@dataclass(frozen=True, slots=True)
class IntentFigures:
    """How one intent goes in a window.

    Attributes:
        name: The intent, or ``unknown``.
        risk: Its tier; ``None`` where it is not, or no longer, among the intents in use.
        episodes: How often it was asked.
        weeks: The same by the Monday of the week.
        week: Of the last seven days.
        week_before: Of the seven before; ``None`` where the window doesn't hold them.
        change: Relative change of the week.
        contained: Episodes that ended with neither an agent nor an unmet handoff.
        handed_over: Episodes that were handed to a person.
        wrong: Answered episodes whose customer said that it did not help, or came back about it
            within seven days.
        satisfied: Ratings of 4 or 5.
        conversation_ids: The newest conversations, the newest first.
    """

    name: str
    risk: Risk | None
    episodes: int
    weeks: Mapping[date, int]
    week: int
    week_before: int | None
    change: Estimate
    contained: Estimate
    handed_over: Estimate
    wrong: Estimate
    satisfied: Estimate
    conversation_ids: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """Whether it came up this week, and not before in the window."""
        return self.week_before is not None and self.week == self.episodes > 0


def intent_figures(
    rows: Iterable[EpisodeRow], context: MeasureContext, tiers: Mapping[str, Risk] | None = None
) -> tuple[IntentFigures, ...]:
    """The figures of every intent, the most frequent first.

    An episode whose intent was taken with a probability below a half counts as ``unknown``.

    Args:
        rows: Episodes, also those around the window of the context.
        context: The window, and the time they are looked at.
        tiers: The risk of each intent in use.
    """
    own: dict[str, list[EpisodeRow]] = defaultdict(list)
    first = context.now
    for row in rows:
        if row.started_at is not None and row.engaged and context.counts(row):
            own[UNKNOWN if row.unsure else row.intent or UNKNOWN].append(row)
            first = min(first, row.started_at)
    whole = context.now - first >= 2 * _WEEK - timedelta(days=1)
    tiers = tiers or {}
    found = [
        _figures(name, tiers.get(name), some, context, whole=whole) for name, some in own.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.episodes, each.name)))


def _figures(
    name: str,
    risk: Risk | None,
    rows: Sequence[EpisodeRow],
    context: MeasureContext,
    *,
    whole: bool,
) -> IntentFigures:
    begun = [row.started_at or context.now for row in rows]
    early = unknown("too early") if context.now - min(begun) < context.assume_after else None
    week = sum(at > context.now - _WEEK for at in begun)
    before = sum(context.now - 2 * _WEEK < at <= context.now - _WEEK for at in begun)
    ends = measure(rows, context, _ENDS)
    answered = [row for row in rows if row.answers]
    rated = [row.rating for row in rows if row.rating is not None]
    newest = sorted(rows, key=lambda row: row.started_at or context.now, reverse=True)
    return IntentFigures(
        name=name,
        risk=risk,
        episodes=len(rows),
        weeks=_weeks(begun),
        week=week,
        week_before=before if whole else None,
        change=change_of(week, before) if whole else unknown("less than two weeks are known"),
        contained=early or ends["containment"],
        handed_over=early or ends["escalation_rate"],
        wrong=share(
            sum(_was_wrong(row, context) for row in answered),
            len(answered),
            empty="nothing was answered",
        ),
        satisfied=share(
            sum(score >= TOP_BOX for score in rated), len(rated), empty="nobody rated it"
        ),
        conversation_ids=_named(row.conversation_id for row in newest),
    )


def _was_wrong(row: EpisodeRow, context: MeasureContext) -> bool:
    return row.last_feedback == "negative" or came_back(row, context.durable)


def _weeks(times: Iterable[datetime]) -> dict[date, int]:
    return dict(sorted(Counter(monday_of(at.date()) for at in times).items()))


def _named(conversations: Iterable[str | None]) -> tuple[str, ...]:
    """The first of them that have a name, each once."""
    return tuple(dict.fromkeys(each for each in conversations if each))[:LAST_KEPT]
