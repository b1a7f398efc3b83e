"""A secret number told away from its cue: "enter 4402 it says, but my PIN is blocked".

A message that speaks of a PIN, a security code or a one-time code and holds a single bare number
of that length means it, unless the words beside the number make it something else.
"""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator
from dataclasses import dataclass

from redaction.findings import Finding
from redaction.kinds import mask_of
from redaction.recognisers.open_codes import OPEN_CODES
from redaction.recognisers.phrases import NOT_A_COUNT

_SCORE = 0.6
_BARE = re.compile(
    rf"(?<![\w.,:/#£$€¥₹+\-])(?<!\d )(\d{{3}}[ \-]\d{{3}}|\d{{2}}(?:[ \-]\d{{2}}){{1,3}}|\d(?:[ \-.]\d){{2,7}}|\d{{3,8}})(?![\w%£$€:/]|[ \-]\d|\s?(?:am|pm|k|kg|km|gb|mb|points?|miles?)\b){NOT_A_COUNT}",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19[3-9]|20[0-3])\d")
# Words before a number that say what it is.
_SOMETHING_ELSE = re.compile(
    r"(?:\b(?:order|invoice|ticket|case|ref|reference|article|booking|tracking|transaction|error|version|model|room|flat|page|step|line"
    r"|option|press|dial|call|text|ends?|ending|finishing|starting|starts|last|first|since|in|of|limit|fee|paid|pay|cost|costs|charged|balance"
    r"|withdraw|withdrew|withdrawn|top(?:ped)? up|extension|ext|fault|branch|till|counter|bus|flight|train|seat|street|road"
    r"|took|taken|spend|spent|refund|refunded|buy|bought|total|worth|over|about|around|nearly|than|every|within|for|by|until|before|after|at least|only"
    r"|iphone|galaxy|pixel|windows|android|ios|code error|(?:customer|member|client|account|phone|house|policy|serial|contract|flight|telephone) number)\s*(?:id|no|number|code|digits|in|with|is|of|the|to|about|up|me|out)?\W{0,3}|\b(?:transfer|transferred|sent|send|received|set|not)\s*(?:me|out|to)?\s{0,3})\Z",
    re.IGNORECASE,
)
_THING = r"(?:router|box|ticket|receipt|letter|envelope|book|meter|product|packet|label|door|bill|invoice|parcel|gift|voucher|passport|bus|house|shirt|gate)"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a message must say, and how many digits the number then has.

    Attributes:
        kind: Of the finding.
        signs: One of them must stand in the lower-case text; a cheap look before the cue.
        cue: The words that speak of such a number.
        lengths: Digits of the number.
        not_beside: Words which turn the cue into something else.
        also: What must stand in the message besides the cue.
    """

    kind: str
    signs: tuple[str, ...]
    cue: re.Pattern[str]
    lengths: tuple[int, ...]
    not_beside: re.Pattern[str] | None = None
    also: re.Pattern[str] | None = None

    def speaks(self, text: str) -> bool:
        """Whether a message speaks of such a number, and of nothing that turns it."""
        if self.cue.search(text) is None or (self.also and not self.also.search(text)):
            return False
        return self.not_beside is None or self.not_beside.search(text) is None


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_RULES: tuple[_Rule, ...] = (
    _Rule(
        "CVV",
        ("cvv", "cvc", "cvn", "c.v", "c v", "card", "security", "sicherheit", "prüf", "pruef", "seguri", "sicurezza", "crypto", "beveil"),
        _of(r"\b(?:cvv2?|cvc2?|cvn|c[. ]v[. ][vc]|cryptogramme|card verification|pr[uü]e?f(?:ziffer|nummer)|(?:back|reverse|rear) of (?:my |the |your )?card|security (?:number|code|digits) (?:on|of) (?:my|the) card|sicherheitscode|c[oó]digo de seguri?dad|codice di sicurezza|beveiligingscode)\b"),
        (3, 4),
    ),
    _Rule(
        "CVV",
        ("back", "reverse", "rear", "strip", "panel", "security", "digit", "number", "figures", "cw", "verso", "dos", "rück", "ruck", "retro"),
        _of(
            r"\bsecurity (?:number|code|digits?)\b|\bcw2? (?:number|code|no)\b|\bsig(?:nature)?\.? (?:strip|panel|line)\b"
            r"|\b(?:3|three)[ \-](?:digits?|numbers?|figures?)\b"
            r"|\b(?:numbers?|digits?|code|figures?|printed|card|nos?)\b[^.?!\n]{0,40}\b(?:on|off|at|from|to|flip|turn)\b[^.?!\n]{0,12}\b(?:back|reverse|rear|other side)\b"
            r"|\b(?:on|off|at|from) (?:the |its )?(?:back|reverse|rear)\b[^.?!\n]{0,40}\b(?:number|digits?|code|figures?|says?|card)\b"
            r"|\b(?:r[uü]ckseite|dos de (?:la|ma) carte|au dos|al dorso|reverso|sul retro|achterkant)\b"
        ),
        (3,),
        _of(rf"\b(?:of|on|from|off|at) (?:the |my |a |your |its )?(?:[a-z]+ )?{_THING}s?\b"),
    ),
    _Rule(
        "PIN",
        ("pin", "p.i.n", "p i n", "geheimzahl"),
        _of(r"(?:\bpin(?:s|'s| ?code| number| no)?\b|\bp[. ]i[. ]n\b|\b(?:pincode|geheimzahl|geheimnummer)\b)(?!\s?(?:to|on|it|this|the|a|your|badge|board|it)\b)"),
        (4,),
    ),
    _Rule(
        "PIN",
        ("atm", "cash", "bancomat", "geldautomat", "cajero", "distributeur", "hole in the wall"),
        _of(
            r"\b(?:digits?|code|numbers?|keyed|typed?|entered|punch(?:ed)?|put)\b[^.!?\n]{0,60}\b(?:atm|cash ?(?:machine|point)|hole in the wall)\b"
            r"|\b(?:atm|cash ?(?:machine|point)|hole in the wall)\b[^.!?\n]{0,60}\b(?:digits?|code|keyed|typed?|entered|punch(?:ed)?)\b"
            r"|\b(?:code|c[oó]digo|codice|nummer)\b[^.!?\n]{0,40}\b(?:bancomat|geldautomat\w*|cajero|distributeur)\b"
        ),
        (4,),
    ),
    _Rule(
        "CODE",
        ("otp", "one", "2fa", "mfa", "factor", "step", "passcode", "authenticator", "einmal", "tan", "texted", "secure", "code", "verification"),
        _of(
            r"\b(?:otp|one[- ]time|2fa|mfa|two[- ]factor|2[- ]step|two[- ]step|passcode|authenticator|texted (?:me|to me)|einmal\w{3,12}|tan|3-?d ?secure|totp)\b"
            r"|\b(?:verification|security|sms) (?:code|number)\b"
        ),
        (4, 5, 6, 7, 8),
    ),
    _Rule(
        "CODE",
        ("code", "codice", "digo", "kod", "token", "digit", "number"),
        _of(
            r"\b(?:login|log-in|sign-in|confirmation|authentication|activation|access|reset|recovery|unlock|validation|six[- ]digit|6[- ]digit|four[- ]digit|4[- ]digit|8[- ]digit|five[- ]digit|5[- ]digit)[ -]?(?:code|token|number)\b"
            r"|\bcodes?\b[^.!?\n]{0,80}\b(?:sms|text(?:ed|s)?|phone|mobile|e-?mail(?:ed|s)?|sent|send|got|get|came|arrived?|received?|enter(?:ed)?|type[d]?|read|gave|tell|told|app|expired?|invalid|works?|working|rejected|wrong|accepted)\b"
            r"|\b(?:sms|text(?:ed|s)?|phone|mobile|e-?mail(?:ed|s)?|sent|send|got|get|came|received?|enter(?:ed)?|type[d]?|read|gave|tell|told|app|copied|pasted?|used?)\b[^.!?\n]{0,60}\bcodes?\b"
            r"|\b(?:c[oó]digo|codice|kod|best[aä]tigungscode|freischaltcode|toegangscode|verificatiecode)\b"
        ),
        (4, 5, 6, 7, 8),
        OPEN_CODES,
    ),
    _Rule(
        "CVV",
        ("card", "visa", "amex", "master", "pay", "declin", "american"),
        _of(
            r"\b(?:security|verif\w{1,9}|code|digits?|numbers|behind)\b"
        ),
        (3,),
        _of(rf"\b{_THING}s?\b|\b(?:error|promo\w*|discount|post ?code|area code|country code|deposit)\b"),
        _of(r"\b(?:cards?|visa|amex|american express|master ?card|pay|paying|declined)\b"),
    ),
    _Rule(
        "CVV",
        ("amex", "american"),
        _of(r"\b(?:(?:4|four)[ \-](?:digits?|numbers?)|front)\b"),
        (4,),
        also=_of(r"\b(?:amex|american express)\b"),
    ),
    _Rule("PIN", ("secret",), _of(r"\bsecret (?:number|code|digits)\b"), (4,)),
    _Rule(
        "CODE",
        ("sms", "text", "usage unique", "step", "one time", "one-time", "log"),
        _of(
            r"\b(?:by|via|per|from|in|an?|the) (?:sms|text)\b|\btexted\b|\b(?:2|two)[ \-](?:step|factor)\b|\busage unique\b"
            r"|\b(?:use|enter|type)\b[^.!?\n]{0,20}\bto (?:log|sign) (?:in|on)\b"
        ),
        (4, 5, 6),
        OPEN_CODES,
    ),
    _Rule("CODE", ("code",), _of(r"\bcodes?\b"), (6,), OPEN_CODES),
)  # fmt: skip


def find(text: str) -> Iterator[Finding]:
    """The one number of a message that names a secret."""
    lower = text.lower()
    bare: list[re.Match[str]] | None = None
    for rule in _RULES:
        if not any(sign in lower for sign in rule.signs):
            continue
        if bare is None:
            bare = [match for match in _BARE.finditer(text) if not _is_other(text, match)]
        fitting = [match for match in bare if _fits(match.group(1), rule.lengths)]
        if len(fitting) == 1 and mask_of(rule.kind) not in text and rule.speaks(text):
            yield Finding(*fitting[0].span(1), rule.kind, _SCORE)
            return


def _is_other(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 30) : match.start()]
    return _SOMETHING_ELSE.search(before) is not None


def _fits(value: str, lengths: tuple[int, ...]) -> bool:
    digits = "".join(filter(str.isdigit, value))
    return len(digits) in lengths and not _YEAR.fullmatch(digits)
