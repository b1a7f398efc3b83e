"""How an episode ended, derived from its row and never stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.hours import Hours
from bot.measure.episode_row import EpisodeRow, Vote
from bot.measure.facts import ArticleFacts, ContentChange


class Ending(StrEnum):
    """The first rule that fits, in this order (``docs/metrics.md``)."""

    NOT_ENGAGED = "not_engaged"
    BLOCKED = "blocked"
    HANDED_OFF = "handed_off"
    ABSTAINED_NO_HUMAN = "abstained_no_human"
    CONFIRMED = "confirmed"
    PENDING = "pending"
    ABANDONED = "abandoned"
    ASSUMED = "assumed"


RESOLVED = frozenset({Ending.CONFIRMED, Ending.ASSUMED})
CONTAINED = RESOLVED | {Ending.ABANDONED}
ENDED = CONTAINED | {Ending.HANDED_OFF, Ending.ABSTAINED_NO_HUMAN}
"""The set E of the definitions: engaged, not blocked, and its outcome is known."""


@dataclass(frozen=True, slots=True)
class MeasureContext:
    """What the formulas must know besides the rows. Printed with every report.

    Attributes:
        now: The time at which the rows are looked at.
        since: Rows that started earlier are out; ``None`` without a window.
        until: Rows that started then or later are out.
        assume_after: Silence after which an episode is taken to be over.
        durable_days: How long a customer must not come back.
        first_reply_target: What a first reply should take at most.
        min_votes: Fewer votes say too little about an article.
        agent_minute_cost: What a minute of an agent costs; ``None`` where it is not known.
        agent_contact_cost: What a contact costs that an agent handles.
        self_service_cost: What one costs that no agent handles, where the rows don't tell.
        infra_cost: What all that runs cost in the window, models apart; shared out over the rows
            that don't tell.
        with_tests: Whether test traffic counts.
        articles: What is known of each published article.
        changes: Changes of the product.
        hours: When agents are there, where that is known.
        votes: Votes on articles that were given outside of any episode.
    """

    now: datetime
    since: datetime | None = None
    until: datetime | None = None
    assume_after: timedelta = timedelta(hours=24)
    durable_days: int = 7
    first_reply_target: timedelta = timedelta(seconds=60)
    min_votes: int = 10
    agent_minute_cost: float | None = None
    agent_contact_cost: float | None = None
    self_service_cost: float | None = None
    infra_cost: float | None = None
    with_tests: bool = False
    articles: Mapping[str, ArticleFacts] = field(default_factory=dict)
    changes: tuple[ContentChange, ...] = ()
    hours: Hours | None = None
    votes: tuple[Vote, ...] = ()

    @property
    def durable(self) -> timedelta:
        """``durable_days`` as a span of time."""
        return timedelta(days=self.durable_days)

    def counts(self, row: EpisodeRow) -> bool:
        """Whether a row is in the window and no test traffic."""
        if row.is_test and not self.with_tests:
            return False
        if self.since is None and self.until is None:
            return True
        return (
            row.started_at is not None
            and (self.since is None or row.started_at >= self.since)
            and (self.until is None or row.started_at < self.until)
        )


def ended_as(row: EpisodeRow, context: MeasureContext) -> Ending:
    """How an episode ended, as far as can be told now."""
    if not row.engaged or not row.involved:
        return Ending.NOT_ENGAGED
    if row.blocked_by is not None and row.answers == 0:
        return Ending.BLOCKED
    if row.has_agent or row.ticket_id is not None:
        return Ending.HANDED_OFF
    if row.handoff_decided:
        return Ending.ABSTAINED_NO_HUMAN
    return _without_person(row, context)


def _without_person(row: EpisodeRow, context: MeasureContext) -> Ending:
    if row.confirmed_at is not None and row.answers > 0:
        return Ending.CONFIRMED
    silent = was_silent(row, context.assume_after, context.now)
    if not is_closed(row, context.now) or not silent:
        return Ending.PENDING
    if row.answers == 0 or row.last_feedback == "negative" or row.last_decision == "clarify":
        return Ending.ABANDONED
    return Ending.ASSUMED


def is_closed(row: EpisodeRow, now: datetime) -> bool:
    """Whether the episode is over."""
    return row.closed_at is not None and row.closed_at <= now


def was_silent(row: EpisodeRow, span: timedelta, now: datetime) -> bool:
    """Whether the last turn of the episode is so long ago."""
    last = _last_turn(row)
    return last is not None and now - last >= span


def is_quiet(row: EpisodeRow, span: timedelta, now: datetime) -> bool:
    """Whether nothing at all was written for so long after the last turn, no new episode either."""
    last = _last_turn(row)
    if last is None or now - last < span:
        return False
    return row.reopened_at is None or row.reopened_at - last >= span


def _last_turn(row: EpisodeRow) -> datetime | None:
    return row.last_turn_at or row.closed_at or row.last_answer_at or row.started_at


def closed_since(row: EpisodeRow, span: timedelta, now: datetime) -> bool:
    """Whether the episode has been over for so long."""
    return row.closed_at is not None and now - row.closed_at >= span


def came_back(row: EpisodeRow, span: timedelta) -> bool:
    """Whether the customer wrote again, or came again with the same issue, in so long."""
    return within(row, row.reopened_at, span) or within(row, row.recontact_at, span)


def within(row: EpisodeRow, then: datetime | None, span: timedelta) -> bool:
    """Whether something came to pass, and before so long had passed since the episode closed."""
    return then is not None and (row.closed_at is None or then - row.closed_at <= span)
