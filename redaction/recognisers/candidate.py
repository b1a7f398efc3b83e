"""What in a message may be a secret: where it stands, and of which form."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a secret.

    Attributes:
        start: First character.
        end: One past the last.
        form: ``number``, ``token`` of mixed signs, ``word``, or ``phrase`` of several.
    """

    start: int
    end: int
    form: str


def overlap(candidate: Candidate, span: tuple[int, int]) -> bool:
    """Whether a candidate and a span share a character."""
    return span[0] < candidate.end and candidate.start < span[1]
