"""Which masked values a vault may keep: of some kinds, never digits that could be a card's."""

import re

from redaction.kinds import PLACEHOLDER, RESTORABLE
from redaction.normalise import fold, spell_digits
from redaction.recognisers import phone
from redaction.recognisers.cards import is_card

_DIGITS = re.compile(r"\d+")
_TELLING = re.compile(r"\d(?:\W{0,3}\d){7}")
_ZIP_CODE = re.compile(r"(?<!\d)\d{5}-\d{4}(?!\d)")
_ANNOUNCED = re.compile(
    r"\b(?:phone|telephone|tel|mobile|cell(?:phone)?|call|ring|whatsapp|landline|handy|telefon)\b",
    re.IGNORECASE,
)
_WRITTEN_AS_PHONE = re.compile(
    r"\s*(?:[+0(].*|\d{3}[-. ]\d{3}[-. ]\d{3,4}|\d{2}(?:[-. ]\d{2}){3})", re.DOTALL
)
_CARD_LENGTHS = range(12, 20)


def may_be_restored(
    kind: str, text: str, span: tuple[int, int], rest: str, phone_regions: tuple[str, ...]
) -> bool:
    """Whether a vault may keep the value at ``span`` of ``text``.

    Eight digits in a row are kept in a phone number only: an international one, or a valid one
    written as such, or without blanks after a word for it. It must make no card number together
    with the digits that stay around it.

    Args:
        kind: Of the value.
        text: The customer's text.
        span: Where the value stands in it.
        rest: The redacted text, whose remaining digits are its neighbours.
        phone_regions: Whose national numbers are valid.
    """
    if kind not in RESTORABLE:
        return False
    value = _plain(text[slice(*span)])
    if not _TELLING.search(_ZIP_CODE.sub("", value)):
        return True
    if kind != "PHONE" or not (value.startswith("+") or phone.is_valid(value, phone_regions)):
        return False
    before = text[max(0, span[0] - 40) : span[0]]
    written = _WRITTEN_AS_PHONE.fullmatch(value) is not None
    announced = value.isdigit() and _ANNOUNCED.search(before) is not None
    return (written or announced) and not _completes_a_card(value, rest)


def _completes_a_card(value: str, rest: str) -> bool:
    """Whether the digits with those left in the text, before or after it, are a card number."""
    digits = "".join(_DIGITS.findall(value))
    others = "".join(_DIGITS.findall(_plain(PLACEHOLDER.sub(" ", rest))))[: _CARD_LENGTHS[-1]]
    longest = _CARD_LENGTHS[-1] - len(digits)
    tails = (others[-size:] + digits for size in range(1, min(longest, len(others)) + 1))
    heads = (digits + others[:size] for size in range(1, min(longest, len(others)) + 1))
    return any(len(number) in _CARD_LENGTHS and is_card(number) for number in (*tails, *heads))


def _plain(value: str) -> str:
    view = fold(value)
    return (spell_digits(view) or view).text
