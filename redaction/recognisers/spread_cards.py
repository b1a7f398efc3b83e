"""A card number told in pieces within one message: "4111 1111 and then 1111 1111"."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

Group = tuple[int, int]

_SHORTEST, _LONGEST = 13, 19
_MOST_PIECES = 10
_MOST_TOLD = 6
# What may stand between two pieces; no mask, or the number of something found already.
_BETWEEN = re.compile(r"[^\d\ue000-\uf8ff]{1,40}")
_NO_WORDS = re.compile(r"[\s.,\-_()•·~]{1,12}")
# A number beside one of these is something else.
_OTHER = re.compile(
    r"[€£$%#:/]|\b(?:orders?|invoices?|bill|tickets?|ref(?:erence)?s?|booking|tracking|parcel|articles?|items?"
    r"|phones?|tel|mobile|call|fax|account|customer|client|member|policy|case|serial|model|version|flight"
    r"|eur|gbp|usd|chf|euros?|pounds?|dollars?|paid|price|costs?|amount|km|miles|kwh|units?|pieces?|points"
    r"|am|pm|year|years|since|until|between|dated?|in|on|jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?"
    r"|aug\w*|sept?\w*|oct\w*|nov\w*|dec(?:ember)?|bestell\w*|rechnung\w*|commande|pedido|postcode|zip)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def find(
    text: str,
    groups: list[Group],
    card_word: bool,
    is_card: Callable[[str], bool],
    printed: frozenset[tuple[int, ...]],
) -> Iterator[tuple[int, int]]:
    """First and last place in ``groups`` of each card number whose pieces have words between.

    In a message that names a card every split counts; in another one only pieces of four, eight or
    twelve digits, groups as printed on cards, and digits that nothing but blanks and dots part.

    Args:
        text: The message.
        groups: Spans of its digit groups.
        card_word: Whether it speaks of a card.
        is_card: Tells whether digits are a possible card number.
        printed: Sizes of groups as printed on cards.
    """
    first = 0
    while first < len(groups):
        last = _last(text, groups, first, card_word, is_card, printed)
        if last is not None:
            yield first, last
        first = first + 1 if last is None else last + 1


def _last(
    text: str,
    groups: list[Group],
    first: int,
    card_word: bool,
    is_card: Callable[[str], bool],
    printed: frozenset[tuple[int, ...]],
) -> int | None:
    """The last group of the longest number that begins with this group."""
    digits = text[slice(*groups[first])]
    found = None
    for place in range(first + 1, min(first + _MOST_PIECES, len(groups))):
        before, group = groups[place - 1], groups[place]
        digits += text[slice(*group)]
        if len(digits) > _LONGEST or not _BETWEEN.fullmatch(text, before[1], group[0]):
            break
        if len(digits) >= _SHORTEST and is_card(digits):
            window = groups[first : place + 1]
            named = card_word and all(end - start >= 2 for start, end in window)
            if named or _told(text, window, printed) or _punctuated(text, groups, first, place):
                found = place
    return found


def _told(text: str, window: list[Group], printed: frozenset[tuple[int, ...]]) -> bool:
    """Whether the groups read as a number told piece by piece, and as nothing else."""
    sizes = tuple(end - start for start, end in window)
    years = sum(_YEAR.fullmatch(text, *group) is not None for group in window)
    return (
        len(window) <= _MOST_TOLD
        and years < 2
        and (not any(size % 4 for size in sizes) or sizes in printed)
        and not any(_OTHER.search(text, left[1], right[0]) for left, right in pairwise(window))
        and not _beside_other(text, window)
    )


def _punctuated(text: str, groups: list[Group], first: int, last: int) -> bool:
    """Whether nothing but blanks, dots and the like part the groups, and no digit is beside."""
    window = groups[first : last + 1]
    sizes = [end - start for start, end in window]
    return (
        len(window) <= _MOST_TOLD
        and sum(sizes) >= 15
        and min(sizes[:-1]) >= 3
        and all(_NO_WORDS.fullmatch(text, left[1], right[0]) for left, right in pairwise(window))
        and (first == 0 or not _NO_WORDS.fullmatch(text, groups[first - 1][1], window[0][0]))
        and (
            last + 1 == len(groups)
            or not _NO_WORDS.fullmatch(text, window[-1][1], groups[last + 1][0])
        )
        and not _beside_other(text, window)
    )


def _beside_other(text: str, window: list[Group]) -> bool:
    start, end = window[0][0], window[-1][1]
    before = re.search(r"[^\d.!?\n]{0,16}\Z", text[max(0, start - 16) : start])
    after = re.match(r"\s{0,2}[^\s\d]{0,8}", text[end : end + 10])
    return any(_OTHER.search(side.group()) is not None for side in (before, after) if side)
