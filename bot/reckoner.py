"""Has the snapshot reckoned anew: once a day, and when somebody asks, in a process of its own.

Reckoning takes a core for minutes where there are many conversations. In a process that gives way
to others it delays no customer, and a server that stops ends it at once. Servers that share a data
folder share one run: whoever comes second finds the lock taken.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from bot.beside import run_beside
from bot.data_folder import SNAPSHOT
from bot.errors import FirstlineError

logger = logging.getLogger(__name__)

EVERY = timedelta(days=1)
"""Age from which on a snapshot is reckoned anew by itself."""

AT_FIRST = timedelta(minutes=10)
"""How long a server leaves that be after its start: customers come first."""

AFTER_FAILURE = timedelta(hours=1)
_LOOK = 3.0
_WANTED, _LOCK, _FAILED = "wanted", "reckoning.lock", "failed.json"


class ReckoningUnderWay(FirstlineError):
    """Another run has the lock."""

    def __init__(self) -> None:
        super().__init__("another run is under way in this data folder: wait until it is done")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the next snapshot.

    Attributes:
        wanted_at: Since when one is asked for or under way; ``None`` where none is.
        failed_at: When the last run failed; ``None`` where it did not.
        why: Why it failed.
    """

    wanted_at: datetime | None = None
    failed_at: datetime | None = None
    why: str = ""


class ReckoningFolder:
    """The folder of the data folder through which pages, servers and runs speak.

    Args:
        folder: Where it is; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(self) -> None:
        """Asks for a new snapshot; the next look of a server begins it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / _WANTED).touch(mode=0o600)

    def standing(self) -> Standing:
        """What is known of the next snapshot."""
        wanted_at = written(self.folder / _WANTED)
        failed_at = written(self.folder / _FAILED)
        if failed_at is None:
            return Standing(wanted_at)
        try:
            why = json.loads((self.folder / _FAILED).read_text(encoding="utf-8"))["why"]
        except (OSError, ValueError, KeyError):
            why = "the log of the server says why"
        return Standing(wanted_at, failed_at, str(why))

    @contextlib.contextmanager
    def run(self) -> Iterator[None]:
        """Holds the lock while a run lasts, and notes how it ended.

        Raises:
            ReckoningUnderWay: Another run has it.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                flock(descriptor, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                raise ReckoningUnderWay from None
            self.ask()  # pages say that it is under way
            yield
            (self.folder / _FAILED).unlink(missing_ok=True)
        except ReckoningUnderWay:
            raise
        except Exception as error:
            self._note(str(error) if isinstance(error, FirstlineError) else type(error).__name__)
            self.done()
            raise
        else:
            self.done()
        finally:
            os.close(descriptor)

    def busy(self) -> bool:
        """Whether a run has the lock now."""
        try:
            descriptor = os.open(self.folder / _LOCK, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def done(self) -> None:
        """Nobody waits any longer."""
        (self.folder / _WANTED).unlink(missing_ok=True)

    def _note(self, why: str) -> None:
        draft = self.folder / "failed.new"
        draft.write_text(json.dumps({"why": why}), encoding="utf-8")
        draft.replace(self.folder / _FAILED)


def written(file: Path) -> datetime | None:
    """When a file was written last; ``None`` where there is none."""
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def reckoning_command(data: Path) -> Sequence[str]:
    """The command that reckons the snapshot of a data folder."""
    program = [sys.executable, "-m", "bot.cli", "insights", "reckon"]
    return [*program, "--gently", "--data", str(data)]


class Reckoner:
    """Beside a server: begins a run when one is due.

    Args:
        folder: Where runs are asked for.
        command: What is run.
        clock: Tells the time.
    """

    def __init__(
        self,
        folder: ReckoningFolder,
        command: Sequence[str],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder = folder
        self._command = command
        self._clock = clock
        self._quiet_until = clock() + AT_FIRST

    def due(self) -> bool:
        """Whether a run should begin now."""
        if self._folder.busy():
            return False
        if self._folder.standing().wanted_at is not None:
            return True
        now, last = self._clock(), written(self._folder.folder / SNAPSHOT)
        return now >= self._quiet_until and (last is None or now - last >= EVERY)

    async def run(self, stop: asyncio.Event) -> None:
        """Goes on until ``stop`` is set; a run under way ends then."""
        while not stop.is_set():
            if self.due():
                await self._reckon(stop)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await stop.wait()

    async def _reckon(self, stop: asyncio.Event) -> None:
        code = await run_beside(self._command, stop)
        if code:
            logger.warning("insights not reckoned: the run ended with %d", code)
            self._give_up()

    def _give_up(self) -> None:
        self._folder.done()
        self._quiet_until = self._clock() + AFTER_FAILURE
