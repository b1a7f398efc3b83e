"""What content owners' pages show, as it was reckoned last: one file, written whole or not at all.

Reckoning takes minutes with many conversations, so no page does it. The file names conversations,
turns and tests but holds no message: pages read the words from the records, where retention and
erasure reach them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.data_folder import SNAPSHOT
from bot.insights.citations import Citations
from bot.insights.costs import ContactCosts
from bot.insights.drivers import DriverReport
from bot.insights.gap import Gap
from bot.insights.gaps import Chatter, GapReport
from bot.insights.health import ArticleHealth
from bot.insights.intent_figures import IntentFigures
from bot.insights.product_changes import ProductChange


@dataclass(frozen=True, slots=True)
class Seen:
    """A revision of an article, and the day on which a run saw it first."""

    revision: str
    on: date


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run found.

    Attributes:
        at: When it began.
        seconds: How long it took.
        days: How far back it read.
        index_version: Index that was in use.
        costs: What a contact was taken to cost.
        currency: Sign in front of amounts.
        conversations: How many there were, test traffic left out.
        report: The gaps, without texts; ``None`` where they can't be found.
        why_no_gaps: Why they can't.
        said: By gap, the turns with its examples, in their order.
        played: By gap, what names the messages of its outcomes, in their order: the key of a
            test, or a turn; empty where no turn is kept.
        chatter_said: For each kind of chatter a turn that says it; empty where none is kept.
        health: The articles, without their bodies, what to fix first leading.
        drivers: Why customers contact us.
        citations: By article.
        revisions: By article, the oldest first.
        intents: How each intent goes, the most frequent first.
        changes: Those of ``product_changes.yaml``.
    """

    at: datetime
    seconds: float
    days: int
    index_version: str
    costs: ContactCosts
    currency: str
    conversations: int
    report: GapReport | None
    why_no_gaps: str = ""
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    played: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    chatter_said: tuple[str, ...] = ()
    health: tuple[ArticleHealth, ...] = ()
    drivers: DriverReport = field(default_factory=DriverReport)
    citations: Mapping[str, Citations] = field(default_factory=dict)
    revisions: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)
    intents: tuple[IntentFigures, ...] = ()
    changes: tuple[ProductChange, ...] = ()


_FORMAT: TypeAdapter[Snapshot] = TypeAdapter(Snapshot)


class SnapshotFile:
    """Reads and writes the snapshot; what was read is kept until the file changes.

    Args:
        folder: Where it is.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / SNAPSHOT
        self._read: tuple[tuple[int, int], Snapshot] | None = None

    def read(self) -> Snapshot | None:
        """The snapshot; ``None`` where there is none, or only one of another release."""
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return None
        version = (status.st_mtime_ns, status.st_size)
        kept = self._read
        if kept is not None and kept[0] == version:
            return kept[1]
        try:
            found = _FORMAT.validate_json(self._file.read_bytes())
        except (ValidationError, FileNotFoundError):
            return None
        self._read = (version, found)
        return found

    def write(self, snapshot: Snapshot) -> None:
        """Puts a snapshot in place of the last one.

        Raises:
            OSError: The folder cannot be written to.
        """
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._file.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(_FORMAT.dump_json(_without_texts(snapshot)))
        draft.replace(self._file)


def _wordless(gap: Gap) -> Gap:
    outcomes = tuple(replace(each, text="") for each in gap.outcomes)
    return replace(gap, title="", examples=(), told=(), outcomes=outcomes)


def _without_texts(snapshot: Snapshot) -> Snapshot:
    report = snapshot.report
    if report is not None:
        report = replace(
            report,
            gaps=tuple(_wordless(gap) for gap in report.gaps),
            chatter=tuple(Chatter("", each.contacts) for each in report.chatter),
        )
    health = tuple(
        replace(each, article=replace(each.article, body="")) for each in snapshot.health
    )
    return replace(snapshot, report=report, health=health)
