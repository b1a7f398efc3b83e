"""A row as JSON, the shape that ``firstline-evals replay --episodes`` reads."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from bot.measure.episode_row import CitedArticle, EpisodeRow, Vote

Json = dict[str, Any]  # column to value

_APART = frozenset({"checks", "unsure"})
COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(EpisodeRow) if f.name not in _APART)
"""Names of the columns, children included."""


def row_json(row: EpisodeRow) -> Json:
    """The columns of a row that are not at their default."""
    told: Json = {}
    for field in fields(EpisodeRow):
        value = getattr(row, field.name)
        if field.name not in _APART and value != field.default:
            told[field.name] = _plain(value)
    return told


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_child(each) for each in value]
    return value


def _child(child: CitedArticle | Vote) -> Json:
    known = {field.name: getattr(child, field.name) for field in fields(child)}
    return {name: _plain(value) for name, value in known.items() if value is not None}
