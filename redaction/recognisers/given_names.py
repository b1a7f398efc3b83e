"""Common given and family names, lower case, no accents; the lists were written for this project.

Given names that are also everyday words or places, in one of the languages that the rules read
(will, mark, may, nada, elle, devon), are ``DOUBTFUL``: they count only with a second sign, such as
a capital and a family name.
"""

import unicodedata

from redaction.recognisers.word_lists import words

GIVEN = words("given")
DOUBTFUL = words("doubtful")
FAMILY = words("family")
SURE = GIVEN - DOUBTFUL

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)


def plain(word: str) -> str:
    """A word as the lists have it: lower case, no accents."""
    lower = word.lower()
    if lower.isascii():
        return lower
    parts = unicodedata.normalize("NFD", lower.translate(_LETTERS))
    return "".join(each for each in parts if not unicodedata.combining(each))
