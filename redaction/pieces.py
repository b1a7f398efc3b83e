"""A card number that arrives in pieces, one message after another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from redaction.kinds import PLACEHOLDER
from redaction.normalise import fold, spell_digits
from redaction.recognisers.cards import CARD_WORD, is_card

LOOK_BACK = 8
"""How many earlier messages may hold pieces."""

_DIGITS = re.compile(r"\d+")
_MOST_LETTERS = 30
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where the digits of one card number stand.

    Attributes:
        number: The whole number, digits only.
        earlier: Place in the list of earlier texts, and the span there.
        current: The span in the newest text.
    """

    number: str
    earlier: tuple[tuple[int, _Span], ...]
    current: _Span


def _piece(text: str) -> tuple[str, _Span] | None:
    """The digits of a message that holds little else, and the span from the first to the last."""
    view = fold(PLACEHOLDER.sub(lambda match: " " * len(match.group()), text))
    view = spell_digits(view) or view
    groups = list(_DIGITS.finditer(view.text))
    if not groups:
        return None
    letters = sum(map(str.isalpha, view.text))
    if letters > _MOST_LETTERS and not CARD_WORD.search(view.text):
        return None
    span = view.original(groups[0].start(), groups[-1].end())
    return "".join(match.group() for match in groups), span


def find_pieces(recent: Sequence[str], text: str) -> Pieces | None:
    """The card number that ``text`` completes, or None.

    Args:
        recent: The same customer's earlier messages, oldest first.
        text: The newest message.
    """
    newest = _piece(text)
    if newest is None or len(newest[0]) >= 19:
        return None
    number, current = newest
    earlier: list[tuple[int, _Span]] = []
    first = max(0, len(recent) - LOOK_BACK)
    for place in range(len(recent) - 1, first - 1, -1):
        piece = _piece(recent[place])
        if piece is None:
            continue
        number = piece[0] + number
        if len(number) > 19:
            return None
        earlier.append((place, piece[1]))
        if len(number) >= 13 and is_card(number):
            return Pieces(number, tuple(earlier), current)
    return None
