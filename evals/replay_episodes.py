"""Reads episodes, one JSON line each, with the columns of ``docs/metrics.md``."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.measure.episode_row import EpisodeRow
from bot.measure.json_lines import Lines, ReplayFileError, first_error, in_utc, json_object
from bot.measure.row_json import COLUMNS

_ROW = TypeAdapter(EpisodeRow)
_KNOWN = frozenset(COLUMNS)
_TIMES = tuple(f.name for f in fields(EpisodeRow) if f.type == datetime | None)
_EVENTS = tuple(name for name in _TIMES if name != "ticket_due_at")
"""Times at which something happened; when a reply is due tells nothing of when the log ends."""
_IDS = frozenset(name for name in COLUMNS if name.endswith(("_id", "_key")))
DERIVED = frozenset({"ended_as", "counted"})
"""What a record says of each row besides its columns."""
_RATINGS = range(1, 6)
_AMOUNTS = tuple(
    f.name for f in fields(EpisodeRow) if f.type in {int, int | None, float, float | None}
)
_MOST = 1_000_000_000
_SHARES = frozenset({"confidence", "predicted_csat"})


def read_recorded(path: Path) -> list[EpisodeRow]:
    """The rows of a ``cases.jsonl`` that a measured log has left.

    Raises:
        ReplayFileError: A line is wrong; names it.
    """
    return list(episodes_in(Lines(path), DERIVED))


def episodes_in(lines: Lines, besides: frozenset[str] = frozenset()) -> Iterator[EpisodeRow]:
    """The rows of lines, one each.

    Args:
        lines: The lines.
        besides: Keys that are passed over.

    Raises:
        ReplayFileError: A line is wrong; names it.
    """
    seen: dict[str, str] = {}
    for where, line in lines:
        told = json_object(where, line)
        row = _row(where, {name: told[name] for name in told if name not in besides})
        if row.episode_id in seen:
            raise ReplayFileError(
                f"{where}: episode_id {row.episode_id!r} is taken by {seen[row.episode_id]}"
            )
        seen[row.episode_id] = where
        yield row


def _row(where: str, told: dict[str, Any]) -> EpisodeRow:
    unknown = sorted(set(told) - _KNOWN)
    if unknown:
        raise ReplayFileError(
            f"{where}: unknown column {unknown[0]!r}; known: {', '.join(COLUMNS)}"
        )
    known = {name: _named(name, value) for name, value in told.items() if value is not None}
    known.setdefault("episode_id", where)
    try:
        row = _ROW.validate_json(json.dumps(known), strict=True)
    except ValidationError as error:
        raise first_error(where, error) from None
    if row.rating is not None and row.rating not in _RATINGS:
        raise ReplayFileError(f"{where}: rating {row.rating} is not from 1 to 5")
    _possible(where, row)
    return _utc(row)


def _possible(where: str, row: EpisodeRow) -> None:
    for name in _AMOUNTS:
        value = getattr(row, name)
        if value is not None and value < 0:
            raise ReplayFileError(f"{where}: {name} {value} is less than 0")
        if value is not None and value > _MOST:
            raise ReplayFileError(f"{where}: {name} {value} is more than {_MOST:,}")
        if value is not None and value > 1 and name in _SHARES:
            raise ReplayFileError(f"{where}: {name} {value} is not from 0 to 1")
    began, closed = row.started_at, row.closed_at
    if began is not None and closed is not None and in_utc(closed) < in_utc(began):
        raise ReplayFileError(
            f"{where}: closed_at {closed.isoformat()} is before started_at {began.isoformat()}"
        )
    asked, replied = row.first_customer_at, row.first_reply_at
    if asked is not None and replied is not None and in_utc(replied) < in_utc(asked):
        raise ReplayFileError(f"{where}: first_reply_at is before first_customer_at")


def _named(column: str, value: object) -> object:
    """Ids are words, also where a log counts its episodes."""
    counted = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if counted and column in _IDS else value


def _utc(row: EpisodeRow) -> EpisodeRow:
    told = {name: at for name in _TIMES if (at := getattr(row, name)) is not None}
    times: dict[str, Any] = {name: in_utc(at) for name, at in told.items()}
    votes = tuple(replace(vote, at=in_utc(vote.at)) for vote in row.votes)
    return replace(row, votes=votes, **times)


def last_event(rows: Iterable[EpisodeRow]) -> datetime | None:
    """When something last happened in a log; ``None`` where it says nothing of time."""
    times = (getattr(row, name) for row in rows for name in _EVENTS)
    return max((at for at in times if at is not None), default=None)
