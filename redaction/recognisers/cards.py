"""Payment-card numbers: digit groups, issuer range, length and Luhn, never word borders."""

# ruff: noqa: E501 - a pattern reads best in one piece

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

from redaction.findings import Finding
from redaction.recognisers import spread_cards
from redaction.recognisers.checksum import luhn
from redaction.recognisers.cued import Cued

# Issuer identification ranges in use, as (first, last, lengths); compared on as many digits as
# the bounds have. Overlaps do no harm: one fitting row is enough.
_ANY = range(16, 20)
ISSUERS: tuple[tuple[str, str, str, tuple[int, ...]], ...] = (
    ("visa", "4", "4", (13, 16, 19)),
    ("mastercard", "51", "55", (16,)),
    ("mastercard", "2221", "2720", (16,)),
    ("amex", "34", "34", (15,)),
    ("amex", "37", "37", (15,)),
    ("diners", "300", "305", (14, *_ANY)),
    ("diners", "3095", "3095", (14, *_ANY)),
    ("diners", "36", "36", (14, *_ANY)),
    ("diners", "38", "39", (14, *_ANY)),
    ("discover", "6011", "6011", tuple(_ANY)),
    ("discover", "644", "659", tuple(_ANY)),
    ("jcb", "3528", "3589", tuple(_ANY)),
    ("jcb", "35", "35", (16,)),
    ("jcb", "1800", "1800", (15,)),
    ("jcb", "2131", "2131", (15,)),
    ("unionpay", "62", "62", tuple(_ANY)),
    ("unionpay", "81", "81", tuple(_ANY)),
    ("rupay", "60", "60", (16,)),
    ("rupay", "82", "82", (16,)),
    ("maestro", "50", "50", tuple(range(12, 20))),
    ("maestro", "56", "58", tuple(range(12, 20))),
    ("maestro", "63", "63", tuple(range(12, 20))),
    ("maestro", "67", "67", tuple(range(12, 20))),
    ("maestro", "6", "6", tuple(range(12, 20))),
    ("maestro", "0604", "0604", (12, 16, 18, 19)),
    ("mir", "2200", "2204", tuple(_ANY)),
    ("verve", "506099", "506198", (16, 18, 19)),
    ("troy", "9792", "9792", (16,)),
    ("uzcard", "8600", "8600", (16,)),
    ("humo", "9860", "9860", (16,)),
    ("belkart", "9112", "9112", (16,)),
    ("gpn", "1946", "1946", (16,)),
)
_SHORTEST, _LONGEST = 12, 19
# The longest first: a longer number holds a shorter one by chance, once in ten times.
_LENGTHS = tuple(range(_LONGEST, _SHORTEST - 1, -1))

CARD_WORD = Cued(
    "car|kar|kaart|tarjeta|visa|master|maestro|amex|american|diners|discover|jcb|unionpay|rupay"
    "|debit|credit|pan|cc",
    r"card|visa|master|maestro|amex|american express|diners|discover|jcb|unionpay|rupay|debit"
    r"|credit|\bpan\b|\bcc\b|karte|carte|tarjeta|carta\b|cart[aã]o|kaart|karta",
)
# A word that has no border to be looked at is found faster as it stands.
_PLAIN_CARD_WORDS = ("card", "karte", "carte", "visa", "debit", "credit", "tarjeta", "kaart")
_GROUP = re.compile(r"\d+")
_GAP = re.compile(r"[^\w\ue000-\uf8ff]{0,5}|[\s.,:;/-]{0,2}[xX_]{1,2}[\s.,:;/-]{0,2}")
_PLAIN_GAP = re.compile(r"[\s\-_./,:;|*+\\·•~]{0,5}")
# How numbers are printed on cards and in forms: fours, American Express, Diners, Maestro.
_PRINTED = frozenset(
    {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 3), (4, 4, 5), (6, 13), (4, 4, 4, 4, 3), (4, 4, 4, 4, 2),
     (4, 4, 4, 4, 1), (4, 4, 4), (4, 4, 4, 1), (4, 4, 4, 2), (6, 10), (8, 8), (4, 12), (12, 4), (4, 4, 8), (8, 4, 4),
     (4, 8, 4), (6, 6, 4), (6, 4, 6), (4, 5, 6), (5, 5, 5), (5, 5, 6), (8, 7), (8, 5), (6, 6, 7), (5, 5, 5, 4), (5, 5, 5, 1)}
)  # fmt: skip
SHORTEST_ENCODED = 18
"""Characters of the shortest number in base64, which may hold no digit at all."""

_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{18,200}={0,2}")

_Group = tuple[int, int]


_BY_START: dict[tuple[int, str], list[tuple[str, str]]] = {}
for _name, _first, _last, _lengths in ISSUERS:
    for _length in _lengths:
        for _digit in range(int(_first[0]), int(_last[0]) + 1):
            _BY_START.setdefault((_length, str(_digit)), []).append((_first, _last))


def issuer_fits(digits: str) -> bool:
    """Whether an issuer gives out numbers with this beginning and length."""
    rows = _BY_START.get((len(digits), digits[0]), ())
    return any(first <= digits[: len(first)] <= last for first, last in rows)


def is_card(digits: str) -> bool:
    """Whether these 12 to 19 ASCII digits are a possible card number."""
    return issuer_fits(digits) and luhn(digits) and len(set(digits)) > 1


def speaks_of_card(text: str) -> bool:
    """Whether a word for a payment card stands in a text."""
    lower = text.lower()
    return any(word in lower for word in _PLAIN_CARD_WORDS) or CARD_WORD.search(text) is not None


def find(text: str) -> Iterator[Finding]:
    """Card numbers, also as several groups, spread over a sentence or base64-encoded."""
    groups = [match.span() for match in _GROUP.finditer(text)]
    if sum(end - start for start, end in groups) >= _SHORTEST:
        card_word = speaks_of_card(text)
        found = False
        for run in _runs(text, groups):
            for start, end in _cards_in(text, run, card_word):
                found = True
                yield Finding(start, end, "CARD", 1.0)
        if not found:
            for first, last in spread_cards.find(text, groups, card_word, is_card, _PRINTED):
                for piece in _runs(text, groups[first : last + 1]):
                    yield Finding(piece[0][0], piece[-1][1], "CARD", 0.9)
    yield from _encoded(text)


def _runs(text: str, groups: list[_Group]) -> Iterator[list[_Group]]:
    """Digit groups with nothing but separators between them."""
    run: list[_Group] = []
    for group in groups:
        if run and not _GAP.fullmatch(text, run[-1][1], group[0]):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _cards_in(text: str, run: list[_Group], card_word: bool) -> Iterator[_Group]:
    """Card numbers in a run, from left to right, each made of whole groups."""
    digits = "".join(text[start:end] for start, end in run)
    if len(digits) < _SHORTEST:
        return
    places = [0, *accumulate(end - start for start, end in run)]
    group_at = {place: group for group, place in enumerate(places)}
    first = 0
    while first < len(run):
        past = None
        for length in _LENGTHS:
            past = group_at.get(places[first] + length)
            if (
                past is not None
                and (length > _SHORTEST or card_word)
                and is_card(digits[places[first] : places[past]])
                and _plausible(text, run, first, past - 1, card_word)
            ):
                yield run[first][0], run[past - 1][1]
                break
            past = None
        first = past or first + 1


def _plausible(text: str, run: list[_Group], first: int, last: int, card_word: bool) -> bool:
    """Whether the groups look like one number rather than neighbours that happen to fit."""
    window = run[first : last + 1]
    shape = tuple(end - start for start, end in window)
    if len(shape) == 1:
        return True
    gaps = {text[left[1] : right[0]] for left, right in pairwise(window)}
    if len(gaps) > 1 and not all(_PLAIN_GAP.fullmatch(gap) for gap in gaps):
        return False
    if shape in _PRINTED or (card_word and len(gaps) == 1 and len(window) == len(run)):
        return True
    even = len(set(shape[:-1])) == 1 and shape[-1] <= shape[0]
    if even:  # ones, twos, threes: neighbours of the same size belong to it
        before = first > 0 and run[first - 1][1] - run[first - 1][0] == shape[0]
        after = last + 1 < len(run) and run[last + 1][1] - run[last + 1][0] == shape[0]
        return not before and (not after or shape[0] > 1)
    return len(window) == len(run) and (card_word or len(gaps) == 1)


def _encoded(text: str) -> Iterator[Finding]:
    """Card numbers in base64."""
    for match in _BASE64.finditer(text):
        token = match.group().rstrip("=").replace("-", "+").replace("_", "/")
        try:
            plain = base64.b64decode(token + "=" * (-len(token) % 4), validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            continue
        groups = [each.span() for each in _GROUP.finditer(plain)]
        if any(
            any(True for _ in _cards_in(plain, run, card_word=False))
            for run in _runs(plain, groups)
        ):
            yield Finding(match.start(), match.end(), "CARD", 0.95)
