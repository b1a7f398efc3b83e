"""What is to be brought to a helpdesk, a mailbox or a webhook, and how far it got."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryKind(StrEnum):
    """What the helpdesk is told."""

    OPENED = "opened"
    """A ticket was opened."""
    MESSAGE = "message"
    """The customer wrote again while it is open."""
    ANSWER = "answer"
    """The customer is told by mail what an agent wrote."""
    ALERT_MAIL = "alert_mail"
    """Agents are told by mail of a ticket."""
    ALERT_CALL = "alert_call"
    """A webhook is told of a ticket."""


class AlertCause(StrEnum):
    """Why agents are told of a ticket."""

    NEW = "new"
    URGENT = "urgent"
    OVERDUE = "overdue"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to tell, or told.

    Attributes:
        id: Place in the order.
        key: The same at every attempt, so that a receiver knows a repeated one.
        turn_id: The customer's turn that it is about.
        attempts: How often it was tried.
        due_at: When it is tried next, while it waits.
        ref: The helpdesk's own id of what was made, once it is done.
        error: Why the last attempt failed.
    """

    id: int
    key: str
    kind: DeliveryKind
    conversation_id: str
    ticket_id: str
    turn_id: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    due_at: datetime
    ref: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Delivered:
    """An open ticket that the helpdesk has, with the helpdesk's own id of it."""

    ref: str
    ticket_id: str
    conversation_id: str
