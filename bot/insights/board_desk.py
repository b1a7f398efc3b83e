"""Evaluators' boards for their page: reckoned at once where that is quick, else beforehand."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.data_folder import BOARDS
from bot.insights.boards import PERIODS, Board, draw
from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow
from bot.store_logged import LoggedStore

AT_ONCE = 1000
"""Conversations up to which a board is reckoned while its page is made: about half a second."""

_FORMAT: TypeAdapter[dict[int, Board]] = TypeAdapter(dict[int, Board])


class BoardsFile:
    """Reads and writes the boards that were reckoned beforehand; ids and figures, no message.

    Args:
        folder: Where the file is.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / BOARDS
        self._read: tuple[tuple[int, int], dict[int, Board]] | None = None

    def read(self) -> dict[int, Board]:
        """The boards by their days; none where there is no file, or one of another release."""
        try:
            status = self._file.stat()
            version = (status.st_mtime_ns, status.st_size)
            if self._read is None or self._read[0] != version:
                self._read = (version, _FORMAT.validate_json(self._file.read_bytes()))
        except (FileNotFoundError, ValidationError):
            return {}
        return self._read[1]

    def write(self, boards: Iterable[Board]) -> None:
        """Puts boards in place of the last ones, whole or not at all.

        Raises:
            OSError: The folder cannot be written to.
        """
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = {each.days: replace(each, beforehand=True) for each in boards}
        draft = self._file.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(_FORMAT.dump_json(kept))
        draft.replace(self._file)


class BoardDesk:
    """Answers the page. Plain synchronous code, safe to call from threads.

    Args:
        logged: The records.
        file: What was reckoned beforehand.
        clock: Tells the time.
        agent_contact_cost: What a contact costs that an agent handles, if anybody said so.
        at_once: Conversations up to which a board is reckoned at once.
    """

    def __init__(
        self,
        logged: LoggedStore,
        file: BoardsFile,
        clock: Callable[[], datetime],
        agent_contact_cost: float | None = None,
        at_once: int = AT_ONCE,
    ) -> None:
        self._logged = logged
        self._file = file
        self._clock = clock
        self._cost = agent_contact_cost
        self._at_once = at_once

    def board(self, days: int) -> Board | None:
        """The figures of the last days; ``None`` where they have to be reckoned first."""
        now = self._clock()
        context = MeasureContext(now=now, since=now - timedelta(days=days))
        if self._logged.count(context) > self._at_once:
            return self._file.read().get(days)
        rows, votes = self._logged.measured(context)
        priced = replace(context, votes=votes, agent_contact_cost=self._cost)
        return draw(rows, priced, days)


def draw_all(
    rows: Sequence[EpisodeRow], context: MeasureContext, logged: LoggedStore, days: int
) -> list[Board]:
    """The boards of all periods that a run reads far enough back for.

    Args:
        rows: Episodes of the run's window, and those around it.
        context: That window, and what a contact costs.
        logged: The records, for votes.
        days: Length of the window.
    """
    found = []
    for period in PERIODS:
        if period <= days:
            since = context.now - timedelta(days=period)
            votes = logged.votes(since, context.now)
            found.append(draw(rows, replace(context, since=since, votes=votes), period))
    return found
