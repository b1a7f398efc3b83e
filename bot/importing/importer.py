"""An import from its first page to its last file: take in, plan, and write what was agreed to."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import ConfigurationError
from bot.importing.change import Change, Kind, Plan
from bot.importing.filing import Filing
from bot.importing.folder import look_into, write_whole
from bot.importing.masking import Masker
from bot.importing.plan import INCOMING, Planner
from bot.importing.records import PLACE, Journal, Records, held
from bot.importing.taking import Progress, take
from bot.importing.worth import FEWEST_WORDS
from bot.sources.source import Source

_FEW = 4
_MOST_GONE = 0.5


class MassDeletionError(ConfigurationError):
    """Most articles of a source would go, which looks like a mistake."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How an import is meant.

    Attributes:
        dry_run: Nothing is written, not even what was read.
        prune: Articles that are gone at the source are archived.
        restore: Articles that were deleted here come back.
        refetch: Everything is read anew, also what the server calls unchanged.
        allow_mass_deletion: Most articles may go.
        fewest_words: That an article must have.
    """

    dry_run: bool = False
    prune: bool = False
    restore: bool = False
    refetch: bool = False
    allow_mass_deletion: bool = False
    fewest_words: int = FEWEST_WORDS


class Importer:
    """Imports one source into a folder.

    Args:
        root: The knowledge base folder; made where it is missing.
        name: What is remembered goes under this name.
        masker: Masks personal data.
        filing: Where new articles go.
        wishes: How it is meant.
        now: The time.
    """

    def __init__(
        self,
        root: Path,
        name: str,
        masker: Masker,
        filing: Filing,
        wishes: Wishes,
        now: datetime,
    ) -> None:
        self._root = root
        self._name = name
        self._masker = masker
        self._filing = filing
        self._wishes = wishes
        self._now = now

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Make the folder, and keep other imports of the same source out until the end.

        Raises:
            bot.importing.records.RecordsError: Another one is running.
        """
        if self._wishes.dry_run:
            yield
            return
        self._root.mkdir(parents=True, exist_ok=True)
        with held(self._root, self._name):
            yield

    def plan(self, source: Source, options: str, progress: Progress) -> Plan:
        """Read a source, and plan.

        What was read is kept until :meth:`write` has been called, so that a run that was killed, or
        declined, need not read it again.

        Args:
            source: Where pages come from.
            options: Everything that decides on the text of a page.
            progress: Told how many of how many pages are done.

        Raises:
            bot.sources.source.SourceError: It can't be read.
            bot.importing.records.RecordsError: What is remembered is damaged.
            MassDeletionError: Most articles would be archived.
        """
        folder = look_into(self._root)
        entries = Records.load(self._root, self._name).entries
        asked = {} if self._wishes.refetch else entries
        if self._wishes.restore:
            here = {key for name, key in folder.present if name == self._name}
            asked = {k: e for k, e in asked.items() if k in here or e.skipped}
        digest = hashlib.sha256(options.encode()).hexdigest()[:16]
        file = None if self._wishes.dry_run else self._journal()
        with Journal(file, digest, self._now) as journal:
            take(source, asked, journal, self._masker, progress, self._wishes.fewest_words)
        planner = Planner(
            self._name,
            folder,
            entries,
            self._filing,
            self._now.date(),
            restore=self._wishes.restore,
            has_incoming=frozenset(
                each.path
                for each in folder.present.values()
                if (self._root / (each.path + INCOMING)).exists()
            ),
        )
        plan = planner.plan(journal.taken.values(), source.missing(), prune=self._wishes.prune)
        self._require_most_kept(plan)
        return plan

    def write(self, plan: Plan) -> None:
        """Write what was planned, file by file; what is remembered comes last."""
        for change in plan.writes:
            self._write(change)
        records = Records.load(self._root, self._name)
        records.entries = dict(plan.entries)
        records.save()
        self._journal().unlink(missing_ok=True)

    def _journal(self) -> Path:
        return self._root / PLACE / f"{self._name}.journal"

    def _require_most_kept(self, plan: Plan) -> None:
        known = len([change for change in plan.changes if change.kind is not Kind.NEW])
        going = len([change for change in plan.of(Kind.GONE) if change.writes])
        if self._wishes.allow_mass_deletion or known < _FEW or going <= known * _MOST_GONE:
            return
        raise MassDeletionError(
            f"{going} of the {known} articles of {self._name} are gone at the source: refusing to "
            "archive them. If that is meant, pass --allow-mass-deletion."
        )

    def _write(self, change: Change) -> None:
        if change.after is None:
            return
        write_whole(self._root, change.target or change.path, change.after)
        if change.kind is Kind.GONE:
            (self._root / change.path).unlink()
        elif change.target is None:  # what lay beside it is of an older text
            (self._root / (change.path + INCOMING)).unlink(missing_ok=True)
