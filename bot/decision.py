"""What the assistant decides to do with a customer's turn: four kinds, no fifth."""

from dataclasses import dataclass
from enum import StrEnum


class Risk(StrEnum):
    """How careful an intent must be handled."""

    LOW = "low"
    ACCOUNT = "account"
    HIGH = "high"


class HandoffReason(StrEnum):
    """Why a person takes over."""

    CUSTOMER_ASKED = "customer_asked"
    HIGH_RISK = "high_risk"
    NO_ARTICLE = "no_article"
    LOW_CONFIDENCE = "low_confidence"
    NOT_GROUNDED = "not_grounded"
    SENSITIVE = "sensitive"
    REPEATED = "repeated"
    OTHER_LANGUAGE = "other_language"
    FAILURE = "failure"
    PAUSED = "paused"


class ReplyReason(StrEnum):
    """Why a fixed line is enough."""

    SMALL_TALK = "small_talk"
    THANKS = "thanks"
    OUT_OF_SCOPE = "out_of_scope"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quoted passage under an answer.

    Attributes:
        article_id: The cited article.
        passage_id: The cited passage in it.
        title: The article's title.
        anchor: Fragment on the article page; empty for its lead.
        quote: The Markdown of the article that the answer rests on.
    """

    article_id: str
    passage_id: str
    title: str
    anchor: str
    quote: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a clarifying question.

    Attributes:
        label: What the customer reads, and may type.
        article_id: The article that answers it.
        intent: The intent it stands for, ``None`` where there are no intents.
    """

    label: str
    article_id: str
    intent: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer from the knowledge base, always with at least one citation.

    Attributes:
        text: Markdown shown to the customer.
        citations: Quoted passages; the first is the one that is judged.
        confidence: Calibrated probability that the answer is right, 0 to 1.
        offers_agent: Whether the reply offers a person in so many words.
    """

    text: str
    citations: tuple[Citation, ...]
    confidence: float
    offers_agent: bool

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("an answer needs at least one citation")


@dataclass(frozen=True, slots=True)
class Clarify:
    """A question back, with two or three options."""

    question: str
    options: tuple[Option, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Handoff:
    """A person takes over.

    Attributes:
        reason: Why.
        text: What the customer is told.
        note: One line for the agent, redacted.
    """

    reason: HandoffReason
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A fixed friendly line without citation; does not change how an episode ends."""

    reason: ReplyReason
    text: str


Decision = Answer | Clarify | Handoff | Reply
