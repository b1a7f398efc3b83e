"""One-time codes by the words right beside them."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.cued import Cued
from redaction.recognisers.open_codes import OPEN_CODE_WORDS
from redaction.recognisers.phrases import LINK, NOT_A_COUNT

_CODE_CUE = (
    r"\b(?:otp|one[- ]time (?:pass ?)?(?:code|password|passcode|pin)|2fa(?: code)?|mfa code"
    r"|(?:verification|security|authentication|authorisation|authorization|confirmation|access|sms|text|login"
    r"|log-in|sign-in|activation|unlock|recovery|reset|3ds|secure|passkey|validation|one-time|otp)\s?-?code"
    r"|(?:verification|confirmation|authentication)(?=\s?[:=])|verification number|authenticator|mtan|tan|einmalpasswort|best[aä]tigungscode)\b"
)
_CODE_VALUE = (
    r"(?:[A-Za-z]{1,2}-)?(?:\d{3}[ \-]\d{3}|\d{2}[ \-]\d{2}[ \-]\d{2}|\d{4,8}|(?:\d[ \-.]){3,7}\d)"
)
_CODE = Cued(
    "otp|time|2fa|mfa|code|verif|confirm|authent|tan|einmal|bestätig|bestatig",
    rf"{_CODE_CUE}[^\S\n]*(?:you sent|i got|i received|we got|from sms)?{LINK}({_CODE_VALUE}){NOT_A_COUNT}",
)
_CODE_TOLD = Cued(
    "otp|time|2fa|mfa|code|verif|confirm|authent|tan|einmal|bestätig|bestatig",
    rf"{_CODE_CUE}[^\d\n.?\ue000-\uf8ff]{{0,40}}?\b(?:is|was|says|said|out|got|received|came|shows|gave|given|entered|reads)\b[\s:\"']{{0,4}}({_CODE_VALUE}){NOT_A_COUNT}",
)
# KQ7-41X, T7K4: a letter after a digit, as in no SUMMER20.
_BARE_MIXED = Cued(
    "code",
    rf"(?<!\w)(?:([^\W\d_]+)[ \-]+)?codes?\b{LINK}(?-i:(?=[A-Z\d\-]{{0,11}}\d-?[A-Z])([A-Z\d]{{2,5}}-?[A-Z\d]{{2,8}}))(?!\w)",
)
_CODE_MIXED = re.compile(
    rf"{_CODE_CUE}{LINK}((?=[A-Z\-]*\d)(?=[\d\-]*[A-Z])[A-Z\d]{{2,5}}-?[A-Z\d]{{3,8}})\b"
)
_SENT_BY = r"\s+(?:by|in|via|on)\s+(?:an?\s+|my\s+|the\s+)?(?:text|sms|e-?mail|message|phone|app)(?:\s+message)?"
_FROM_TEXT = r"\s+(?:from|by)\s+(?:the\s+|my\s+|an?\s+)?(?:text|sms|e-?mail|app)(?:\s+message)?"
_BARE_CODE = Cued(
    "code",
    rf"(?<!\w)(?:([^\W\d_]+)[ \-]+)?codes?\b(?:{_FROM_TEXT}|\s+(?:i (?:got|received|have|see)|you (?:sent|gave)(?: me)?|(?:that|which) (?:came|arrived))(?:{_SENT_BY})?)?{LINK}({_CODE_VALUE}){NOT_A_COUNT}",
)
_CODE_AFTER = Cued(
    "code|otp|tan|number",
    r"(?<![\d.,/:\-])(\d{3}[ \-]\d{3}|\d\d[ \-]\d\d[ \-]\d\d|\d{4,8})\s{0,2}[(,\-]?\s{0,2}(?:(?:is|as|was|being)\s+)(?:(?:my|the|your|your)\s+)?"
    r"(?:[\w-]+\s+){0,2}(?:code|otp|tan|(?<=verification )number|(?<=security )number)\b",
)


def find(text: str) -> Iterator[Finding]:
    """Values of one-time codes; never the words that name them."""
    lower = text.lower()
    for pattern, score in ((_CODE, 0.95), (_CODE_TOLD, 0.8)):
        for match in pattern.finditer(text):
            yield Finding(*match.span(1), "CODE", score)
    for match in _CODE_MIXED.finditer(text):
        yield Finding(*match.span(1), "CODE", 0.85)
    if "code" in lower or "otp" in lower or "tan" in lower:
        for match in (*_BARE_CODE.finditer(text), *_BARE_MIXED.finditer(text)):
            before = text[max(0, match.start() - 20) : match.start()] + (match.group(1) or "")
            if not OPEN_CODE_WORDS & set(re.findall(r"[^\W\d_]+", before.lower())):
                yield Finding(*match.span(2), "CODE", 0.75)
        for match in _CODE_AFTER.finditer(text):
            named = {word.lower() for word in re.findall(r"[^\W\d_]+", match.group())}
            if not named & OPEN_CODE_WORDS:
                yield Finding(*match.span(1), "CODE", 0.8)
