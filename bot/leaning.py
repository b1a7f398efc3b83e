"""Whether a message leans on what was said before it.

Two degrees, because two things follow. Words that may point back are reason enough to have a model
put the question together, which is checked afterwards; to search for two messages as one, a message
has to be short, point back and follow an answer.
"""

import re
from collections.abc import Sequence

from bot.conversation import Turn
from bot.episode import has_answered

_SHORT = 10
"""Words up to which a message may lean on the one before it."""

_SHORTER = 6
"""The same where nothing but its beginning says so."""

_POINTS_BACK = re.compile(
    r"\b(?:it|them|those)\b|\b(?:that|this)(?=\W*$|\s+(?:at|in|with|for|from|to|be|take|cost|work|"
    r"happen|mean|apply|too|also|instead|again|free|possible|safe|now|then|first|myself)\b)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\W*(?:and|but|or|also|so|then|what if|what about|how about|how (?:long|much|many|often|soon|"
    r"far)|what(?:['’]s| is| are)? the|is there|are there|any|which|when|why|since when)\b",
    re.IGNORECASE,
)


_MAY_POINT_BACK = re.compile(
    r"^\W*(?:and|or|but|so|then|what about|how about|also|same)\b"
    r"|\b(?:it|its|that|this|them|they|those|these|there|ones?)\b",
    re.IGNORECASE,
)


def may_point_back(text: str) -> bool:
    """Whether a message has a word that may refer to what was said before; English only."""
    return _MAY_POINT_BACK.search(text) is not None


def may_lean(text: str) -> bool:
    """Whether a message may be about what the one before it was about, by its length."""
    return len(text.split()) <= _SHORT


def leans(turns: Sequence[Turn], text: str) -> bool:
    """Whether a message after an answer goes on with what was asked before.

    "Does it work abroad?" and "how many can I make" say by themselves what about, or not at all.
    """
    if not has_answered(turns) or not may_lean(text):
        return False
    if _POINTS_BACK.search(text):
        return True
    return len(text.split()) <= _SHORTER and _GOES_ON.match(text) is not None
