"""Reads a measured log back, for the episodes behind its numbers."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow
from bot.measure.facts import ArticleFacts, ContentChange
from evals.errors import RunError
from evals.log_run import PRICES, Json
from evals.replay_episodes import read_recorded


def read_log(folder: Path) -> tuple[list[EpisodeRow], MeasureContext]:
    """The rows of a measured log, and what they were looked at with.

    Raises:
        RunError: The folder holds no measured log.
        bot.measure.json_lines.ReplayFileError: A line of it is wrong.
    """
    try:
        told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        context = _context(told["context"], told.get("content", {}))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{folder}: holds no measured log; `firstline-evals replay --out {folder}` makes one"
        ) from error
    return read_recorded(folder / "cases.jsonl"), context


def _context(told: Json, content: Json) -> MeasureContext:
    articles = {
        name: ArticleFacts(name, each["domain"], _day(each["reviewed_on"]))
        for name, each in content.get("articles", {}).items()
    }
    changes = (
        ContentChange(each["id"], datetime.fromisoformat(each["at"]), tuple(each["articles"]))
        for each in content.get("changes", ())
    )
    prices: Json = {name: told.get(name) for name in PRICES}
    return MeasureContext(
        datetime.fromisoformat(told["now"]),
        since=_time(told["since"]),
        until=_time(told["until"]),
        assume_after=timedelta(hours=told["assume_after_hours"]),
        durable_days=told["durable_days"],
        with_tests=told["with_tests"],
        articles=articles,
        changes=tuple(changes),
        **prices,
    )


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)


def _time(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
