"""Reads logged conversations, one JSON line each, whoever's software held them."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.measure.log import (
    LoggedConversation,
    LoggedFeedback,
    LoggedHandoff,
    LoggedRating,
    LoggedTurn,
)
from bot.measure.replayed import (
    ReplayedConversation,
    ReplayedFeedback,
    ReplayedHandoff,
    ReplayedRating,
    ReplayedTurn,
)
from evals.errors import ReplayError
from evals.replay_lines import Lines, first_error, json_object

CLOSED = "closed"
"""Reason of a system turn that ends an episode."""


def _worded(value: object) -> object:
    """Ids are words, also where a log counts."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_worded), Field(min_length=1)]


_STRICT = ConfigDict(extra="forbid", frozen=True)


class TurnLine(ReplayedTurn):
    """One message; ``reason`` is ``closed`` on a system turn that ends an episode."""

    model_config = _STRICT

    text: str = ""
    articles: tuple[Id, ...] | None = None


class FeedbackLine(ReplayedFeedback):
    """Whether a turn was helpful."""

    model_config = _STRICT


class RatingLine(ReplayedRating):
    """A rating."""

    model_config = _STRICT


class HandoffLine(ReplayedHandoff):
    """A handoff, and the ticket that came of it, if any did."""

    model_config = _STRICT

    ticket_id: Id | None = None


class ConversationLine(ReplayedConversation):
    """One conversation, in which every key is known."""

    model_config = _STRICT

    conversation_id: Id
    customer_id: Id | None = None
    turns: tuple[TurnLine, ...]
    feedback: tuple[FeedbackLine, ...] | None = None
    rating: RatingLine | None = None
    handoff: HandoffLine | None = None

    @model_validator(mode="after")
    def _feedback_on_turns(self) -> Self:
        for each in self.feedback or ():
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
                    turn.articles or (),
                    text=turn.text or None,
                )
                for turn in self.turns
            ),
            customer_key=self.customer_id,
            channel=self.channel,
            locale=self.locale,
            is_test=bool(self.is_test),
            intent=self.intent,
            feedback=tuple(LoggedFeedback(f.at, f.turn, f.helpful) for f in self.feedback or ()),
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
            told = ConversationLine.model_validate_json(
                json.dumps(json_object(where, line)), strict=True
            )
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
