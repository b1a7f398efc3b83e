"""When a snapshot is reckoned, and what becomes of a run that fails."""

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.data_folder import SNAPSHOT
from bot.errors import NotReadyError
from bot.reckoner import AT_FIRST, EVERY, Reckoner, ReckoningFolder, ReckoningUnderWay

PROGRAM = (sys.executable, "-c")


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


async def one_run(folder: ReckoningFolder, script: str, clock: Clock) -> Reckoner:
    """Asks for a run of ``script``, and stops when nobody waits for it any longer."""
    reckoner = Reckoner(folder, (*PROGRAM, script), clock)
    folder.ask()
    stop = asyncio.Event()
    running = asyncio.create_task(reckoner.run(stop))
    await asyncio.to_thread(wait_until, lambda: folder.standing().wanted_at is None)
    stop.set()
    await running
    return reckoner


def test_a_run_is_due_when_asked_for_and_once_a_day(tmp_path: Path) -> None:
    clock, folder = Clock(), ReckoningFolder(tmp_path)
    reckoner = Reckoner(folder, PROGRAM, clock)
    assert not reckoner.due()  # a server has just started
    clock.now += AT_FIRST
    assert reckoner.due()  # there is no snapshot
    (tmp_path / SNAPSHOT).touch()
    assert not reckoner.due()
    folder.ask()
    assert reckoner.due()
    with folder.run():
        assert not reckoner.due()  # it is under way
        assert folder.standing().wanted_at is not None
    assert not reckoner.due()
    clock.now += EVERY
    assert reckoner.due()


def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    folder = ReckoningFolder(tmp_path)
    with folder.run(), pytest.raises(ReckoningUnderWay), ReckoningFolder(tmp_path).run():
        pass
    assert not folder.busy()


def test_why_a_run_failed_is_told_until_one_succeeds(tmp_path: Path) -> None:
    folder = ReckoningFolder(tmp_path)
    with pytest.raises(NotReadyError), folder.run():
        raise NotReadyError("no index yet")
    standing = folder.standing()
    assert (standing.wanted_at, standing.why) == (None, "no index yet")
    with pytest.raises(ZeroDivisionError), folder.run():
        raise ZeroDivisionError("card 4111…")
    assert folder.standing().why == "ZeroDivisionError"  # a stranger's words may hold anything
    with folder.run():
        pass
    assert folder.standing().failed_at is None


async def test_the_command_runs_beside_the_server(tmp_path: Path) -> None:
    folder = ReckoningFolder(tmp_path)
    made, wanted = tmp_path / "made", tmp_path / "wanted"
    script = f"import os; open({str(made)!r}, 'w').close(); os.remove({str(wanted)!r})"
    await one_run(folder, script, Clock())
    assert made.exists()


async def test_a_run_that_fails_is_not_tried_again_and_again(tmp_path: Path) -> None:
    clock, folder = Clock(), ReckoningFolder(tmp_path)
    reckoner = await one_run(folder, "raise SystemExit(2)", clock)
    clock.now += timedelta(minutes=30)
    assert not reckoner.due()
    clock.now += timedelta(minutes=30)
    assert reckoner.due()


async def test_a_run_ends_with_its_server(tmp_path: Path) -> None:
    folder = ReckoningFolder(tmp_path)
    started = tmp_path / "started"
    script = f"import pathlib, time; pathlib.Path({str(started)!r}).touch(); time.sleep(60)"
    reckoner = Reckoner(folder, (*PROGRAM, script))
    folder.ask()
    stop = asyncio.Event()
    running = asyncio.create_task(reckoner.run(stop))
    await asyncio.to_thread(wait_until, started.exists)
    stop.set()
    await running
    assert folder.standing().wanted_at is not None  # the next server takes it up
