"""Telephone numbers: shaped like one, possible where the numbering plan says so, or announced."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

import phonenumbers

from redaction.findings import Finding

DEFAULT_REGIONS = (
    "GB",
    "US",
    "IE",
    "DE",
    "AT",
    "CH",
    "FR",
    "ES",
    "IT",
    "PT",
    "NL",
    "BE",
    "PL",
    "SE",
    "DK",
    "NO",
    "AU",
    "IN",
)

_CANDIDATE = re.compile(
    r"(?<![\w\ue000-\uf8ff./£$€#=&-])(?<!\d,)(?:\+|00)?\(?\d(?:[ \t.\-/()]{0,3}\d){5,17}(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?(?![\w]|[.,]\d|-\d|[ ]?[%€£$°])",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"\b(?:phone|telephone|tel|mobile|mob|cell|cellphone|call|ring|whatsapp|fax|landline|handy|text me|sms me|reach|dial"
    r"|answer(?:ing|s)? (?:at|on)|messages? (?:to|on)|texts? (?:to|on)|registered|desk|office|home|work|contact (?:number|no|me)|my number|number is|telefon|t[eé]l[eé]phone|tel[eé]fono|cellulare|telefone|numer|num[eé]ro|n[uú]mero|m[oó]vil|celular|portable|handynummer|rufnummer|telefoonnummer|telefonnummer|gsm|kom[oó]rka)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:order|invoice|ticket|case|reference|ref|article|booking|tracking|parcel|transaction|payment|account|acct|konto"
    r"|policy|customer|member|user|id|sku|serial|version|routing|sort|iban|code|pin|amount|total|balance|claim|contract|isbn|item|imei)"
    r"\b[^.\n]{0,18}\Z",
    re.IGNORECASE,
)
_DATE_LIKE = re.compile(
    r"\(?\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:[ T]\d.*)?|\d{1,3}(?:\.\d{1,3}){3}|(?:19|20)\d\d\s?-\s?(?:19|20)\d\d"
)
_EXTENSION = re.compile(r"\s?(?:x|ext\.?|extension)\s?\d{1,6}\Z", re.IGNORECASE)
_SHAPED = re.compile(
    r"\(\d{2,5}\)\s?\d[\d .\-]{4,}|\d{3}[-. ]\d{3}[-. ]\d{4}|0\d{2,4}[ .\-/]\d{3,4}[ .\-]?\d{3,4}|0\d{4}[ ]\d{6}|0\d(?:[ .\-]\d\d){4}|0\d{9,10}"
)


TOLD = 0.85
"""Score of a number that the words beside it call a phone number; an international one has more."""


def find(text: str, regions: tuple[str, ...] = DEFAULT_REGIONS) -> Iterator[Finding]:
    """Numbers written internationally, nationally with a plan that fits, or after a cue."""
    for match in _CANDIDATE.finditer(text):
        value = match.group()
        start, end = match.span()
        score = _score(text, value, start, regions)
        if score:
            yield Finding(start, end, "PHONE", score)


def _score(text: str, value: str, start: int, regions: tuple[str, ...]) -> float:
    plain = _EXTENSION.sub("", value)
    digits = "".join(filter(str.isdigit, plain))
    if _DATE_LIKE.fullmatch(plain) or not 7 <= len(digits) <= 15:
        return 0.0
    if plain.startswith("+") or (plain.startswith("00") and len(digits) >= 11):
        return 0.9
    if plain.count("(") != plain.count(")"):
        return 0.0
    before = text[max(0, start - 40) : start]
    if _cue(before, text[start + len(value) : start + len(value) + 30]):
        return TOLD
    return 0.0 if _OTHER.search(before) else _shape_score(value, plain, regions)


def _shape_score(value: str, plain: str, regions: tuple[str, ...]) -> float:
    """How telling the form is that a number was written in, without any word beside it."""
    if _SHAPED.fullmatch(plain) and _fits(plain, regions):
        return 0.75
    if value != plain and len(plain) >= 9:  # it has an extension
        return 0.7
    separated = re.search(r"[ .\-()]", plain) is not None
    return 0.6 if separated and plain[0] in "0(" and _fits(plain, regions) else 0.0


def _cue(before: str, after: str) -> bool:
    found = None
    for found in _CUE.finditer(before):  # noqa: B007 - the last one counts
        pass
    if found is not None:
        if found.group().lower().startswith("number") and _OTHER.search(before[: found.start()]):
            return False
        return _OTHER.search(before[found.end() :]) is None
    return (
        re.match(
            r"\W{0,3}(?:is|as) my (?:phone|mobile|cell|tel|number|contact)", after, re.IGNORECASE
        )
        is not None
    )


def is_valid(value: str, regions: tuple[str, ...] = DEFAULT_REGIONS) -> bool:
    """Whether a numbering plan has such a number, national in one of ``regions`` or international."""
    plain = re.sub(r"\A00", "+", _EXTENSION.sub("", value.strip()))
    return _fits(plain, regions)


def _fits(value: str, regions: tuple[str, ...]) -> bool:
    for region in regions:
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False
