"""A card number that arrives in pieces, one message after another, and what follows it alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from redaction.findings import Finding
from redaction.kinds import PLACEHOLDER
from redaction.normalise import fold, spell_digits
from redaction.recognisers.cards import is_card, speaks_of_card

LOOK_BACK = 8
"""How many earlier messages may hold pieces."""

_DIGITS = re.compile(r"\d+")
_MONTH_YEAR = re.compile(r"\D{0,3}(?:0?[1-9]|1[0-2])\s?[/.\-\s]\s?(?:20)?[2-4]\d\D{0,3}")
_CARD_ONLY = re.compile(r"\W*(?:\[(?:CARD|EXPIRY|CVV)_[1-9][0-9]{0,3}\]\W*)+")
_NUMBER_ONLY = re.compile(r"\W*\[(?:PHONE|ACCOUNT|SSN|NATIONAL_ID|CODE)_[1-9][0-9]{0,3}\]\W*")
# A message that tells a piece of a number, and nothing else.
_TELLS = re.compile(
    r"(?:[\W\d]|\b(?:it|is|the|my|card|number|starts?|begins?|with|first|second|half|part|then|and"
    r"|rest|ends?|in|last|next|other|digits?|goes|on)\b){0,80}+",
    re.IGNORECASE,
)
_MOST_LETTERS = 30
_NEAR = 4
_SHORTEST, _LONGEST = 13, 19
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where the digits of one card number stand.

    Attributes:
        number: The whole number, digits only.
        earlier: Place in the list of earlier texts, and the span there.
        current: The span in the newest text.
        mistaken: Placeholders of what was taken for another number and is part of this one.
    """

    number: str
    earlier: tuple[tuple[int, _Span], ...]
    current: _Span
    mistaken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """The digits of a message that holds little else.

    Attributes:
        digits: All of them.
        span: From the first to the last.
        bare: Whether the message has no letter.
    """

    digits: str
    span: _Span
    bare: bool


def find_pieces(recent: Sequence[str], text: str) -> Pieces | None:
    """The card number that ``text`` completes, or None.

    Of several numbers that fit the longest counts. Messages of nothing but digits right before it
    are taken along: where the number seemed to begin later by chance, they are its beginning.

    Args:
        recent: The same customer's earlier messages, oldest first.
        text: The newest message.
    """
    newest = _piece(text)
    if newest is None or len(newest.digits) >= _LONGEST:
        return None
    number = newest.digits
    whole = number if _fits(number) else ""
    walked: list[tuple[int, _Piece]] = []
    used = 0
    for place in reversed(range(max(0, len(recent) - LOOK_BACK), len(recent))):
        piece = _piece(recent[place])
        if piece is None:
            continue
        number = piece.digits + number
        if len(number) > _LONGEST:
            break
        walked.append((place, piece))
        if _fits(number):
            whole, used = number, len(walked)
    while whole and used < len(walked) and walked[used][1].bare:
        used += 1
    if not used:
        return _around_others(recent, text, newest) or _around_a_number(recent, newest)
    return Pieces(whole, tuple((place, piece.span) for place, piece in walked[:used]), newest.span)


def _is_part(text: str, piece: _Piece) -> bool:
    return not len(piece.digits) % 4 and (piece.bare or _TELLS.fullmatch(text) is not None)


def _around_others(recent: Sequence[str], text: str, newest: _Piece) -> Pieces | None:
    """Pieces of four, eight or twelve digits, with other messages and their numbers between.

    At most 15 choices among the last four messages.
    """
    near: list[tuple[int, _Piece]] = []
    for place in range(max(0, len(recent) - _NEAR), len(recent)):
        piece = _piece(recent[place])
        if piece is not None and _is_part(recent[place], piece):
            near.append((place, piece))
    if not _is_part(text, newest):
        return None
    for size in range(len(near), 0, -1):
        for chosen in combinations(near, size):
            number = "".join(piece.digits for _, piece in chosen) + newest.digits
            if len(number) <= _LONGEST and _fits(number):
                earlier = tuple((place, piece.span) for place, piece in chosen)
                return Pieces(number, earlier, newest.span)
    return None


def _around_a_number(recent: Sequence[str], newest: _Piece) -> Pieces | None:
    """Bare digits in a row of messages of which one was taken for another number, as a phone's."""
    row: list[tuple[int, _Piece]] = []
    mistaken: list[str] = []
    for place in reversed(range(max(0, len(recent) - LOOK_BACK), len(recent))):
        piece = _piece(recent[place])
        if _NUMBER_ONLY.fullmatch(recent[place]):
            mistaken += [match.group() for match in PLACEHOLDER.finditer(recent[place])]
        elif piece is not None and piece.bare:
            row.append((place, piece))
        else:
            break
    digits = "".join(piece.digits for _, piece in reversed(row)) + newest.digits
    if not newest.bare or not mistaken or not row or len(digits) > _LONGEST - _SHORTEST + 4:
        return None
    earlier = tuple((place, piece.span) for place, piece in row)
    return Pieces(digits, earlier, newest.span, tuple(mistaken))


def find_appendix(recent: Sequence[str], text: str) -> Finding | None:
    """A few digits sent alone right after a message that was nothing but a card number.

    They are its security code, its expiry date, or its end where it seemed complete too early.
    """
    if not recent or not _CARD_ONLY.fullmatch(recent[-1]):
        return None
    piece = _piece(text)
    if piece is None or not piece.bare or len(piece.digits) > _LONGEST - _SHORTEST:
        return None
    kind = "CVV" if len(piece.digits) in {3, 4} else "CARD"
    if _MONTH_YEAR.fullmatch(fold(text).text):
        kind = "EXPIRY"
    return Finding(*piece.span, kind, 1.0)


def _fits(number: str) -> bool:
    return len(number) >= _SHORTEST and is_card(number)


def _piece(text: str) -> _Piece | None:
    view = fold(PLACEHOLDER.sub(lambda match: " " * len(match.group()), text))
    view = spell_digits(view) or view
    groups = list(_DIGITS.finditer(view.text))
    if not groups:
        return None
    letters = sum(map(str.isalpha, view.text))
    if letters > _MOST_LETTERS and not speaks_of_card(view.text):
        return None
    span = view.original(groups[0].start(), groups[-1].end())
    return _Piece("".join(match.group() for match in groups), span, bare=not letters)
