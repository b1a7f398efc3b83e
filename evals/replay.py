"""Measures a log of conversations or episodes that somebody's software wrote."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow
from bot.measure.json_lines import Lines
from bot.measure.log import LoggedConversation
from bot.measure.log_rows import rows_of
from bot.measure.predicted_csat import HAND_SET, CsatModel
from bot.measure.replayed import conversations_in
from evals.errors import ReplayError
from evals.log_run import (
    LogRun,
    Report,
    Source,
    figures,
    require_features,
    silent,
    uncollected,
)
from evals.record import new_run_id, this_revision
from evals.replay_episodes import episodes_in, last_event

Log = tuple[list[EpisodeRow], datetime | None]
"""Rows, and when something last happened."""


def replay(
    *,
    conversations: Path | None = None,
    episodes: Path | None = None,
    context: MeasureContext,
    now: datetime | None = None,
    compare: bool = False,
    csat: CsatModel = HAND_SET,
    report: Report = silent,
) -> LogRun:
    """Measure a log.

    Args:
        conversations: A file of conversations; either this or ``episodes``.
        episodes: A file of episodes.
        context: Window and settings; its ``now`` counts for an empty log alone.
        now: The time to look from; the last event of the log where none is given.
        compare: Whether the vendors' definitions are wanted, too.
        csat: Predicts CSAT, from features alone.
        report: Told the bytes that were read, then how many kinds of numbers are done.

    Raises:
        ReplayError: Not exactly one file is given, or CSAT wants vectors.
        bot.measure.json_lines.ReplayFileError: A line is wrong.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    if (conversations is None) == (episodes is None):
        raise ReplayError("give either --conversations or --episodes")
    require_features(csat)
    path = conversations or episodes
    assert path is not None  # noqa: S101  one of them is given
    with uncollected():
        lines = Lines(path, _told(path, report))
        rows, last = _conversations(lines, csat) if conversations else _episodes(lines)
        seen = replace(context, now=now or last or context.now)
        found = figures(rows, seen, compare=compare, report=report)
    return LogRun(
        id=new_run_id(),
        started=started,
        revision=this_revision(),
        source=Source("replay", path.name, lines.sha256),
        rows=rows,
        context=seen,
        figures=found,
        seconds=time.perf_counter() - clock,
    )


def _told(path: Path, report: Report) -> Callable[[int], None]:
    """Adds up the bytes of lines; a pipe has no size, and needs none."""
    total = path.stat().st_size if path.is_file() else 0
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        report(done, total)

    return tell


def _conversations(lines: Lines, csat: CsatModel) -> Log:
    """The episodes of a log; its texts are let go of line by line."""
    last: datetime | None = None

    def logged() -> Iterator[LoggedConversation]:
        nonlocal last
        for told in conversations_in(lines):
            conversation = told.logged()
            latest = max(conversation.times())
            last = latest if last is None else max(last, latest)
            yield conversation

    rows = rows_of(logged(), csat)
    return rows, last


def _episodes(lines: Lines) -> Log:
    rows = list(episodes_in(lines))
    return rows, last_event(rows)
