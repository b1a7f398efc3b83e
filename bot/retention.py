"""``firstline retention run``: text is kept for so many days, figures stay. With proof.

A running server does it at its start and once a day.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.kept_messages import forget_before
from bot.store import Store
from bot.store_errors import StoreError
from bot.threaded import threaded

logger = logging.getLogger(__name__)

PROOF = "retention.json"
"""File of the data folder with the report of the last run."""

EVERY = timedelta(days=1)
AFTER_FAILURE = timedelta(minutes=10)

_FILES = "files of evaluation runs"
_RUN = "run.json"
_RUN_TEXT = ("cases.jsonl", "report.html")
"""Files of an evaluation run that quote messages; ``run.json`` has its figures."""


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """What a run found and did.

    Attributes:
        at: UTC time of the run, ISO 8601.
        before: What is older had to go.
        sealed_before: The same for sealed values.
        found: Overdue rows and files before the run, by kind.
        cleared: Those that were cleared; empty in a dry run.
        overdue: Those that still are, counted anew; all of them in a dry run.
    """

    at: str
    before: str
    sealed_before: str
    found: Mapping[str, int]
    cleared: Mapping[str, int]
    overdue: Mapping[str, int]

    @property
    def left(self) -> int:
        """How many are overdue after the run."""
        return sum(self.overdue.values())

    def lines(self) -> Iterator[str]:
        """The report for a reader."""
        yield f"kept: what is from {self.before} on, sealed values from {self.sealed_before} on"
        for name, found in self.found.items():
            done = self.cleared.get(name, 0)
            yield f"{name}: {found} overdue, {done} cleared, {self.overdue[name]} left"


def _now() -> datetime:
    return datetime.now(UTC)


class Retention:
    """Clears what is older than it may be.

    Args:
        store: The records.
        data: The data folder, which takes the proof.
        days: How long text is kept.
        sealed_days: How long sealed values are; never longer than text.
        runs: Folders with evaluation runs.
        clock: Tells the time.
    """

    def __init__(
        self,
        store: Store,
        data: Path,
        days: int,
        *,
        sealed_days: int | None = None,
        runs: Sequence[Path] = (),
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._data = data
        self._days = timedelta(days=days)
        self._sealed_days = timedelta(days=min(days, sealed_days or days))
        self._runs = runs
        self._clock = clock

    @classmethod
    def of(cls, settings: Settings, store: Store) -> "Retention":
        """As the settings want it."""
        wanted = settings.retention
        return cls(
            store, settings.data, wanted.days, sealed_days=settings.vault.days, runs=wanted.runs
        )

    def run(self, *, dry: bool = False) -> RetentionReport:
        """Clears what is overdue, counts anew, and leaves the proof in the data folder.

        Args:
            dry: Count only.

        Raises:
            StoreUnavailable: When the database cannot be used now; what was cleared stays cleared.
            OSError: A file of a run cannot be deleted.
        """
        now = self._clock()
        before, sealed = now - self._days, now - self._sealed_days
        found = self._overdue(before, sealed)
        cleared: Mapping[str, int] = {}
        if not dry:
            files = self._old_files(before)
            for each in files:
                each.unlink(missing_ok=True)
            forget_before(self._data, before)
            rows = self._store.retention.clear(before, sealed)
            cleared = {**rows, _FILES: len(files)}
            self._store.retention.note(now, cleared)
        report = RetentionReport(
            now.isoformat(),
            before.isoformat(),
            sealed.isoformat(),
            found,
            cleared,
            found if dry else self._overdue(before, sealed),
        )
        if not dry:
            _write(self._data / PROOF, report)
        return report

    def _overdue(self, before: datetime, sealed: datetime) -> Mapping[str, int]:
        rows = self._store.retention.overdue(before, sealed)
        return {**rows, _FILES: len(self._old_files(before))}

    def _old_files(self, before: datetime) -> Sequence[Path]:
        return [
            file
            for folder in self._runs
            for run in sorted(folder.rglob(_RUN))
            for name in _RUN_TEXT
            if (file := run.with_name(name)).is_file() and run.stat().st_mtime < before.timestamp()
        ]


def _write(path: Path, report: RetentionReport) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(report), indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


class DailyRetention:
    """Runs it at the start of a server and once a day after.

    Args:
        retention: What is run.
    """

    def __init__(self, retention: Retention) -> None:
        self._retention = retention

    async def run(self, stop: asyncio.Event) -> None:
        """Goes on until ``stop`` is set."""
        while not stop.is_set():
            wait = EVERY
            try:
                report = await threaded(self._retention.run)
                done = sum(report.cleared.values())
                logger.info("retention cleared=%d overdue=%d", done, report.left)
            except (StoreError, OSError) as error:
                logger.warning("retention failed, tried again soon: %s", error)
                wait = AFTER_FAILURE
            try:
                async with asyncio.timeout(wait.total_seconds()):
                    await stop.wait()
            except TimeoutError:
                continue
