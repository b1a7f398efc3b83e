"""What came of a gate's rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What came of a rule."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Ruled:
    """One rule and what came of it.

    Attributes:
        rule: In a few words.
        status: What came of it.
        found: What was found, with counts.
        cases: Ids of the cases to look at.
    """

    rule: str
    status: Status
    found: str
    cases: tuple[str, ...] = ()


def ruled(rule: str, ok: bool, found: str, cases: Sequence[str] = ()) -> Ruled:
    """A rule that was judged."""
    return Ruled(rule, Status.PASSED if ok else Status.FAILED, found, tuple(cases))
