"""What an edit would change: how real messages and the tests of gaps would be met before and after.

What is kept names turns and holds no message of a customer, like the snapshot.
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.decision import Answer, Decision
from bot.dialogue import decision_kind
from bot.store_gaps import GapCase

_DIGEST = 16


class Turnabout(StrEnum):
    """How a message's fate changes, as the edited articles see it."""

    ANSWERED = "answered"
    TAKEN = "taken"
    LOST = "lost"
    REWORDED = "reworded"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Met:
    """How a message is met.

    Attributes:
        kind: answer, clarify, handoff or reply.
        article_id: What an answer rests on; empty for the others.
        words: Digest of what an answer says; empty for the others.
    """

    kind: str
    article_id: str = ""
    words: str = ""

    @classmethod
    def by(cls, decision: Decision) -> "Met":
        """As a decision meets it."""
        if not isinstance(decision, Answer):
            return cls(decision_kind(decision))
        words = hashlib.sha256(decision.text.encode()).hexdigest()[:_DIGEST]
        return cls("answer", decision.citations[0].article_id, words)


@dataclass(frozen=True, slots=True)
class Fate:
    """A message that would be met otherwise.

    Attributes:
        turn_id: The turn that says it.
        text: What it says, redacted; empty where it is kept.
        before: How it is met now.
        after: How it would be.
        change: What that is for the edited articles.
    """

    turn_id: str
    text: str
    before: Met
    after: Met
    change: Turnabout


@dataclass(frozen=True, slots=True)
class Flip:
    """A test of a gap that would end otherwise; its words are an owner's."""

    gap_id: str
    text: str
    article_id: str
    passes: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would change.

    Attributes:
        at: When it was played.
        seconds: How long that took.
        articles: Ids of the articles that were added, changed or removed.
        played: Messages that were played, the nearest to those articles.
        fates: Those that would be met otherwise.
        tests: Tests of gaps that were played.
        flips: Those that would end otherwise.
    """

    at: datetime
    seconds: float
    articles: tuple[str, ...]
    played: int
    fates: tuple[Fate, ...]
    tests: int
    flips: tuple[Flip, ...]

    def of(self, change: Turnabout) -> list[Fate]:
        """The fates of one kind."""
        return [fate for fate in self.fates if fate.change is change]

    def record(self) -> dict[str, object]:
        """It as JSON, messages included."""
        told: dict[str, object] = _FORMAT.dump_python(self, mode="json")
        return told


def fates_of(
    messages: Sequence[tuple[str, str]],
    before: Sequence[Decision],
    after: Sequence[Decision],
    edited: Collection[str],
) -> tuple[Fate, ...]:
    """The messages that would be met otherwise.

    Args:
        messages: Turn and text of each.
        before: How each is met now.
        after: How each would be.
        edited: The articles that were edited.
    """
    found = []
    for (turn_id, text), old, new in zip(messages, before, after, strict=True):
        now, then = Met.by(old), Met.by(new)
        if now != then:
            found.append(Fate(turn_id, text, now, then, _change(now, then, edited)))
    return tuple(found)


def _change(now: Met, then: Met, edited: Collection[str]) -> Turnabout:
    if then.article_id and then.article_id == now.article_id:
        return Turnabout.REWORDED
    if then.article_id in edited:
        return Turnabout.TAKEN if now.article_id else Turnabout.ANSWERED
    return Turnabout.LOST if now.article_id in edited else Turnabout.OTHER


def flips_of(
    cases: Iterable[tuple[str, GapCase]], before: Sequence[Decision], after: Sequence[Decision]
) -> tuple[Flip, ...]:
    """The tests of gaps that would end otherwise.

    Args:
        cases: Each with its gap.
        before: How each is met now.
        after: How each would be.
    """
    found = []
    for (gap_id, case), old, new in zip(cases, before, after, strict=True):
        passed, passes = _passes(case, Met.by(old)), _passes(case, Met.by(new))
        if passed != passes:
            found.append(Flip(gap_id, case.text, case.article_id, passes))
    return tuple(found)


def _passes(case: GapCase, met: Met) -> bool:
    return bool(met.article_id) and case.article_id in {"", met.article_id}


_FORMAT: TypeAdapter[Preview] = TypeAdapter(Preview)


def keep_preview(file: Path, preview: Preview) -> None:
    """Writes a preview without customers' words, whole or not at all.

    Raises:
        OSError: It can't be written.
    """
    wordless = replace(preview, fates=tuple(replace(fate, text="") for fate in preview.fates))
    draft = file.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(_FORMAT.dump_json(wordless))
    draft.replace(file)


def read_preview(file: Path) -> Preview | None:
    """A preview that was kept; ``None`` where there is none."""
    try:
        return _FORMAT.validate_json(file.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
