"""A handoff ticket: what it opens with, how urgent it is, where it stands."""

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


def is_graver(
    reason: HandoffReason, risk: Risk | None, than: tuple[HandoffReason, Risk | None]
) -> bool:
    """Whether a new reason weighs more than the one that a ticket has; equal weight does not."""
    return _RANKS[urgency_of(reason, risk)] < _RANKS[urgency_of(*than)]


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a ticket opens with, or what an open one is brought up to. The summary is redacted."""

    reason: HandoffReason
    summary: str
    at: datetime
    intent: str | None = None
    risk: Risk | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A handoff as the agents see it.

    Attributes:
        id: Short reference to read aloud, such as ``K-7F3Q``.
        position: Place in the queue from 1, urgent ones first; ``None`` unless waiting.
        claimed_by: Name of the agent.
        disposition: How it ended, in one word of the agents'.
    """

    id: str
    conversation_id: str
    reason: HandoffReason
    intent: str | None
    risk: Risk | None
    summary: str
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
