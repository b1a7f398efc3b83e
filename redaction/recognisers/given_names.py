"""Common given and family names, lower case, no accents; the lists were written for this project.

Given names that are also everyday words or places, in one of the languages that the rules read
(will, mark, may, nada, elle, devon), are ``DOUBTFUL``: they count only with a second sign, such as
a capital and a family name.
"""

import re
import unicodedata

from redaction.recognisers.word_lists import words

GIVEN = words("given")
DOUBTFUL = words("doubtful")
FAMILY = words("family")
SURE = GIVEN - DOUBTFUL

# How many family names of Europe and Japan end; a word in no dictionary that ends so is one.
_FAMILY_ENDING = re.compile(
    r"[a-z]{3,}(?:ovic|evic|ovich|evich|ova|eva|dottir|wicz|czyk|czuk|shvili|adze|opoulos|akis|idis"
    r"|enko|chuk|sky|ski|ska|cky|cki|cka|ssen|sen|sson|nen|berg|stein|mann|strom|quist|qvist|gren|lund"
    r"|dahl|escu|eanu|yan|ian|oglu|elli|etti|ello|ini|aitis|auskas|moto|kawa|yama|mura|gaard|houdt"
    r"|stra|huis|mans|eault|ault|ieux|iger|hauser|meier|meyer|maier|bauer|reich|thal|heim)"
)
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


def ends_as_family(word: str) -> bool:
    """Whether a plain word that no dictionary has ends as family names do."""
    return _FAMILY_ENDING.fullmatch(word) is not None
