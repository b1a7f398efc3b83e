"""What a detector finds: a kind of personal data and where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One span of personal data.

    Attributes:
        start: First character, counted in the original text.
        end: One past the last character.
        kind: Upper-case kind, such as ``CARD`` or ``EMAIL``.
        score: Confidence from 0 to 1.
    """

    start: int
    end: int
    kind: str
    score: float
