"""What helpdesks answer, read with suspicion: a field of another type is as good as none."""

from collections.abc import Iterator
from typing import Any

from bot.helpdesk.helpdesk import HelpdeskUnavailable


def object_in(said: dict[str, Any], *names: str) -> dict[str, Any]:
    """The object under a path of names.

    Raises:
        HelpdeskUnavailable: There is none.
    """
    for name in names:
        inner = said.get(name)
        if not isinstance(inner, dict):
            raise HelpdeskUnavailable(f"the answer has no {'.'.join(names)}")
        said = inner
    return said


def objects_in(said: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """The objects in a list of that name.

    Raises:
        HelpdeskUnavailable: There is no such list.
    """
    listed = said.get(name)
    if not isinstance(listed, list):
        raise HelpdeskUnavailable(f"the answer has no list {name}")
    yield from (each for each in listed if isinstance(each, dict))


def number_in(said: dict[str, Any], name: str = "id") -> int:
    """The whole number of that name.

    Raises:
        HelpdeskUnavailable: There is none.
    """
    number = said.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or number <= 0:
        raise HelpdeskUnavailable(f"the answer has no number {name}")
    return number


def as_ref(ref: str | None) -> int | None:
    """A helpdesk's number that was kept for a ticket; ``None`` where another helpdesk had it."""
    return int(ref) if ref and ref.isascii() and ref.isdecimal() else None
