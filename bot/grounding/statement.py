"""One thing that a passage says: a sentence, an item of a list or a row of a table."""

import re
from dataclasses import dataclass

from bot.grounding.pieces import Piece
from bot.grounding.quantities import Quantity

_LINKED = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a passage says.

    Attributes:
        passage: Id of the passage.
        clauses: In reading order, each as short as it can be cut.
        pieces: Clauses without a number joined to a neighbour that has one.
        context: Stems that hold for all of it: title, heading, what it points back to.
        above: Those of title and heading.
        context_quantities: Those of what it points back to.
        text: As written, without markup.
        words: Stems of all pieces.
        rivals: Pieces of the other rows of its table.
        denied_label: What its name denies, where it is a row of a table.
        names: Stems of the names in it.
    """

    passage: str
    clauses: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    context: frozenset[str]
    above: frozenset[str]
    context_quantities: tuple[tuple[Quantity, str], ...]
    text: str
    words: frozenset[str]
    rivals: tuple[Piece, ...] = ()
    denied_label: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


def without_links(text: str) -> str:
    """A text with the words of its links alone."""
    return _LINKED.sub(r"\1", text)
