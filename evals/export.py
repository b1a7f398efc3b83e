"""Writes the service's own records in the shapes that ``firstline-evals replay`` reads."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.measure.episode_row import EpisodeRow
from bot.measure.log import LoggedConversation
from bot.measure.retold import retold
from bot.measure.row_json import row_json
from evals.errors import RunError

Json = dict[str, Any]  # one line


def episode_lines(rows: Iterable[EpisodeRow]) -> Iterator[Json]:
    """Every column of every row."""
    return (row_json(row) for row in rows)


def conversation_line(conversation: LoggedConversation) -> Json:
    """A conversation in the replay shape, without texts."""
    shaped = retold(conversation)
    turns = (turn.model_dump(mode="json", exclude_none=True) for turn in shaped.turns)
    told = shaped.model_dump(mode="json", exclude={"turns"})
    return {**told, "turns": [{**turn, "text": ""} for turn in turns]}


def write_lines(lines: Iterable[Json], path: Path) -> int:
    """Write a file that only its owner can read; says how many lines.

    Raises:
        RunError: It exists, or cannot be written.
    """
    count = 0
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
    except FileExistsError as error:
        raise RunError(f"{path} exists and is not overwritten: name a new file") from error
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror}") from error
    return count
