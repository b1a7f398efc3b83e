"""The replay format: a past conversation as one JSON line, from our own export or anybody's.

``docs/metrics.md`` shows the shape. Types are taken as they are: a score ``"5"`` is no number.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from bot.measure.json_lines import Lines, ReplayFileError, first_error, in_utc, json_object
from bot.measure.log import (
    LoggedConversation,
    LoggedFeedback,
    LoggedHandoff,
    LoggedRating,
    LoggedTurn,
)

CLOSED = "closed"
"""Reason of a system turn that ends an episode."""


def _worded(value: object) -> object:
    """Ids are words, also where a log counts."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Time = Annotated[datetime, AfterValidator(in_utc)]
Id = Annotated[str, BeforeValidator(_worded), Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReplayedTurn(_Part):
    """One message.

    Attributes:
        at: When it was written.
        speaker: By whom.
        text: What it says, not redacted.
        decision: The assistant's decision: answer, clarify, handoff or reply.
        reason: Why, of a handoff or reply; ``closed`` on a system turn that ends an episode.
        articles: Articles that it cites.
    """

    at: Time
    speaker: Literal["customer", "assistant", "agent", "system"]
    text: str = ""
    decision: Literal["answer", "clarify", "handoff", "reply"] | None = None
    reason: str | None = None
    articles: tuple[Id, ...] | None = None

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
    ticket_id: Id | None = None


class ReplayedConversation(_Part):
    """A whole conversation."""

    conversation_id: Id
    customer_id: Id | None = None
    channel: str | None = None
    started_at: Time
    intent: str | None = None
    turns: tuple[ReplayedTurn, ...]
    feedback: tuple[ReplayedFeedback, ...] | None = None
    rating: ReplayedRating | None = None
    handoff: ReplayedHandoff | None = None
    confirmed_at: Time | None = None
    closed_at: Time | None = None
    locale: str | None = None
    is_test: bool | None = None

    def logged(self) -> LoggedConversation:
        """The same, as the table of episodes is made from it."""
        marked = [t.at for t in self.turns if t.speaker == "system" and t.reason == CLOSED]
        rating, handoff = self.rating, self.handoff
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
            ratings=(LoggedRating(rating.at, rating.score),) if rating else (),
            handoffs=(LoggedHandoff(handoff.at, handoff.ticket_id),) if handoff else (),
            confirmed=(self.confirmed_at,) if self.confirmed_at else (),
            closed=(*marked, *((self.closed_at,) if self.closed_at else ())),
        )


def read_replayed(
    path: Path,
    tell: Callable[[int], None] | None = None,
    torn: Callable[[str], None] | None = None,
) -> Iterator[ReplayedConversation]:
    """The conversations of a file; keys of other software's own are left alone.

    Args:
        path: The file.
        tell: Told the bytes of each line.
        torn: Told what is wrong with a last line that is no JSON, which is left out then: whoever
            wrote the file may have been ended, or not be done. Without it that is an error.

    Raises:
        ReplayFileError: The file can't be read, or a line is wrong.
    """
    lines = Lines(path, tell)
    return conversations_in(lines if torn is None else _whole(lines, torn), extra="ignore")


def _whole(lines: Lines, torn: Callable[[str], None]) -> Iterator[tuple[str, bytes]]:
    """The lines but for a last one that was torn off."""
    following = iter(lines)
    before = next(following, None)
    while before is not None:
        line, before = before, next(following, None)
        if before is None:
            try:
                json.loads(line[1])
            except ValueError as error:
                torn(f"{line[0]}: {error}")
                return
        yield line


def conversations_in(
    lines: Iterable[tuple[str, bytes]], extra: Literal["forbid", "ignore"] = "forbid"
) -> Iterator[ReplayedConversation]:
    """The conversations of lines, one each.

    Args:
        lines: The lines.
        extra: Whether unknown keys are errors.

    Raises:
        ReplayFileError: A line is wrong; names it.
    """
    seen: dict[str, str] = {}
    for where, line in lines:
        json_object(where, line)  # no key twice, no number that is none
        try:
            told = ReplayedConversation.model_validate_json(line, strict=True, extra=extra)
        except ValidationError as error:
            raise first_error(where, error) from None
        for wrong in wrongs_of(told):
            raise ReplayFileError(f"{where}: {wrong}")
        if told.conversation_id in seen:
            raise ReplayFileError(
                f"{where}: conversation_id {told.conversation_id!r} is taken by "
                f"{seen[told.conversation_id]}"
            )
        seen[told.conversation_id] = where
        yield told


def conversation_from(told: Any) -> ReplayedConversation:  # noqa: ANN401  any JSON value
    """A conversation of a JSON object that was read already.

    Raises:
        pydantic.ValidationError: It is none.
        ValueError: It can't have happened so.
    """
    found = ReplayedConversation.model_validate(told)
    for wrong in wrongs_of(found):
        raise ValueError(wrong)
    return found


def wrongs_of(told: ReplayedConversation) -> Iterator[str]:
    """What can't have happened so, with its value."""
    for name, at in (("closed_at", told.closed_at), ("confirmed_at", told.confirmed_at)):
        if at is not None and at < told.started_at:
            yield f"{name} {at.isoformat()} is before started_at {told.started_at.isoformat()}"
    for place, (turn, following) in enumerate(zip(told.turns, told.turns[1:], strict=False), 1):
        if following.at < turn.at:
            yield (
                f"turn {place} at {following.at.isoformat()} is before turn {place - 1} "
                f"at {turn.at.isoformat()}: turns stand in order"
            )
    for each in told.feedback or ():
        if each.turn >= len(told.turns):
            yield f"feedback on turn {each.turn}, but there are {len(told.turns)} turns from 0"
        elif told.turns[each.turn].speaker == "customer":
            yield f"feedback on turn {each.turn}, which is the customer's own"
