"""A secret number told away from its cue: "enter 4402 it says, but my PIN is blocked".

A message that speaks of a PIN, a security code or a one-time code and holds a single bare number
of that length means it, unless the words beside the number make it something else.
"""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator
from dataclasses import dataclass

from redaction.findings import Finding
from redaction.recognisers.explained import is_explained, is_year
from redaction.recognisers.open_codes import OPEN_CODES
from redaction.recognisers.phrases import NOT_A_COUNT

_SCORE = 0.6
_BARE = re.compile(
    rf"(?<![\w.,:/#£$€¥₹+\-])(?<!\d )(\d{{3}}[ \-]\d{{3}}|\d{{2}}(?:[ \-]\d{{2}}){{1,3}}|\d(?:[ \-.]\d){{2,7}}|\d{{3,8}})(?![\w%£$€:/]|[ \-]\d|\s?(?:am|pm|k|kg|km|gb|mb|points?|miles?)\b){NOT_A_COUNT}",
    re.IGNORECASE,
)
# "tried 4402 4403 and 4404": numbers of four side by side, three at most, as four make a card.
_LISTED = re.compile(
    r"(?<![\w.,:#£$€¥₹+\-])(?<!\d )(\d{4})[ /](\d{4})(?:[ /](\d{4}))?(?![\w%£$€:/]|[ \-]\d)"
)
_LOOK = 20
# A year as well is a PIN where somebody typed it.
_KEYED = re.compile(
    r"\b(?:enter(?:ed|ing|s)?|typed?|typing|key(?:ed|ing)?|punch(?:ed|ing)?|tried|pressed)(?: in)?\s{1,2}\Z",
    re.IGNORECASE,
)
_THING = r"(?:router|box|ticket|receipt|letter|envelope|book|meter|product|packet|label|door|bill|invoice|parcel|gift|voucher|passport|bus|house|shirt|gate)"
# What six digits may be as well, where no word stands right beside them.
_NAMED_NUMBER = re.compile(
    rf"{OPEN_CODES.pattern}|\b(?:contract|order|invoice|booking|reservation|ref|reference|parcel|package|shipment|case|claim|meter|reading|serial|policy|quote|ticket|flight|passport|version)s?\b"
    r"|\b(?:account|member(?:ship)?|customer|client|staff|roll|reg|registration|transaction|payment|phone|telephone|sort|licen[cs]e|tax|student|employee|house) (?:number|no|id|code)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a message must say, and how many digits the number then has.

    Attributes:
        kind: Of the finding.
        signs: One of them must stand in the lower-case text; a cheap look before the cue.
        cue: The words that speak of such a number.
        lengths: Digits of the number.
        not_beside: Words which turn the cue into something else.
        also: What must stand in the message besides the cue.
        most: How many such numbers a message may hold: where there are more, none is meant.
    """

    kind: str
    signs: tuple[str, ...]
    cue: re.Pattern[str]
    lengths: tuple[int, ...]
    not_beside: re.Pattern[str] | None = None
    also: re.Pattern[str] | None = None
    most: int = 1

    def speaks(self, text: str) -> bool:
        """Whether a message speaks of such a number, and of nothing that turns it."""
        if self.cue.search(text) is None or (self.also and not self.also.search(text)):
            return False
        return self.not_beside is None or self.not_beside.search(text) is None


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_RULES: tuple[Rule, ...] = (
    Rule(
        "CVV",
        ("cv", "pruf", "prüef", "segur", "c.v", "c v", "card", "security", "sicherheit", "prüf", "pruef", "seguri", "sicurezza", "crypto", "beveil"),
        _of(r"\b(?:cc?vv?[vcnx]\d?|ccv\d?|cv[cv]s?\d?|c[. ]v[. ][vc]|cryptogramme|card verification|pr[uü]e?f(?:ziffer|nummer)|(?:back|reverse|rear) of (?:my |the |your )?card|security (?:number|code|digits) (?:on|of) (?:my|the) card|sicherheitscode|c[oó]digo de seguri?dad|codice di sicurezza|beveiligingscode)\b"),
        (3, 4),
        most=2,
    ),
    Rule(
        "CVV",
        ("back", "nos", "achter", "dorso", "behind", "signature", "sig", "flip", "other side", "reverse", "rear", "strip", "panel", "security", "digit", "number", "figure", "cw", "verso", "dos", "rück", "ruck", "retro"),
        _of(
            r"\bsecurity (?:numbers?|codes?|digits?|nos?)\b|\b(?:back|reverse|rear|behind|strip|panel|signature|flip(?:ped|side)?)\b[^\n]{0,80}\b(?:cards?|visa|amex|mastercard|numbers?|digits?|nos?|code|(?:last|little|small|three|the) (?:3|three|ones?))\b|\b(?:cards?|visa|amex|mastercard|numbers?|digits?|nos?|code|(?:last|little|small|the) (?:3|three))\b[^\n]{0,80}\b(?:back|reverse|rear|behind|strip|panel|signature|flip(?:ped|side)?)\b|\bcw2? (?:number|code|no)\b|\bsig(?:nature)?\.? (?:strip|panel|line)\b"
            r"|\b(?:3|three)[ \-](?:(?:little|small|tiny|last|wee|final) )?(?:digits?|numbers?|figures?|nos)\b"
            r"|\b(?:numbers?|digits?|code|figures?|printed|card|nos?)\b[^.?!\n]{0,40}\b(?:on|off|at|from|to|flip|turn)\b[^.?!\n]{0,12}\b(?:back|reverse|rear|other side)\b"
            r"|\b(?:on|off|at|from) (?:the |its )?(?:back|reverse|rear)\b[^.?!\n]{0,40}\b(?:number|digits?|code|figures?|says?|card|pay(?:ment)?|check ?out)\b"
            r"|\b(?:r[uü]ckseite|dos de (?:la|ma) carte|au dos|al dorso|reverso|sul retro|achterkant)\b"
        ),
        (3,),
        _of(rf"\b(?:of|on|from|off|at) (?:the |my |a |your |its )?(?:[a-z]+ )?{_THING}s?\b"),
    ),
    Rule(
        "PIN",
        ("pin", "p.", "p i", "geheim", "p.i.n", "p i n", "geheimzahl"),
        _of(r"(?:\bpin(?:s|'s| ?code| number| no)?\b|\bp[. ]i[. ]n\b|\b(?:pincode|geheimzahl|geheimnummer)\b)(?!\s?(?:badge|board|it)s?\b)"),
        (4, 5, 6),
        most=4,
    ),
    Rule(
        "PIN",
        ("atm", "cash", "bancomat", "geldautomat", "cajero", "distributeur", "hole in the wall"),
        _of(
            r"\b(?:digits?|code|numbers?|keyed|typed?|entered|punch(?:ed)?|put)\b[^.!?\n]{0,60}\b(?:atm|cash ?(?:machine|point)|hole in the wall)\b"
            r"|\b(?:atm|cash ?(?:machine|point)|hole in the wall)\b[^.!?\n]{0,60}\b(?:digits?|code|keyed|typed?|entered|punch(?:ed)?|put|used|tried|pressed)\b"
            r"|\b(?:code|c[oó]digo|codice|nummer)\b[^.!?\n]{0,40}\b(?:bancomat|geldautomat\w*|cajero|distributeur)\b"
        ),
        (4,),
    ),
    Rule(
        "CODE",
        ("otp", "sms", "security", "one", "2fa", "mfa", "factor", "step", "passcode", "authenticator", "einmal", "tan", "texted", "secure", "code", "verification"),
        _of(
            r"\b(?:otp|one[- ]time|2fa|mfa|two[- ]factor|2[- ]step|two[- ]step|passcode|authenticator|texted (?:me|to me)|einmal\w{3,12}|tan|3-?d ?secure|totp)\b"
            r"|\b(?:verification|security|sms) (?:codes?|number)\b"
        ),
        (4, 5, 6, 7, 8),
        most=3,
    ),
    Rule(
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
        most=3,
    ),
    Rule(
        "CVV",
        ("card", "visa", "amex", "master", "pay", "declin", "american"),
        _of(
            r"\b(?:security|verif\w{1,9}|code|digits?|numbers|behind)\b"
        ),
        (3,),
        _of(rf"\b{_THING}s?\b|\b(?:error|promo\w*|discount|post ?code|area code|country code|deposit)\b"),
        _of(r"\b(?:cards?|visa|amex|american express|master ?card|pay|paying|declined)\b"),
    ),
    Rule(
        "CVV",
        ("amex", "american"),
        _of(r"\b(?:(?:4|four)[ \-](?:digits?|numbers?)|front)\b"),
        (4,),
        also=_of(r"\b(?:amex|american express)\b"),
    ),
    Rule("PIN", ("puk",), _of(r"\bpuk\b"), (8,), most=2),
    Rule("PIN", ("secret",), _of(r"\bsecret (?:number|code|digits)\b"), (4,)),
    Rule(
        "CODE",
        ("sms", "factor", "to sign", "text", "usage unique", "step", "one time", "one-time", "log"),
        _of(
            r"\b(?:by|via|per|from|in|an?|the|your|my) (?:sms|text)\b|\btexted\b|\b(?:2|two)[ \-](?:step|factor)\b|\busage unique\b"
            r"|\b(?:use|enter|type)\b[^.!?\n]{0,20}\bto (?:log|sign) (?:in|on)\b"
        ),
        (4, 5, 6),
        _NAMED_NUMBER,
    ),
    Rule("CODE", ("code",), _of(r"\bcodes?\b"), (4, 5, 6, 7, 8), _NAMED_NUMBER, most=3),
    Rule(
        "CODE",
        ("digit", "number", "figure"),
        _of(r"\b(?:four|five|six|[4-6])[ \-](?:digits?|numbers?|figures?)\b"),
        (4, 5, 6),
        _NAMED_NUMBER,
    ),
    Rule(
        "PASSWORD",
        ("pas", "pw", "kennwort", "contrase"),
        _of(r"\b(?:pas{1,2}[ -]?[wo][orw]{0,3}d|passwort|kennwort|contrase[nñ]a|mot de passe|pwd?)\b"),
        (5, 6, 7, 8),
        _NAMED_NUMBER,
    ),
    Rule(
        "CODE",
        ("mail", "text", "sms", "message"),
        _of(r"\b(?:e-?mail|text|sms|message)\b[^\n]{0,60}\b(?:type|enter|put)\b|\b(?:type|enter|put)\b[^\n]{0,60}\b(?:e-?mail|text|sms|message)\b"),
        (4, 5, 6, 7, 8),
        _NAMED_NUMBER,
    ),
    # Six digits of which nothing says what they are, where somebody proves who they are.
    Rule(
        "CODE",
        ("rif", "turned", "popped", "reci", "scam", "fraud", "robot", "read ", "sent", "gave", "erhalten", "re\u00e7u", "recu", "mensaje", "nachricht", "get into", "mobile", "confirm", "text", "sms", "message", "phone", "log", "sign", "came", "from you", "inbox", "whatsapp", "popped", "prove", "device", "mail"),
        _of(
            r"\b(?:verif\w{1,9}|confirm(?:ing)?|text(?:ed|s|ing)?|sms|messaged?|whatsapp|log(?:ged|ging)?[ -]?(?:in|on)|sign(?:ed|ing)?[ -]?(?:in|on)|(?:came|popped|turned) (?:up|through|in|on|by)|from you|inbox|prove|device|textos?|mensaje|nachricht|recib\w{1,4}|erhalten|re[cç]u|v[eé]rif\w{1,9}|get into|scam\w{0,5}|fraud\w{0,5}|robot|read (?:him|her|them|it|out|me))\b|\b(?:digits|numbers?)\b[^.\n]{0,40}\b(?:sent|texted|gave)\b"
            r"|\b(?:on|to|in|off|from) (?:my|her|his|our|the) (?:phone|mobile|e-?mail)\b"
        ),
        (6,),
        _NAMED_NUMBER,
        most=2,
    ),
)  # fmt: skip


def find(text: str) -> Iterator[Finding]:
    """The numbers of a message that names a secret, unless something else explains them."""
    lower = text.lower()
    bare: list[tuple[int, int]] | None = None
    for rule in _RULES:
        if not any(sign in lower for sign in rule.signs):
            continue
        if bare is None:
            bare = list(_unexplained(text))
        fitting = [each for each in bare if _fits(text, *each, rule.lengths)]
        if 0 < len(fitting) <= rule.most and rule.speaks(text):
            for start, end in fitting:
                yield Finding(start, end, rule.kind, _SCORE)
            return


def _unexplained(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_BARE, _LISTED):
        for match in pattern.finditer(text):
            for group in range(1, pattern.groups + 1):
                if match.group(group) and not is_explained(text, *match.span(group)):
                    yield match.span(group)


def _fits(text: str, start: int, end: int, lengths: tuple[int, ...]) -> bool:
    digits = "".join(filter(str.isdigit, text[start:end]))
    if len(digits) not in lengths:
        return False
    return not is_year(digits) or _KEYED.search(text[max(0, start - _LOOK) : start]) is not None
