"""A handoff ticket: what it opens with, how urgent it is, where it stands."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.decision import HandoffReason, Risk


class TicketState(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


class Urgency(StrEnum):
    """How soon a person is needed; the queue takes the urgent ones first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class Sentiment(StrEnum):
    """How the customer sounds."""

    DISTRESSED = "distressed"
    FRUSTRATED = "frustrated"
    NEUTRAL = "neutral"


LONGEST_QUOTE = 300
"""Characters of a message that a summary quotes."""

URGENT_REASONS = (HandoffReason.HIGH_RISK, HandoffReason.SENSITIVE)
PRESSING_REASONS = (HandoffReason.REPEATED, HandoffReason.FAILURE)
_RANKS = {urgency: rank for rank, urgency in enumerate(Urgency)}


def urgency_of(reason: HandoffReason, risk: Risk | None) -> Urgency:
    """How urgent a ticket of that reason and risk is."""
    if risk is Risk.HIGH or reason in URGENT_REASONS:
        return Urgency.URGENT
    if risk is Risk.ACCOUNT or reason in PRESSING_REASONS:
        return Urgency.HIGH
    return Urgency.NORMAL


def weight_of(reason: HandoffReason, risk: Risk | None) -> int:
    """Its place in the queue, least first: somebody in distress comes before any money."""
    return -1 if reason is HandoffReason.SENSITIVE else _RANKS[urgency_of(reason, risk)]


def is_graver(
    reason: HandoffReason, risk: Risk | None, than: tuple[HandoffReason, Risk | None]
) -> bool:
    """Whether a new reason weighs more than the one that a ticket has; equal weight does not."""
    return weight_of(reason, risk) < weight_of(*than)


def is_worse(sentiment: Sentiment, than: Sentiment) -> bool:
    """Whether a customer sounds worse than before."""
    order = list(Sentiment)
    return order.index(sentiment) < order.index(than)


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a ticket opens with, or what an open one is brought up to. The summary is redacted."""

    reason: HandoffReason
    summary: str
    at: datetime
    intent: str | None = None
    risk: Risk | None = None
    language: str | None = None
    sentiment: Sentiment = Sentiment.NEUTRAL
    queue: str = "general"
    reply_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A handoff as the agents see it.

    Attributes:
        id: Short reference to read aloud, such as ``K-7F3Q``.
        language: ISO 639-1 code of what the customer writes, ``None`` where it is not known.
        queue: Name of the queue it waits in.
        reply_due: When the first reply is due, ``None`` where nothing is promised.
        first_reply_at: When an agent first wrote.
        position: Place in its queue from 1, urgent ones first; ``None`` unless waiting.
        claimed_by: Name of the agent.
        disposition: How it ended, in one word of the agents'.
    """

    id: str
    conversation_id: str
    reason: HandoffReason
    intent: str | None
    risk: Risk | None
    language: str | None
    sentiment: Sentiment
    summary: str
    queue: str
    reply_due: datetime | None
    first_reply_at: datetime | None
    state: TicketState
    created_at: datetime
    position: int | None
    claimed_by: str | None
    claimed_at: datetime | None
    resolved_at: datetime | None
    disposition: str | None

    @property
    def urgency(self) -> Urgency:
        """How soon a person is needed."""
        return urgency_of(self.reason, self.risk)

    def is_overdue(self, now: datetime) -> bool:
        """Whether the first reply is late, or was."""
        if self.reply_due is None:
            return False
        ended = self.first_reply_at or self.resolved_at or now
        return ended > self.reply_due


def quoted(text: str) -> str:
    """A message as a summary quotes it: in one line, cut where it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_QUOTE else flat[: LONGEST_QUOTE - 1] + "…"


def masked_quotes(summary: str, old: str, new: str) -> str:
    """A summary in which the quotes of one message are put in place of another's.

    Only whole quotes are: a piece of a number, such as "1", stands elsewhere for something else.
    """
    quote = re.compile(
        rf"(?m)(?<=: ){re.escape(quoted(old))}(?= / |$)|(?<= / ){re.escape(quoted(old))}(?= / |$)"
    )
    return quote.sub(lambda _: quoted(new), summary)
