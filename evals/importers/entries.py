"""The entries of a file and the lines they begin at: JSON lines, a JSON list, or a list in it."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import ImportFailedError

Json = dict[str, Any]  # JSON of somebody else's making


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that could not be used.

    Attributes:
        line: Where it begins, from 1.
        message: Why, without its text.
    """

    line: int
    message: str


Entry = tuple[int, Json | Problem]
"""Line and content of an entry."""


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        ImportFailedError: It can't be read or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ImportFailedError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ImportFailedError(f"{path}: is not UTF-8; save it as UTF-8") from error


def json_entries(path: Path, lists: Sequence[str]) -> Iterator[Entry]:
    """The objects of a file.

    Args:
        path: JSON lines, a list of objects, one object, or an object that holds the list.
        lists: Keys under which the list may stand, such as ``tickets`` or ``data.payload``.

    Raises:
        ImportFailedError: The file can't be read.
    """
    text = read_text(path)
    start = _list_start(text, lists)
    if start is None:
        yield from _lines(text)
    else:
        for line, item in values_of(text, start):
            fine = isinstance(item, dict | Problem)
            yield line, item if fine else Problem(line, "not a JSON object")


def table_entries(path: Path) -> Iterator[Entry]:
    """The rows of a CSV or TSV file with a header.

    Raises:
        ImportFailedError: The file can't be read or has no header.
    """
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    table = csv.DictReader(io.StringIO(read_text(path), newline=""), delimiter=delimiter)
    if not table.fieldnames:
        raise ImportFailedError(f"{path}: is empty")
    for row in table:
        if None in row or None in row.values():
            yield table.line_num, Problem(table.line_num, "has another number of columns")
        else:
            yield table.line_num, dict(row)


def _list_start(text: str, lists: Sequence[str]) -> int | None:
    """Where the list of entries opens; ``None`` in a file of JSON lines."""
    bare = text.lstrip()
    if bare.startswith("["):
        return len(text) - len(bare)
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for path in lists:
        at, position = whole, 0
        for key in path.split("."):
            if not isinstance(at, dict) or key not in at:
                break
            at, position = at[key], text.index(json.dumps(key), position)
        else:
            if isinstance(at, list):
                return text.index("[", position)
    return None


def values_of(text: str, start: int) -> Iterator[tuple[int, Any]]:
    """The values of the list that opens at a place, each with its line."""
    decoder, place, line = json.JSONDecoder(), start + 1, text.count("\n", 0, start) + 1
    while True:
        began = place
        while place < len(text) and text[place] in " \t\r\n,":
            place += 1
        line += text.count("\n", began, place)
        if place >= len(text) or text[place] == "]":
            return
        try:
            item, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield line, Problem(line, "not JSON; the rest of the list can't be read")
            return
        yield line, item
        line += text.count("\n", place, end)
        place = end


def _lines(text: str) -> Iterator[Entry]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError):
            yield number, Problem(number, "not JSON")
            continue
        yield number, item if isinstance(item, dict) else Problem(number, "not a JSON object")
