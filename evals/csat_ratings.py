"""Conversations that people rated: of single turns, or of the whole.

Two shapes are read, one conversation a line: the replay format with ``rating``, as the service
exports it, and dialogues whose customer turns hold ratings by several observers, such as
``{"dialogue_id", "turns": [{"role": "USER", "text", "sat": [3, 4, 3]}], "overall_sat": [3, 3]}``.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.measure.log_rows import episodes_of
from bot.measure.predicted_csat_features import Closing, Line
from bot.measure.predicted_csat_rows import closing_of, lines_of
from bot.measure.replayed import ReplayedConversation, conversation_from
from evals.errors import RatingsError

Ratings = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RatedDialogue:
    """A conversation and what people thought of it.

    Attributes:
        id: Unique in its corpus.
        corpus: Name of its file, without suffix.
        lines: What was said.
        closing: How it ended, as far as the file tells.
        turns: Ratings of each of the customer's messages, in order; empty where none was given.
        whole: Ratings of the whole conversation.
    """

    id: str
    corpus: str
    lines: tuple[Line, ...]
    closing: Closing
    turns: tuple[Ratings, ...]
    whole: Ratings

    @property
    def unseen(self) -> bool:
        """Whether it is one of the three tenths that no fit may look at: by a hash of its id."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 10 >= _SEEN_TENTHS


_SEEN_TENTHS = 7
_SPEAKERS = {"USER": "customer", "SYSTEM": "assistant"}


class _ObservedTurn(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: Literal["USER", "SYSTEM"]
    text: str
    sat: list[int] = Field(default_factory=list)


class _Observed(BaseModel):
    model_config = ConfigDict(extra="ignore")

    dialogue_id: str
    turns: list[_ObservedTurn]
    overall_sat: list[int] = Field(default_factory=list)


def read_ratings(paths: Sequence[Path]) -> list[RatedDialogue]:
    """Read rated conversations.

    Raises:
        RatingsError: A file can't be read, a line is wrong, or nothing is rated.
    """
    dialogues = [dialogue for path in paths for dialogue in _read(path)]
    rated = [each for each in dialogues if each.whole or any(each.turns)]
    if not rated:
        names = ", ".join(path.name for path in paths)
        raise RatingsError(f"{names}: no conversation holds a rating (rating, sat or overall_sat)")
    return rated


def _read(path: Path) -> Iterator[RatedDialogue]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise RatingsError(f"{path}: cannot be read: {reason}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield from _dialogues(line, path.stem, f"{path.name}:{number}")


def _dialogues(line: str, corpus: str, where: str) -> list[RatedDialogue]:
    try:
        row = json.loads(line)
        if isinstance(row, dict) and "dialogue_id" in row:
            return [_observed(_Observed.model_validate(row), corpus)]
        return list(_replayed(conversation_from(row), corpus))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RatingsError(f"{where}: {place}: {first['msg']}") from error
    except json.JSONDecodeError as error:
        raise RatingsError(f"{where}: not JSON") from error
    except ValueError as error:
        raise RatingsError(f"{where}: {error}") from error


def _observed(row: _Observed, corpus: str) -> RatedDialogue:
    return RatedDialogue(
        row.dialogue_id,
        corpus,
        tuple(Line(_SPEAKERS[turn.role], turn.text) for turn in row.turns),
        Closing(),
        tuple(tuple(turn.sat) for turn in row.turns if turn.role == "USER"),
        tuple(row.overall_sat),
    )


def _replayed(row: ReplayedConversation, corpus: str) -> Iterator[RatedDialogue]:
    """The episodes that were rated, where the log holds their text."""
    conversation = row.logged()
    for episode in episodes_of(conversation):
        end = episode.reopened_at
        turns = [
            turn
            for turn in conversation.turns
            if (episode.seq == 1 or episode.started_at is None or turn.at >= episode.started_at)
            and (end is None or turn.at < end)
        ]
        if episode.rating is None or any(turn.text is None for turn in turns):
            continue
        yield RatedDialogue(
            episode.episode_id,
            corpus,
            lines_of(turns),
            closing_of(episode),
            tuple(() for turn in turns if turn.speaker == "customer"),
            (episode.rating,),
        )
