"""Reads JSON lines one by one; every message about a wrong line names the file and the line."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evals.errors import ReplayError


def in_utc(at: datetime) -> datetime:
    """The same time in UTC; one without a zone is taken for UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@dataclass(slots=True)
class Lines:
    """The lines of a file, with the digest of all that was read.

    Attributes:
        path: The file.
    """

    path: Path
    _digest: Any = field(default_factory=hashlib.sha256)  # Any: hashlib has no public type

    @property
    def sha256(self) -> str:
        """Of the bytes read so far."""
        return str(self._digest.hexdigest())

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Where each line stands, and the line. Blank ones are passed over."""
        try:
            with self.path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    self._digest.update(line)
                    bare = line.removeprefix(b"\xef\xbb\xbf").strip()
                    if bare:
                        yield f"{self.path.name}:{number}", bare
        except OSError as error:
            raise ReplayError(f"{self.path}: cannot be read: {error.strerror}") from error


def json_object(where: str, line: bytes) -> dict[str, Any]:
    """The object that a line holds.

    Raises:
        ReplayError: It is no JSON object, or a key stands in it twice.
    """
    try:
        told = json.loads(line, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ReplayError(f"{where}: not JSON: {error}") from error
    if not isinstance(told, dict):
        raise ReplayError(f"{where}: not a JSON object")
    return told


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return told


def first_error(where: str, error: ValidationError) -> ReplayError:
    """The first thing that is wrong with a line, without what it says."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return ReplayError(f"{where}: {place + ': ' if place else ''}{first['msg']}")
