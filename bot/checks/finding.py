"""One thing that ``firstline check`` found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: ``ok``, ``note`` or ``wrong``, and the way out."""

    state: str
    text: str
