"""Reads a measured log back, for the episodes behind its numbers."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow
from evals.errors import RunError
from evals.log_run import PRICES
from evals.replay_episodes import read_recorded


def read_log(folder: Path) -> tuple[list[EpisodeRow], MeasureContext]:
    """The rows of a measured log, and what they were looked at with.

    Raises:
        RunError: The folder holds no measured log.
        bot.measure.json_lines.ReplayFileError: A line of it is wrong.
    """
    try:
        told = json.loads((folder / "run.json").read_text(encoding="utf-8"))["context"]
        context = MeasureContext(
            datetime.fromisoformat(told["now"]),
            since=_time(told["since"]),
            until=_time(told["until"]),
            assume_after=timedelta(hours=told["assume_after_hours"]),
            durable_days=told["durable_days"],
            with_tests=told["with_tests"],
            **{name: told.get(name) for name in PRICES},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{folder}: holds no measured log; `firstline-evals replay --out {folder}` makes one"
        ) from error
    return read_recorded(folder / "cases.jsonl"), context


def _time(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
