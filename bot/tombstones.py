"""Which conversations were erased: a list beside the database, of ids and times alone.

So no older copy of the database brings them back. The list is written before the rows are deleted,
and replayed at every start and restore.
"""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from bot.errors import ConfigurationError

FILE = "erased.jsonl"


def read_tombstones(path: Path) -> Mapping[str, str]:
    """Ids of erased conversations with the time of each; none where there is no file.

    What follows the last line feed is left out: its erasure was never begun.

    Raises:
        ConfigurationError: A line cannot be read.
    """
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    *lines, _cut_off = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            found[str(entry["conversation"])] = str(entry["at"])
        except (ValueError, KeyError, TypeError):
            raise ConfigurationError(
                f"{path}: line {number} cannot be read; restore the list from a copy of it"
            ) from None
    return found


def add_tombstones(path: Path, conversation_ids: Iterable[str], at: datetime) -> None:
    """Adds ids to the list; durable on return."""
    merge_tombstones(path, {each: at.isoformat() for each in conversation_ids})


def merge_tombstones(path: Path, more: Mapping[str, str]) -> None:
    """Adds those of ``more`` that the list lacks; durable on return."""
    known = read_tombstones(path)
    fresh = [(each, at) for each, at in more.items() if each not in known]
    if not fresh:
        return
    text = "".join(json.dumps({"conversation": each, "at": at}) + "\n" for each, at in fresh)
    with open(path, "ab", opener=_private) as file:
        if path.stat().st_size:
            written = path.read_bytes()
            file.truncate(written.rfind(b"\n") + 1)
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
