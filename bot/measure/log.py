"""A conversation as a log tells it: who wrote when, and what was decided."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.decision import Risk
from bot.measure.episode_row import DecisionWord

HALF_SURE = 0.5
"""Probability from which a message counts for an intent."""


@dataclass(frozen=True, slots=True)
class LoggedTurn:
    """One message.

    Attributes:
        at: When it was written.
        speaker: customer, assistant, agent or system.
        decision: What the assistant decided.
        reason: Why it handed over or replied so.
        articles: Ids of the articles that an answer cites.
        offered_agent: Whether an answer offers a person; ``None`` where the log doesn't say.
        intent: What the message was taken to be after.
        sure: Whether that is at least half sure, or nobody said how sure.
        risk: Of that.
        confidence: Of the decision.
        versions: Index, policy and model that decided.
        text: What was said, where the log holds it: predicted CSAT reads it, and nothing keeps it.
    """

    at: datetime
    speaker: str
    decision: DecisionWord | None = None
    reason: str | None = None
    articles: tuple[str, ...] = ()
    offered_agent: bool | None = None
    intent: str | None = None
    sure: bool = True
    risk: Risk | None = None
    confidence: float | None = None
    versions: tuple[str | None, str | None, str | None] = (None, None, None)
    text: str | None = field(default=None, repr=False)

    @property
    def word(self) -> DecisionWord | None:
        """The decision; a turn that cites articles is an answer, whether it says so or not."""
        if self.speaker != "assistant":
            return None
        return self.decision or ("answer" if self.articles else None)


@dataclass(frozen=True, slots=True)
class LoggedFeedback:
    """Whether a turn was helpful; ``turn`` is its place in the conversation, from 0."""

    at: datetime
    turn: int
    helpful: bool


@dataclass(frozen=True, slots=True)
class LoggedRating:
    """A rating from 1 to 5."""

    at: datetime
    score: int


@dataclass(frozen=True, slots=True)
class LoggedHandoff:
    """A handoff, and the ticket that came of it, if any did.

    Attributes:
        at: When.
        ticket_id: Of the ticket.
        reason: Why, where the log says so.
        due_at: When the first reply was promised.
        resolved_at: When an agent resolved it.
        intent: What the customer is after.
        risk: Of that.
    """

    at: datetime
    ticket_id: str | None = None
    reason: str | None = None
    due_at: datetime | None = None
    resolved_at: datetime | None = None
    intent: str | None = None
    risk: Risk | None = None


@dataclass(frozen=True, slots=True)
class LoggedConversation:
    """One conversation.

    Attributes:
        id: Unique in its log.
        started_at: When it was opened.
        turns: In order.
        customer_key: Who; ``None`` for anonymous customers.
        channel: Such as ``web``.
        locale: Such as ``en``.
        site: Which of several sites.
        is_test: Test traffic.
        intent: What the customer was after, where the log says so for the whole of it.
        feedback: On turns.
        ratings: Of episodes.
        handoffs: In order.
        confirmed: When the customer said that it is solved.
        denied: When the customer said that it is not.
        closed: When it was closed, once or more often.
    """

    id: str
    started_at: datetime
    turns: tuple[LoggedTurn, ...]
    customer_key: str | None = None
    channel: str | None = None
    locale: str | None = None
    site: str | None = None
    is_test: bool = False
    intent: str | None = None
    feedback: tuple[LoggedFeedback, ...] = ()
    ratings: tuple[LoggedRating, ...] = ()
    handoffs: tuple[LoggedHandoff, ...] = ()
    confirmed: tuple[datetime, ...] = ()
    denied: tuple[datetime, ...] = ()
    closed: tuple[datetime, ...] = ()

    def times(self) -> Iterator[datetime]:
        """Every time at which something happened."""
        yield self.started_at
        for parts in (self.turns, self.feedback, self.ratings, self.handoffs):
            yield from (part.at for part in parts)
        yield from (*self.confirmed, *self.denied, *self.closed)
