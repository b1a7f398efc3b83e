"""Reads JSON lines one by one; every message about a wrong line names the file and the line.

FirstlineError
└── ReplayFileError     a log of conversations or episodes is wrong; names the line
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.errors import FirstlineError

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of a line; a file without line ends must not fill the memory."""

_SHOWN = 40
_TEXT = "text"
"""The one key whose value no message repeats: what customers wrote."""


class ReplayFileError(FirstlineError):
    """A log that can't be read: names file, line, value and what is wrong with it."""


def in_utc(at: datetime) -> datetime:
    """The same time in UTC; one without a zone is taken for UTC.

    Raises:
        ValueError: UTC has no such time: it is at the very end of the calendar.
    """
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{at.isoformat()} is beyond the calendar") from error


@dataclass(slots=True)
class Lines:
    """The lines of a file, with the digest of all that was read.

    Attributes:
        path: The file.
        tell: Told the bytes of each line, for a progress bar.
    """

    path: Path
    tell: Callable[[int], None] | None = None
    _digest: Any = field(default_factory=hashlib.sha256)  # Any: hashlib has no public type

    @property
    def sha256(self) -> str:
        """Of the bytes read so far."""
        return str(self._digest.hexdigest())

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Where each line stands, and the line. Blank ones are passed over."""
        try:
            with self.path.open("rb") as file:
                number = 0
                while line := file.readline(LONGEST_LINE):
                    number += 1
                    where = f"{self.path.name}:{number}"
                    if len(line) == LONGEST_LINE:
                        raise ReplayFileError(f"{where}: longer than {LONGEST_LINE:,} bytes")
                    self._digest.update(line)
                    if self.tell is not None:
                        self.tell(len(line))
                    bare = line.removeprefix(b"\xef\xbb\xbf").strip()
                    if bare:
                        yield where, bare
        except OSError as error:
            raise ReplayFileError(f"{self.path}: cannot be read: {error.strerror}") from error


def json_object(where: str, line: bytes) -> dict[str, Any]:
    """The object that a line holds.

    Raises:
        ReplayFileError: It is no JSON object, a key stands in it twice, or a number is none.
    """
    try:
        told = json.loads(
            line, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise ReplayFileError(f"{where}: not JSON: {_why(error)}") from error
    if not isinstance(told, dict):
        raise ReplayFileError(f"{where}: not a JSON object")
    return told


def _why(error: Exception) -> str:
    """What is wrong, without the bytes that could not be read."""
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _finite(word: str) -> float:
    number = float(word)
    if math.isinf(number):
        raise ValueError(f"{word} is too large a number")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return told


def first_error(where: str, error: ValidationError) -> ReplayFileError:
    """The first thing that is wrong with a line; its value, but nothing that customers wrote."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    value = first.get("input")
    shown = ""
    if first["loc"] and first["loc"][-1] != _TEXT and isinstance(value, str | int | float):
        shown = f" (not {json.dumps(value)[:_SHOWN]})"
    return ReplayFileError(f"{where}: {place + ': ' if place else ''}{first['msg']}{shown}")
