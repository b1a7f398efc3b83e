"""A conversation as the assistant sees it: turns by four kinds of speaker, all redacted."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.decision import Decision
from bot.evidence import Evidence
from redaction.redactor import RedactedText


class Speaker(StrEnum):
    """Who wrote a turn."""

    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"


class ConversationState(StrEnum):
    """Where a conversation stands. The assistant speaks in ``open`` and ``waiting`` only."""

    OPEN = "open"
    WAITING = "waiting"
    CLAIMED = "claimed"
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message by one speaker.

    Attributes:
        id: Unique in the installation.
        at: UTC time it was accepted.
        speaker: Who wrote it.
        text: Redacted text as shown.
        decision: What the assistant decided; only on its own turns.
        evidence: What that decision rests on; only on the assistant's turns.
        client_id: The sender's own id of a customer turn, for retries.
        author: The name that the customer sees; only on an agent's turns.
    """

    id: str
    at: datetime
    speaker: Speaker
    text: RedactedText
    decision: Decision | None = None
    evidence: Evidence | None = None
    client_id: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """The whole exchange so far.

    Attributes:
        id: Unguessable id.
        locale: What the page said its language is, such as ``en``.
        channel: Where it takes place, such as ``web``.
        state: Where it stands.
        turns: In order.
        placeholders: Keyed digest of a personal value to its placeholder, so that the same value
            gets the same placeholder throughout; holds no raw value.
    """

    id: str
    locale: str = "en"
    channel: str = "web"
    state: ConversationState = ConversationState.OPEN
    turns: tuple[Turn, ...] = ()
    placeholders: dict[str, str] = field(default_factory=dict)
