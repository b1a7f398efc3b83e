"""Reads logged conversations, one JSON line each, whoever's software held them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.measure.log import (
    LoggedConversation,
    LoggedFeedback,
    LoggedHandoff,
    LoggedRating,
    LoggedTurn,
)
from evals.errors import ReplayError
from evals.replay_lines import Lines, UtcTime, first_error, json_object

CLOSED = "closed"
"""Reason of a system turn that ends an episode."""


def _listed(value: object) -> object:
    return () if value is None else value


def _worded(value: object) -> object:
    """Ids are words, also where a log counts."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_worded), Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TurnLine(_Part):
    """One message.

    Attributes:
        at: When it was written.
        speaker: Who wrote it.
        text: What was said; read for predicted CSAT only, and never written on.
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


class FeedbackLine(_Part):
    """Whether a turn was helpful; ``turn`` is its place in ``turns``, from 0."""

    at: UtcTime
    turn: int = Field(ge=0)
    helpful: bool


class RatingLine(_Part):
    """A rating from 1 to 5."""

    at: UtcTime
    score: int = Field(ge=1, le=5)


class HandoffLine(_Part):
    """A handoff, and the ticket that came of it, if any did."""

    at: UtcTime
    ticket_id: Id | None = None


class ConversationLine(_Part):
    """One conversation."""

    conversation_id: Id
    customer_id: Id | None = None
    channel: str | None = None
    started_at: UtcTime
    intent: str | None = None
    turns: Annotated[tuple[TurnLine, ...], BeforeValidator(_listed)]
    feedback: Annotated[tuple[FeedbackLine, ...], BeforeValidator(_listed)] = ()
    rating: RatingLine | None = None
    handoff: HandoffLine | None = None
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

    def logged(self) -> LoggedConversation:
        """The same, as the table of episodes is made from it."""
        marked = [t.at for t in self.turns if t.speaker == "system" and t.reason == CLOSED]
        return LoggedConversation(
            self.conversation_id,
            self.started_at,
            tuple(
                LoggedTurn(
                    turn.at,
                    turn.speaker,
                    turn.decision,
                    turn.reason,
                    turn.articles,
                    text=turn.text,
                )
                for turn in self.turns
            ),
            customer_key=self.customer_id,
            channel=self.channel,
            locale=self.locale,
            is_test=bool(self.is_test),
            intent=self.intent,
            feedback=tuple(LoggedFeedback(f.at, f.turn, f.helpful) for f in self.feedback),
            ratings=(LoggedRating(self.rating.at, self.rating.score),) if self.rating else (),
            handoffs=(LoggedHandoff(self.handoff.at, self.handoff.ticket_id),)
            if self.handoff
            else (),
            confirmed=(self.confirmed_at,) if self.confirmed_at else (),
            closed=(*marked, *((self.closed_at,) if self.closed_at else ())),
        )


def read_conversations(path: Path) -> tuple[list[LoggedConversation], str]:
    """The conversations of a file, and its SHA-256.

    Raises:
        ReplayError: A line is wrong; names it.
    """
    lines = Lines(path)
    found = [line.logged() for line in _conversations(lines)]
    return found, lines.sha256


def _conversations(lines: Lines) -> Iterator[ConversationLine]:
    seen: dict[str, str] = {}
    for where, line in lines:
        try:
            told = ConversationLine.model_validate(json_object(where, line))
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
