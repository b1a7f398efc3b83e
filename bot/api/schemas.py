"""Bodies of requests and responses. Input with an unknown field is refused."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.api.options import COMMENT_CHARACTERS, MESSAGE_CHARACTERS


def _not_blank(text: str) -> str:
    if not any(char.isprintable() and not char.isspace() for char in text):
        raise ValueError("must hold more than blanks")
    return text


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")


def _no_number(word: str) -> str:
    if sum(map(str.isdigit, word)) > 4:
        raise ValueError("must be a word with at most 4 digits")
    return word


Cleaned = AfterValidator(_without_nul)
NotBlank = AfterValidator(_not_blank)
NoNumber = AfterValidator(_no_number)
Message = Annotated[
    str,
    Field(min_length=1, max_length=MESSAGE_CHARACTERS),
    Cleaned,
    NotBlank,
]
Comment = Annotated[str, Field(max_length=COMMENT_CHARACTERS), Cleaned]
ClientId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"
PHONE = r"^\+?[0-9][0-9 ()./-]{4,30}$"
DecisionKind = Literal["answer", "clarify", "handoff", "reply"]
StateName = Literal["open", "waiting", "claimed", "resolved", "closed"]
TicketStateName = Literal["waiting", "claimed", "resolved"]


class Input(BaseModel):
    """A request's body: only the named fields."""

    model_config = ConfigDict(extra="forbid")


class StartIn(Input):
    """Opens a conversation."""

    locale: Annotated[str, NoNumber] = Field(
        "en", max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
    )
    channel: Annotated[str, NoNumber] = Field("web", pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    customer_ref: Annotated[str, Cleaned] | None = Field(None, min_length=1, max_length=2048)


class MessageIn(Input):
    """A customer's message. The same ``client_id`` again gives the same reply."""

    text: Message
    client_id: ClientId | None = None


class HandoffIn(Input):
    """Asks for a person."""

    note: Annotated[str, Field(max_length=MESSAGE_CHARACTERS), Cleaned] | None = None


class TurnFeedbackIn(Input):
    """A vote on a reply."""

    turn_id: str = Field(min_length=1, max_length=64)
    helpful: bool
    comment: Comment | None = None


class RatingIn(Input):
    """How it was, from 1 to 5."""

    score: int = Field(ge=1, le=5)
    comment: Comment | None = None


class ResolutionIn(Input):
    """Whether that solved it."""

    solved: bool


class ContactIn(Input):
    """How to reach a customer who leaves: an e-mail address, a phone number, or both."""

    email: Annotated[str, Field(max_length=254, pattern=EMAIL)] | None = None
    phone: Annotated[str, Field(max_length=32, pattern=PHONE)] | None = None
    name: Annotated[str, Field(min_length=1, max_length=100), Cleaned] | None = None

    @model_validator(mode="after")
    def _some(self) -> "ContactIn":
        if self.email is None and self.phone is None:
            raise ValueError("give an email or a phone")
        return self


class ArticleFeedbackIn(Input):
    """A vote on an article."""

    helpful: bool
    comment: Comment | None = None


class AgentReplyIn(Input):
    """An agent's message."""

    text: Message
    client_id: ClientId | None = None


class ResolveIn(Input):
    """Ends a ticket."""

    disposition: Annotated[str, NoNumber] = Field("solved", pattern=r"^[a-z][a-z0-9_-]{0,31}$")


class NoteIn(Input):
    """An internal note on a ticket."""

    text: Message


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
