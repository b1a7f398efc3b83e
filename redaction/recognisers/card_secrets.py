"""What belongs to a card and must never be stored: security code, expiry, PIN. By context only."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.kinds import mask_of
from redaction.recognisers.cards import CARD_WORD
from redaction.recognisers.phrases import LINK, NOT_A_COUNT

# What an earlier round masked stands in the text as one character.
_CARD = mask_of("CARD")
_EXPIRY_MASK = mask_of("EXPIRY")

_CVV_CUE = (
    r"\b(?:cvv2?|cvc2?|cvn2?|csc|cid|cav2?|(?<!social )security (?:code|number)|sec code|card code"
    r"|verification (?:value|number)"
    r"|(?:3|three|4|four)[ -](?:digits?|numbers?)(?: code| number)? (?:on|at|from) the (?:back|front|rear)"
    r"(?: of (?:the|my) card)?|(?:digits|number|numbers) on the (?:back|reverse)(?: of (?:the|my) card)?"
    r"|pr[uü]f(?:ziffer|nummer)|kartenpr[uü]fnummer|cryptogramme)"
)
_MONTH_YEAR = r"(?:0?[1-9]|1[0-2])\s{0,2}[/\-.\\|]\s{0,2}(?:20)?[2-4]\d|(?:0[1-9]|1[0-2])\s?[2-4]\d"
_MONTH_NAME = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,?\s{0,2}(?:20)?[2-4]\d"
)
_EXPIRY_CUE = (
    r"\b(?:exp|expiry|expiration|exp date|expdate|valid (?:thru|through|until|till|to)|good thru"
    r"|mm\s?/\s?yy(?:yy)?)\b"
)

_CVV = re.compile(
    rf"{_CVV_CUE}\b(?: (?:on|from|at) (?:the|my) (?:back|front|rear|reverse|card))?(?: of (?:my|the) card)?{LINK}(\d{{3,4}}){NOT_A_COUNT}",
    re.IGNORECASE,
)
_CVV_SPACED = re.compile(
    rf"{_CVV_CUE}\b{LINK}(\d[ \-.]\d[ \-.]\d(?:[ \-.]\d)?)(?!\d)", re.IGNORECASE
)
_CVV_AFTER = re.compile(
    rf"(?<![\d.,])(\d{{3,4}})\s{{0,2}}(?:\(\s?|[,\-]?\s{{0,2}}(?:is|as|for|was|being)\s+)(?:(?:my|the)\s+)?{_CVV_CUE}\b",
    re.IGNORECASE,
)
_EXPIRY = re.compile(
    rf"{_EXPIRY_CUE}(?:\s+date)?{LINK}({_MONTH_YEAR}|{_MONTH_NAME})(?![\d/])", re.IGNORECASE
)
_EXPIRES = re.compile(
    rf"\b(?:expires?|expiring|expired|end(?:s|ing)? date)\b(?:\s+(?:on|in|at|end of)\b)?{LINK}({_MONTH_YEAR})(?![\d/])",
    re.IGNORECASE,
)
_AFTER_CARD = re.compile(rf"{_CARD}[\s,;:/|^=\-.]{{0,4}}({_MONTH_YEAR})(?![\d/])", re.IGNORECASE)
_CVV_AFTER_EXPIRY = re.compile(rf"{_EXPIRY_MASK}[\s,;:/|\-.]{{1,4}}(\d{{3,4}})(?![\d/])")
_CVV_AFTER_CARD = re.compile(
    rf"{_CARD}[\s,;:/|\-]{{1,3}}(\d{{3}})(?![\d/]|[.,]\d|\s*(?:times|days|euro|pound|eur|gbp|usd))"
)
_TRACK = re.compile(rf"{_CARD}\s?[=^D]([^\s?]{{4,60}})\??")

_PIN_CUE = r"\b(?:pins?|pin[ -]?(?:code|number|no)|(?<!one time )(?<!one-time )pass[ -]?code|personal identification number|geheimzahl)\b"
_PIN = re.compile(
    rf"{_PIN_CUE}{LINK}(\d{{4,8}}|\d[ \-.]\d[ \-.]\d[ \-.]\d(?:[ \-.]\d){{0,2}}){NOT_A_COUNT}",
    re.IGNORECASE,
)
_PIN_TO = re.compile(
    rf"{_PIN_CUE}[^\d\n]{{0,40}}?\b(?:from|to|as|is|it's|was|be|tried|entered|entering|typed?|using|used|put|type|enter|gave|give|said|told|shared|sent)\b\s{{0,2}}[:'\"]?"
    rf"(?!(?:19|20)\d\d\b)(\d{{4,6}}){NOT_A_COUNT}(?:\s+(?:to|and|or|then)\s+(\d{{4,6}}){NOT_A_COUNT})?",
    re.IGNORECASE,
)
_PIN_AFTER = re.compile(
    rf"(?<![\d.,/:\-])(\d{{4,6}})\s{{0,2}}[(,\-]?\s{{0,2}}(?:(?:is|as|for|was|being|my|the|card|atm|old|new|current)\s+){{1,4}}{_PIN_CUE}",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Finding]:
    """Security codes, expiry dates, PINs and track data that the words around them give away."""
    lower = text.lower()
    yield from _spans(_CVV, text, "CVV", 0.95)
    yield from _spans(_CVV_SPACED, text, "CVV", 0.9)
    yield from _spans(_CVV_AFTER, text, "CVV", 0.9)
    if _CARD in text:
        yield from _spans(_AFTER_CARD, text, "EXPIRY", 0.9)
        yield from _spans(_CVV_AFTER_CARD, text, "CVV", 0.8)
        yield from _spans(_TRACK, text, "CVV", 0.9)
    yield from _spans(_CVV_AFTER_EXPIRY, text, "CVV", 0.85)
    yield from _spans(_EXPIRY, text, "EXPIRY", 0.9)
    if CARD_WORD.search(text) or _CARD in text:
        yield from _spans(_EXPIRES, text, "EXPIRY", 0.8)
    if "pin" in lower or "pass" in lower or "geheimzahl" in lower or "personal id" in lower:
        yield from _spans(_PIN, text, "PIN", 0.95)
        yield from _spans(_PIN_TO, text, "PIN", 0.9)
        yield from _spans(_PIN_AFTER, text, "PIN", 0.9)


def _spans(pattern: re.Pattern[str], text: str, kind: str, score: float) -> Iterator[Finding]:
    for match in pattern.finditer(text):
        for group in range(1, pattern.groups + 1):
            if match.group(group):
                yield Finding(*match.span(group), kind, score)
