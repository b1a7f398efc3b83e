"""A secret number told away from its cue: "enter 4402 it says, but my PIN is blocked".

A message that speaks of a PIN, a security code or a one-time code and holds a single bare number
of that length means it, unless the words before the number make it something else.
"""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.kinds import mask_of
from redaction.recognisers.phrases import NOT_A_COUNT

_SCORE = 0.6
_BARE = re.compile(
    rf"(?<![\w.,:/#£$€¥₹+\-])(?<!\d )(\d{{3,8}}|\d{{3}}[ \-]\d{{3}})(?![\w%£$€:/]|[ \-]\d|\s?(?:am|pm|k|kg|km|gb|mb|points?|miles?)\b){NOT_A_COUNT}",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
# Words before a number that say what it is.
_SOMETHING_ELSE = re.compile(
    r"(?:\b(?:order|invoice|ticket|case|ref|reference|article|booking|tracking|transaction|error|version|model|room|flat|page|step|line"
    r"|option|press|dial|call|text|ends?|ending|finishing|starting|starts|last|first|since|in|of|limit|fee|paid|pay|cost|costs|charged|balance"
    r"|withdraw|withdrew|transfer|transferred|sent|send|received|top(?:ped)? up|extension|ext|fault|branch|bus|flight|train|seat|street|road"
    r"|iphone|galaxy|pixel|windows|android|ios|number|code error)\s*(?:id|no|number|code|digits|in|with|is|of|the|to|about|up|me|out)?\W{0,3})\Z",
    re.IGNORECASE,
)
_RULES: tuple[tuple[str, re.Pattern[str], tuple[int, ...]], ...] = (
    ("CVV", re.compile(r"\b(?:cvv2?|cvc2?|cvn|(?:back|reverse|rear) of (?:my|the|your) card|security (?:number|code|digits) (?:on|of) (?:my|the) card)\b", re.IGNORECASE), (3, 4)),
    ("PIN", re.compile(r"\bpin(?:s|'s| ?code| number)?\b(?!\s?(?:to|on|it|this|the|a|your)\b)", re.IGNORECASE), (4,)),
    ("CODE", re.compile(r"\b(?:otp|one[- ]time|2fa|two[- ]factor|verification code|security code|passcode|authenticator|sms code|texted (?:me|to me)|einmalcode|tan)\b", re.IGNORECASE), (4, 5, 6, 7, 8)),
)  # fmt: skip


def find(text: str) -> Iterator[Finding]:
    """The one number of a message that names a secret."""
    for kind, cue, lengths in _RULES:
        if mask_of(kind) in text or not cue.search(text):
            continue
        bare = [match for match in _BARE.finditer(text) if _fits(match.group(1), lengths)]
        if len(bare) == 1 and not _SOMETHING_ELSE.search(
            text[max(0, bare[0].start() - 30) : bare[0].start()]
        ):
            yield Finding(*bare[0].span(1), kind, _SCORE)


def _fits(value: str, lengths: tuple[int, ...]) -> bool:
    digits = "".join(filter(str.isdigit, value))
    return len(digits) in lengths and not _YEAR.fullmatch(digits)
