"""Where one episode of a logged conversation ends and the next begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.measure.courtesy import is_courtesy
from bot.measure.log import LoggedConversation, LoggedTurn

REAL = frozenset({"answer", "clarify", "handoff"})
"""Decisions that show that a request was stated."""


_POLITE = frozenset({"thanks", "small_talk"})
"""Reasons of a reply to somebody who may want nothing more."""


@dataclass(slots=True)
class Part:
    """The turns of one episode with their places, when it closed, and when the next one began."""

    started_at: datetime
    turns: list[tuple[int, LoggedTurn]]
    closed_at: datetime | None = None
    following: datetime | None = None
    is_first: bool = False

    def of(self, speaker: str) -> list[LoggedTurn]:
        """Its turns of a speaker."""
        return [turn for _, turn in self.turns if turn.speaker == speaker]

    def is_polite(self) -> bool:
        """Whether it shows no more than thanks: by the replies that it got, or by its words."""
        replies = [turn for turn in self.of("assistant") if turn.decision]
        if any(turn.decision != "reply" or turn.reason not in _POLITE for turn in replies):
            return False
        if replies and all(turn.reason == "thanks" for turn in replies):
            return True
        said = [turn.text for turn in self.of("customer")]
        return all(is_courtesy(text) or (text is None and replies) for text in said)

    def holds(self, at: datetime) -> bool:
        """Whether a time falls in it; what came before the first one belongs to that."""
        if self.following is not None and at >= self.following:
            return False
        return self.is_first or at >= self.started_at


def parts_of(conversation: LoggedConversation) -> list[Part]:
    """The episodes of a conversation; one without any turn is an episode, too."""
    ends = sorted({*conversation.closed, *conversation.confirmed})
    parts = [Part(conversation.started_at, [], is_first=True)]
    asked = False
    for place, turn in enumerate(conversation.turns):
        current = parts[-1]
        if turn.speaker == "customer":
            passed = [end for end in ends if current.started_at <= end < turn.at] if asked else ()
            if passed and _goes_on(conversation, passed, place):
                current.closed_at, current.following = passed[-1], turn.at
                parts.append(Part(turn.at, []))
            asked = True
        parts[-1].turns.append((place, turn))
    left = [end for end in ends if end >= parts[-1].started_at]
    parts[-1].closed_at = left[-1] if left else None
    return parts


def _goes_on(conversation: LoggedConversation, passed: Sequence[datetime], place: int) -> bool:
    """Whether a turn after these ends opens a new episode.

    After the conversation closed, any does. After a mere confirmation one that states a request
    does; a word of thanks belongs to what was confirmed.
    """
    since = conversation.turns[place].at
    if any(end in conversation.closed for end in passed):
        return True
    if any(handoff.at >= since for handoff in conversation.handoffs):
        return True
    for turn in conversation.turns[place + 1 :]:
        if turn.speaker == "customer":
            return False
        if turn.speaker == "agent" or turn.word in REAL:
            return True
    return False
