"""What belongs to a card and must never be stored: security code, expiry, PIN. By context only."""

# ruff: noqa: E501 - a pattern reads best in one piece

from collections.abc import Iterator

from redaction.findings import Finding
from redaction.kinds import mask_of
from redaction.recognisers.card_secret_forms import (
    AFTER_CARD,
    ALWAYS,
    BESIDE_CARD_WORD,
    RUNS_OUT,
    UNLESS_OTHER,
    Rule,
    rules,
)
from redaction.recognisers.cards import speaks_of_card
from redaction.recognisers.phrases import LINK, NOT_A_COUNT

# What an earlier round masked stands in the text as one character.
_CARD = mask_of("CARD")
_EXPIRY_MASK = mask_of("EXPIRY")
_PIN = mask_of("PIN")

_CVV_CUE = (
    r"\b(?:cvv2?|cvc2?|cvn2?|csc|cid|cav2?|(?<!social )security (?:code|number)|sec code|card code"
    r"|(?<!social )security (?:number|digits?)|verification (?:value|number)"
    r"|(?:3|three|4|four)[ -](?:digits?|numbers?)(?: code| number)? (?:on|at|from) the (?:back|front|rear)"
    r"(?: of (?:the|my) card)?|(?:digits?|numbers?|codes?) (?:on|at) (?:the )?(?:back|reverse|rear)(?: of (?:the|my) card)?"
    r"|pr[uü]f(?:ziffer|nummer)|kartenpr[uü]f(?:nummer|ziffer)|sicherheitscode|cryptogramme(?: visuel)?|code de s[eé]curit[eé]"
    r"|c[oó]digo de seguri?dad|c[oó]digo de seguran[cç]a|codice di sicurezza|beveiligingscode|kod (?:cvv|cvc|zabezpieczaj[aą]cy))"
)
_MONTH_YEAR = r"(?:0?[1-9]|1[0-2])\s{0,2}[/\-.\\|]\s{0,2}(?:20)?[2-4]\d|(?:0[1-9]|1[0-2])\s?[2-4]\d"
_MONTH_NAME = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,?\s{0,2}(?:20)?[2-4]\d"
)
_EXPIRY_CUE = (
    r"\b(?:exp|expiry|expiration|exp date|expdate|valid (?:thru|through|until|till|to)|good (?:thru|through)|g[uü]ltig bis|ablaufdatum|date d'expiration"
    r"|vence(?: el)?|fecha de caducidad|caducidad|caduca(?: el)?|expire (?:le|en)|expira(?: em| el)?|scade(?: il)?|l[aä]uft ab|scadenza|validade|data wa[zż]no[sś]ci|vervaldatum"
    r"|mm\s?/\s?yy(?:yy)?|month\s?(?:/|and|&)\s?year)\b"
)

_PIN_CUE = (
    r"\b(?:pins?(?![ -]badge)|pin[ -]?(?:code|number|no|nummer)|code (?:pin|secret)|c[oó]digo pin|codice pin|pincode|kod pin|(?<!one time )(?<!one-time )pass[ -]?code"
    r"|personal identification number|geheimzahl)\b"
)
_TOLD = (
    r"from|to|as|is|it's|was|be|tried|entered|entering|typed?|using|used|put|type|enter|gave|give|said|told|shared|sent|set"
    r"|ist|lautet|est|es|[eè]"
)

_CVV_SIGNS = (
    "cvv|cvc|cvn|csc|cid|cav|security|sec code|card code|verification|digit|number|code|prüf|pruf"
    "|cryptogramme|código|codigo|codice|kod"
)
_EXPIRY_SIGNS = "exp|valid|good|gültig|gultig|ablauf|vence|caduc|scade|scadenza|läuft|lauft|data wa|verval|mm|month"
_PIN_SIGNS = "pin|pass|code|código|codigo|personal id|geheimzahl"

_BY_CUE = rules(
    (
        "CVV",
        0.95,
        _CVV_SIGNS,
        rf"{_CVV_CUE}\b(?: (?:on|from|at) (?:the|my) (?:back|front|rear|reverse|card))?(?: of (?:my|the) card)?{LINK}(\d{{3,4}}){NOT_A_COUNT}",
    ),
    ("CVV", 0.9, _CVV_SIGNS, rf"{_CVV_CUE}\b{LINK}(\d[ \-.]\d[ \-.]\d(?:[ \-.]\d)?)(?!\d)"),
    (
        "CVV",
        0.9,
        _CVV_SIGNS,
        rf"(?<![\d.,/])(?<!\d )(\d{{3,4}})\s{{0,2}}(?:\(\s?|[,\-]?\s{{0,2}}(?:is|as|for|was|being)\s+|\s)(?:(?:my|the)\s+)?{_CVV_CUE}\b(?!{LINK}\d)",
    ),
    (
        "CVV",
        0.85,
        _CVV_SIGNS,
        rf"{_CVV_CUE}[^\d\n.]{{0,30}}?\b(?:{_TOLD})\b\s{{0,2}}[:'\"]?(?!(?:19|20)\d\d\b)(\d{{3,4}})(?![ \-]\d{{3}}){NOT_A_COUNT}",
    ),
    (
        "EXPIRY",
        0.85,
        _EXPIRY_SIGNS,
        rf"{_EXPIRY_CUE}[^\d\n.]{{0,30}}?\b(?:says?|is|was|shows?|reads?|printed|as)\b\W{{0,3}}({_MONTH_YEAR}|{_MONTH_NAME})(?![\d/])",
    ),
    ("CVV", 0.85, _EXPIRY_MASK, rf"{_EXPIRY_MASK}[\s,;:/|\-.]{{1,4}}(\d{{3,4}})(?![\d/])"),
    (
        "EXPIRY",
        0.9,
        _EXPIRY_SIGNS,
        rf"{_EXPIRY_CUE}(?:\s+date)?{LINK}({_MONTH_YEAR}|{_MONTH_NAME})(?![\d/])",
    ),
)
_AFTER_CARD = rules(
    (
        "EXPIRY",
        0.8,
        _CARD,
        rf"{_CARD}[^\d\n\ue000-\uf8ff]{{0,15}}\b(?:date|exp\w{{0,8}}|until|to|bis|vence)\b\W{{0,3}}({_MONTH_YEAR})(?![\d/])",
    ),
    ("CVV", 0.8, "crypto", rf"\bcrypto\b{LINK}(\d{{3}})(?!\d)"),
    ("EXPIRY", 0.9, _CARD, rf"{_CARD}[\s,;:/|^=\-.]{{0,4}}({_MONTH_YEAR})(?![\d/])"),
    (
        "CVV",
        0.8,
        _CARD,
        rf"{_CARD}[\s,;:/|\-]{{1,3}}(\d{{3}})(?![\d/]|[.,]\d|\s*(?:times|days|euro|pound|eur|gbp|usd))",
    ),
    ("CVV", 0.9, _CARD, rf"{_CARD}\s?[=^D]([^\s?]{{4,60}})\??"),
)
_BESIDE_CARD_WORD = rules(
    (
        "EXPIRY",
        0.8,
        "expir|end",
        rf"\b(?:expires?|expiring|expired|end(?:s|ing)? date)\b(?:\s+(?:on|in|at|end of)\b)?{LINK}({_MONTH_YEAR})(?![\d/])",
    ),
)
_PINS = rules(
    ("PIN", 0.95, _PIN_SIGNS, rf"{_PIN_CUE}{LINK}(\d{{4,8}}|\d{{2}}[ \-]\d{{2}}(?:[ \-]\d{{2}})?(?![ \-]\d)|\d[ \-.]\d[ \-.]\d[ \-.]\d(?:[ \-.]\d){{0,2}}){NOT_A_COUNT}"),
    ("PIN", 0.9, _PIN_SIGNS, rf"{_PIN_CUE}[^\d\n]{{0,40}}?\b(?:{_TOLD})\b\s{{0,2}}[:'\"]?(?!(?:19|20)\d\d\b)(\d{{4,6}}){NOT_A_COUNT}(?:\s+(?:to|and|or|then)\s+(\d{{4,6}}){NOT_A_COUNT})?"),
    ("PIN", 0.9, _PIN_SIGNS, rf"(?<![\d.,/:\-])(?<!\d to )(\d{{4,6}})(?:\s{{0,2}}[(,\-]\s{{0,2}}|\s+(?:is|as|for|was|being)\s+)(?:(?:my|the|card|atm|old|new|current)\s+){{0,3}}{_PIN_CUE}"),
)  # fmt: skip


_AFTER_PIN = rules(
    (
        "PIN",
        0.85,
        _PIN,
        rf"{_PIN}\W{{1,3}}(?:(?:then|and|or|to|und|oder|y|et)\s+){{1,2}}(\d{{4,6}})(?!\w){NOT_A_COUNT}",
    )
)
_ALWAYS = _BY_CUE + ALWAYS + _PINS + _AFTER_PIN


def find(text: str) -> Iterator[Finding]:
    """Security codes, expiry dates, PINs and track data that the words around them give away."""
    yield from _apply(_ALWAYS, text)
    if _CARD in text:
        yield from _apply(_AFTER_CARD + AFTER_CARD, text)
    if _CARD in text or speaks_of_card(text):
        yield from _apply(_BESIDE_CARD_WORD + BESIDE_CARD_WORD + UNLESS_OTHER, text)
    elif (loose := list(_apply(UNLESS_OTHER, text))) and not RUNS_OUT.search(text):
        yield from loose


def _apply(rules: tuple[Rule, ...], text: str) -> Iterator[Finding]:
    for kind, score, pattern in rules:
        for match in pattern.finditer(text):
            for group in range(1, pattern.groups + 1):
                if match.group(group):
                    yield Finding(*match.span(group), kind, score)
