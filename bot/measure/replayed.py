"""The replay format: a past conversation as one JSON line, from our own export or anybody's.

``docs/evaluation.md`` shows the shape. Keys that the format doesn't know are left alone, so that
an export may carry its own; what is missing or of a wrong kind is named with its line.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.errors import FirstlineError


def _utc(at: datetime) -> datetime:
    """In UTC; a time without a zone is taken to be in it."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


Time = Annotated[datetime, AfterValidator(_utc)]


class ReplayFileError(FirstlineError):
    """A file of conversations that can't be read: names file, line and what is wrong."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ReplayedTurn(_Part):
    """One message.

    Attributes:
        at: When it was written.
        speaker: By whom.
        text: What it says, not redacted.
        decision: The assistant's decision: answer, clarify, handoff or reply.
        reason: Why, of a handoff or reply.
        articles: Articles that it cites.
    """

    at: Time
    speaker: Literal["customer", "assistant", "agent", "system"]
    text: str
    decision: Literal["answer", "clarify", "handoff", "reply"] | None = None
    reason: str | None = None
    articles: tuple[str, ...] | None = None

    @property
    def word(self) -> str | None:
        """The decision; a turn that cites articles is an answer, whether it says so or not."""
        if self.speaker != "assistant":
            return None
        return self.decision or ("answer" if self.articles else None)


class ReplayedFeedback(_Part):
    """A thumb on an answer: ``turn`` is its 0-based place among the turns."""

    at: Time
    turn: int = Field(ge=0)
    helpful: bool


class ReplayedRating(_Part):
    """What the customer gave, from 1 to 5."""

    at: Time
    score: int = Field(ge=1, le=5)


class ReplayedHandoff(_Part):
    """When it was passed on, and the ticket, ``None`` where none came of it."""

    at: Time
    ticket_id: str | None = None


class ReplayedConversation(_Part):
    """A whole conversation."""

    conversation_id: str = Field(min_length=1)
    customer_id: str | None = None
    channel: str | None = None
    started_at: Time
    intent: str | None = None
    turns: tuple[ReplayedTurn, ...] = ()
    feedback: tuple[ReplayedFeedback, ...] | None = None
    rating: ReplayedRating | None = None
    handoff: ReplayedHandoff | None = None
    confirmed_at: Time | None = None
    closed_at: Time | None = None
    locale: str | None = None
    is_test: bool | None = None


def read_replayed(path: Path) -> Iterator[ReplayedConversation]:
    """The conversations of a file, one a line; blank lines are skipped.

    Raises:
        ReplayFileError: The file can't be read, or a line is not a conversation.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _conversation(line, f"{path.name}, line {number}")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise ReplayFileError(f"{path}: cannot be read: {reason}") from error


def _conversation(line: str, place: str) -> ReplayedConversation:
    try:
        return ReplayedConversation.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole line"
        raise ReplayFileError(f"{place}: {where}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise ReplayFileError(f"{place}: not a JSON object") from error
