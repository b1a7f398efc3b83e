"""Tokens of letters and digits in a message that speaks of a password or a code."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.cued import Cued
from redaction.recognisers.open_codes import OPEN_CODES

PASSWORD_TALK = Cued(
    "pas|pw|p/w|psw|pword|kennwort|contrase|clave|senha|wachtwoord|has|memorable|secret|credential|security|enough|guess",
    r"\b(?:pas{1,2}[ -]?code|passkey|(?:my|the|new|old|her|his|our) pass|pass(?= is\b)|p/w|psw|pswd|pword|(?:memorable|secret|security) (?:word|answer)|credentials|(?:strong|secure|safe|long|hard|easy) (?:enough|to guess)|guess(?:ed|able)|pas{1,2}[ -]?[wo][orw]{0,3}d|passwort|kennwort|passphrase|contrase[nñ]a|clave|senha|mot de passe|wachtwoord|has[lł]o|pwd?)s?\b",
)
# "chelsea_fc9", "MISSY2011": a word with digits or signs in it, in a message about a password.
_ODD = re.compile(
    r"(?<![^\s\"'`“(\[*:=])(?=[A-Za-z\d!$%&*?~_#+.@\-]{0,30}\d)[A-Za-z\d!$][A-Za-z\d!$%&*?~_#+.@\-]{4,38}"
)
PRODUCT = re.compile(
    r"(?i:(?:i?phone|ipad|galaxy|pixel|windows|win|android|ios|macos|office|xbox|playstation|chrome|firefox|safari|edge|note|wi-?fi|usb|base|sha|covid|web|user|form|step|page|level|outlook|hotmail)[\-_.]?\d+\w{0,4}"
    r"|1password|mp3player|\d+(?:st|nd|rd|th|am|pm|[gmkt]b(?:ps)?|kg|km|hours?|hrs?|mins?|minutes?|days?|weeks?|months?|years?|times?|digits?|chars?|characters?|letters?|gbp|usd|eur)"
    r"|\d{1,2}[:.]\d\d\w{0,3}|v?\d+(?:\.\d+)+\w{0,3}|[\d.,\-]+%?)"
    r"|[A-Z]{1,3}-?\d[A-Z\d\-]*|[A-Z]{2,5}-[A-Z\d\-]+"
)
_LOOK = 30
_NAMED_TOKEN = re.compile(
    r"\b(?:order|ref|reference|case|ticket|error|model|version|user ?name|user|user id|login id|voucher|promo|coupon|code|invoice|serial|account|customer|number|id|called|device|network|ssid|laptop|phone|tablet|router|bought|booking|parcel|tracking)\b(?: (?:is|no|number|id|code|my))?[\s:#.=]{1,3}[\"'`“(]?\Z",
    re.IGNORECASE,
)
# A code of capitals and digits, in a message about codes that prove who somebody is.
_PROOF_TALK = Cued(
    "code|otp|2fa",
    r"\b(?:otp|2fa)\b|\b(?:verification|security|activation|log-?in|sign-?in|confirmation|access|one[- ]time|recovery|reset|unlock|pairing|auth\w{0,12}|back-?up) ?codes?\b"
    r"|\bcodes?\b[^\n]{0,80}\b(?:sms|text(?:ed)?|e-?mail(?:ed)?|phone|app|sent|got|received|came|enter(?:ed)?|typed?|put|works?|activate)\b"
    r"|\b(?:sms|text(?:ed)?|e-?mail(?:ed)?|phone|app|sent|got|received|came|enter(?:ed)?|typed?|put)\b[^\n]{0,80}\bcodes?\b",
)
_CODE = re.compile(
    r"(?<![\w\-./#])(?=[\dA-Z\-]{0,9}\d)(?=[\dA-Z\-]{0,9}[A-Z])(?:(?=[A-Z]{0,9}\d{1,9}[A-Z])[A-Z\d]{5,8}|[A-Z\d]{3,5}-[A-Z\d]{3,5})(?![\w\-/])"
)


def find(text: str) -> Iterator[Finding]:
    """Passwords and codes, unless they are products or a word before them says what they are."""
    if PASSWORD_TALK.search(text):
        for match in _ODD.finditer(text):
            value = match.group().rstrip(".?")
            cut = text[match.end() : match.end() + 1] in {"/", "=", "@"}
            if not cut and has_letters_and_digits(value) and not _is_named(text, match.start()):
                yield Finding(match.start(), match.start() + len(value), "PASSWORD", 0.65)
    if _PROOF_TALK.search(text) and not OPEN_CODES.search(text):
        for match in _CODE.finditer(text):
            if not _is_named(text, match.start()):
                yield Finding(*match.span(), "CODE", 0.65)


def has_letters_and_digits(value: str) -> bool:
    """Whether a token looks like a password, not like a product, an address or a measure."""
    return (
        len(value) >= 6
        and any(map(str.isdigit, value))
        and sum(map(str.isalpha, value)) >= 3
        and not is_address(value)
        and PRODUCT.fullmatch(value) is None
    )


def is_address(value: str) -> bool:
    """Whether a token is an e-mail address, a link or an assignment."""
    return "@" in value[1:] or "://" in value or "](" in value or "=" in value or "/" in value


def _is_named(text: str, start: int) -> bool:
    return _NAMED_TOKEN.search(text[max(0, start - _LOOK) : start]) is not None
