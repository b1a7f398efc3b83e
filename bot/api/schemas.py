"""Bodies of responses."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

DecisionKind = Literal["answer", "clarify", "handoff", "reply"]
StateName = Literal["open", "waiting", "claimed", "resolved", "closed"]
TicketStateName = Literal["waiting", "claimed", "resolved"]


class TokenOut(BaseModel):
    """A conversation with the token that opens it."""

    id: str
    token: str
    expires_at: datetime


class CitationOut(BaseModel):
    """A quoted passage under an answer."""

    article_id: str
    passage_id: str
    title: str
    anchor: str
    quote: str
    url: str


class OptionOut(BaseModel):
    """One choice of a clarifying question."""

    label: str
    article_id: str
    intent: str | None


class HandoffOut(BaseModel):
    """Where the customer stands in the queue."""

    ticket_id: str
    state: TicketStateName
    position: int | None
    message: str
    next: str
    reply_due: datetime | None
    opens_at: datetime | None
    asks_contact: bool


class ReplyOut(BaseModel):
    """What a message led to. ``decision`` and ``text`` are null while an agent is there."""

    turn_id: str
    decision: DecisionKind | None
    reason: str | None
    text: str | None
    options: list[OptionOut]
    citations: list[CitationOut]
    offers_agent: bool
    notice: str | None
    handoff: HandoffOut | None


class TurnOut(BaseModel):
    """One turn as its customer sees it."""

    turn_id: str
    at: datetime
    speaker: Literal["customer", "assistant", "agent", "system"]
    text: str
    client_id: str | None = None
    author: str | None = None
    decision: DecisionKind | None = None
    reason: str | None = None
    citations: list[CitationOut] | None = None
    options: list[OptionOut] | None = None


class ConversationOut(BaseModel):
    """A conversation as its customer sees it. ``handoff`` is its open ticket."""

    id: str
    state: StateName
    turns: list[TurnOut]
    handoff: HandoffOut | None
    asks_rating: bool = False


class HitOut(BaseModel):
    """One article that was found."""

    article_id: str
    title: str
    domain: str
    anchor: str
    url: str
    excerpt: str


class HitsOut(BaseModel):
    """Articles that were found, best first."""

    hits: list[HitOut]


class TicketOut(BaseModel):
    """A handoff as agents see it."""

    ticket_id: str
    conversation_id: str
    state: TicketStateName
    position: int | None
    reason: str
    intent: str | None
    risk: str | None
    urgency: str
    language: str | None
    sentiment: str
    summary: str
    queue: str
    reply_due: datetime | None
    first_reply_at: datetime | None
    overdue: bool
    created_at: datetime
    claimed_by: str | None
    disposition: str | None


class TicketsOut(BaseModel):
    """The queue, in order."""

    handoffs: list[TicketOut]


class ResolutionOut(BaseModel):
    """What follows from the customer's word."""

    state: StateName
    asks_rating: bool
    offers_agent: bool


class ContactOut(BaseModel):
    """How to reach the customer. It is shown, never kept."""

    email: str | None
    phone: str | None
    name: str | None


class PulseOut(BaseModel):
    """Grows with anything that agents would see."""

    pulse: int


class DeliveryOut(BaseModel):
    """Something that another system did not take."""

    delivery_id: int
    ticket_id: str
    kind: str
    attempts: int
    created_at: datetime
    error: str


class DeliveriesOut(BaseModel):
    """What other systems did not take, the oldest first; 100 at most."""

    deliveries: list[DeliveryOut]


class NoteOut(BaseModel):
    """An internal note."""

    at: datetime
    author: str
    text: str


class NotesOut(BaseModel):
    """The notes of a ticket, the oldest first."""

    notes: list[NoteOut]


class AgentTurnOut(BaseModel):
    """An agent's message as kept."""

    turn_id: str
    at: datetime
    text: str


class HealthOut(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class ReadyOut(BaseModel):
    """Whether messages can be taken and how well they can be answered."""

    status: Literal["ready", "degraded", "not ready"]
    store: Literal["ok", "unavailable"]
    index: Literal["ready", "lexical only", "missing"]
    detail: str
