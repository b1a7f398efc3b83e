"""Names of people, by lists of given and family names."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.kinds import mask_of
from redaction.recognisers.cued import Cued, by_first
from redaction.recognisers.given_names import DOUBTFUL, FAMILY, GIVEN, SURE, plain
from redaction.recognisers.not_names import BARE, CAPITAL, CASE_FREE, NOT_FAMILY, PROPER

# What an earlier round masked stands in the text as one character.
_MASK = mask_of("NAME")
_KNOWN_GIVEN = re.compile(
    rf"(?<![\w@./\-])({PROPER})((?:[ \t](?:(?:de|van|von|der|den|la|da|di|del|al|el|bin|ter|zu)[ \t]){{0,2}}(?:{CAPITAL}\.?[ \t])?{PROPER}){{0,2}})(?![\w@])"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_LOWER_PAIR = re.compile(
    r"(?<![\w@.])([^\W\d_]{2,20})[ \t]([^\W\d_]{2,20}(?:-[^\W\d_]{2,20})?)(?![\w@])"
)
_BEFORE_SELF = by_first("i am|i'm|i´m|im|this is|it's|it is|ich bin|je suis|soy|sono|ik ben|jestem")
_I_AM = re.compile(
    rf"\b(?:{_BEFORE_SELF})[ \t]({BARE})(?![\w'’@])",
    re.IGNORECASE,
)
_HERE = Cued("here|speaking", rf"(?:^|[.!?,][ \t])({BARE}(?:[ \t]{BARE})?)[ \t](?:here|speaking)\b")
_NAME_LINE = re.compile(
    r"(?:^|:)[ \t>*?]{0,8}([^\W\d_]{2,20}(?:[ \t][^\W\d_]\.?)?[ \t][^\W\d_]{2,20}(?:[ \t-][^\W\d_]{2,20})?)[ \t]*$",
    re.MULTILINE,
)
_BESIDE_NAME = re.compile(
    rf"{_MASK}(?:,[ \t]|[ \t](?:and|or|&|und|et|y|e|en|i)[ \t])({PROPER})(?![\w@])"
    rf"|(?<![\w@])({PROPER})(?:,[ \t]|[ \t](?:and|or|&|und|et|y|e|en|i)[ \t]){_MASK}"
)
# Family names that are everyday words: beside a given name in lower case they say nothing.
_FAMILY_WORDS = frozenset(
    """best black blue bond booth bridges brown bush cannon case cash church cook cross day english fields fox
    french frost gates german gold golden good gray green grey hill holder hood horn key king kraft lane little
    long love march marine may mercer moon moss noble north page park parks power powers price rice rich rose
    rush savage sharp short small snow stark stone strong summers sweet waters wells west white winter winters
    wise wood woods young""".split()
)
_TELLING = FAMILY - _FAMILY_WORDS


def find(text: str) -> Iterator[Finding]:
    """Known given names with what follows them, and names beside another one or alone on a line."""
    yield from _known(text)
    yield from _beside(text)


def _known(text: str) -> Iterator[Finding]:
    """Capitalised given names with the family name that follows; lower case only as a pair."""
    for match in _KNOWN_GIVEN.finditer(text):
        first = plain(match.group(1)).removesuffix("'s").removesuffix("’s")
        rest = [plain(w) for w in re.split(r"[\s\-]+", match.group(2)) if len(w.strip(".")) > 1]
        sure = first in SURE
        if sure or (first in DOUBTFUL and rest and rest[-1] in _TELLING):
            end = match.end(1)
            if rest and not any(word in NOT_FAMILY or word in CASE_FREE for word in rest):
                end = match.end()
            yield Finding(match.start(), end, "NAME", 0.65)
    for word in _LETTERS.finditer(text):
        if plain(word.group()) not in SURE:
            continue
        pair = _LOWER_PAIR.match(text, word.start())
        if pair is not None and plain(pair.group(2)) in _TELLING:
            yield Finding(*pair.span(), "NAME", 0.6)


def _beside(text: str) -> Iterator[Finding]:
    """Names beside another one, before "here", or alone on a line."""
    for match in _BESIDE_NAME.finditer(text) if _MASK in text else ():
        word = plain(match.group(1) or match.group(2))
        if word in GIVEN or word in FAMILY:
            yield Finding(*match.span(1 if match.group(1) else 2), "NAME", 0.65)
    for pattern in (_I_AM, _HERE):
        for match in pattern.finditer(text):
            if plain(match.group(1).split(maxsplit=1)[0]) in SURE:
                yield Finding(*match.span(1), "NAME", 0.7)
    for match in _NAME_LINE.finditer(text):
        words = [plain(word) for word in match.group(1).split()]
        if words[0] in SURE and not any(word in NOT_FAMILY or word in CASE_FREE for word in words):
            yield Finding(*match.span(1), "NAME", 0.65)
