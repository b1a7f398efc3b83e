"""Reads logged conversations, one JSON line each, whoever's software held them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from evals.errors import ReplayError
from evals.replay_lines import Lines, UtcTime, first_error, json_object


def _listed(value: object) -> object:
    return () if value is None else value


def _worded(value: object) -> object:
    """Ids are words, also where a log counts."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_worded), Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LoggedTurn(_Part):
    """One message.

    Attributes:
        at: When it was written.
        speaker: Who wrote it.
        text: What was said; not looked at, and never written on.
        decision: What the assistant decided.
        reason: Why it handed over or replied so; ``closed`` on a system turn ends an episode.
        articles: Ids of the articles that an answer cites.
    """

    at: UtcTime
    speaker: Literal["customer", "assistant", "agent", "system"]
    text: str | None = None
    decision: Literal["answer", "clarify", "handoff", "reply"] | None = None
    reason: str | None = None
    articles: Annotated[tuple[Id, ...], BeforeValidator(_listed)] = ()


class LoggedFeedback(_Part):
    """Whether a turn was helpful; ``turn`` is its place in ``turns``, from 0."""

    at: UtcTime
    turn: int = Field(ge=0)
    helpful: bool


class LoggedRating(_Part):
    """A rating from 1 to 5."""

    at: UtcTime
    score: int = Field(ge=1, le=5)


class LoggedHandoff(_Part):
    """A handoff, and the ticket that came of it, if any did."""

    at: UtcTime
    ticket_id: Id | None = None


class LoggedConversation(_Part):
    """One conversation."""

    conversation_id: Id
    customer_id: Id | None = None
    channel: str | None = None
    started_at: UtcTime
    intent: str | None = None
    turns: Annotated[tuple[LoggedTurn, ...], BeforeValidator(_listed)]
    feedback: Annotated[tuple[LoggedFeedback, ...], BeforeValidator(_listed)] = ()
    rating: LoggedRating | None = None
    handoff: LoggedHandoff | None = None
    confirmed_at: UtcTime | None = None
    closed_at: UtcTime | None = None
    locale: str | None = None
    is_test: bool | None = None

    @model_validator(mode="after")
    def _feedback_on_turns(self) -> Self:
        for each in self.feedback:
            if each.turn >= len(self.turns):
                raise ValueError(
                    f"feedback on turn {each.turn}, but there are {len(self.turns)} turns from 0"
                )
        return self

    def times(self) -> Iterator[datetime]:
        """Every time at which something happened."""
        yield self.started_at
        yield from (turn.at for turn in self.turns)
        yield from (each.at for each in self.feedback)
        parts = (self.rating, self.handoff)
        yield from (part.at for part in parts if part is not None)
        yield from (at for at in (self.confirmed_at, self.closed_at) if at is not None)


def read_conversations(path: Path) -> tuple[list[LoggedConversation], str]:
    """The conversations of a file, and its SHA-256.

    Raises:
        ReplayError: A line is wrong; names it.
    """
    lines = Lines(path)
    found = list(_conversations(lines))
    return found, lines.sha256


def _conversations(lines: Lines) -> Iterator[LoggedConversation]:
    seen: dict[str, str] = {}
    for where, line in lines:
        try:
            told = LoggedConversation.model_validate(json_object(where, line))
        except ValidationError as error:
            raise first_error(where, error) from None
        if told.conversation_id in seen:
            raise ReplayError(
                f"{where}: conversation_id {told.conversation_id!r} is taken by "
                f"{seen[told.conversation_id]}"
            )
        seen[told.conversation_id] = where
        yield told


def last_time(conversations: Iterable[LoggedConversation]) -> datetime | None:
    """When something last happened in a log; ``None`` in an empty one."""
    return max((at for each in conversations for at in each.times()), default=None)
