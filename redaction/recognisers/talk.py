"""What the words of a message are about: ideas such as PIN, card, sending, money, by a lexicon.

The lexicon stands in ``words/secret_talk.txt``. Words for secrets are recognised with one letter
missing, added, changed or swapped, where they have six or more.
"""

import re
from importlib.resources import files
from typing import NamedTuple

from redaction.kinds import KINDS, mask_of
from redaction.recognisers.given_names import plain
from redaction.recognisers.word_lists import words as listed

UNKNOWN = "UNKNOWN"
COMMON = "COMMON"
"""The idea of an everyday word (``words/common.txt``) that says nothing about secrets."""
SECRETS = frozenset({"CVV", "PIN", "PASSWORD", "CODE"})
"""Ideas that name a secret."""
TOPICS = SECRETS | frozenset(
    "ATM BACK CHANNEL DIGIT LOCK LOGIN PASS SECURE SENT TYPE VERIFY WIFI".split()
)
"""Ideas of messages that may well hold one."""

_SHORTEST_MISSPELT = 6
_LONGEST = 24
_LONGEST_PHRASE = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]|_")
_JOINED = frozenset(("", " ", ".", "/", "-", "_", ". "))
# "Kundenkennwort", "laundrycode"
_PASSWORD_ENDINGS = ("passwort", "kennwort", "password", "wachtwoord", "losenord", "schlussel")
_CODE_ENDINGS = ("code", "kode", "mtan", "etan")
_MASKS = {
    mask_of(kind): {"CARD": "CARD", "EMAIL": "LOGIN", "EXPIRY": "CARD"}.get(
        kind, f"{kind} FOUND" if kind in SECRETS else "FOUND"
    )
    for kind in KINDS
}


class Token(NamedTuple):
    """A word, a number or a sign of a message.

    Attributes:
        start: First character.
        end: One past the last.
        idea: What it is about; a sign stands for itself, ``NUMBER`` for any number.
    """

    start: int
    end: int
    idea: str


def _lexicon() -> dict[str, str]:
    ideas: dict[str, str] = {}
    text = (files(__package__) / "words" / "secret_talk.txt").read_text("utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            idea, _, words = line.partition(":")
            for word in words.split(","):
                ideas.setdefault(word.strip().replace("’", "'"), idea)
    for word in listed("common"):
        ideas.setdefault(word, COMMON)
    return ideas


def _without_one(word: str) -> list[str]:
    """The word without one letter, each in turn.

    A list, as the first that is known counts, which in a set would be another one at each start.
    """
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


_IDEAS = _lexicon()
_PHRASE_STARTS = frozenset(phrase.split()[0] for phrase in _IDEAS if " " in phrase)
_NEARLY = {
    part: word
    for word in reversed(_IDEAS)
    if len(word) >= _SHORTEST_MISSPELT and word.isalpha() and _IDEAS[word] != COMMON
    for part in (word, *_without_one(word))
}


def _is_slip(word: str, meant: str) -> bool:
    """Whether one letter is missing, added, changed, or swapped with the next."""
    short, long = sorted((word, meant), key=len)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(long) > len(short):
        return long[start + 1 :] == short[start:]
    if long[start + 1 :] == short[start + 1 :]:
        return True
    swapped = long[start : start + 2] == short[start : start + 2][::-1]
    return swapped and long[start + 2 :] == short[start + 2 :]


def idea_of(word: str) -> str:
    """The idea of a word without accents, of what it is nearly, or ``UNKNOWN``."""
    known = _IDEAS.get(word)
    if known is not None:
        return known
    if _SHORTEST_MISSPELT <= len(word) <= _LONGEST:
        if word.endswith(_PASSWORD_ENDINGS):
            return "PASSWORD"
        if word.endswith(_CODE_ENDINGS):
            return "CODE"
        for part in (word, *_without_one(word)):
            meant = _NEARLY.get(part)
            if meant is not None and _is_slip(word, meant):
                return _IDEAS[meant]
    return UNKNOWN


def _plain(word: str) -> str:
    """A word as the lexicon has it; a mark alone has no plain form."""
    return word.lower() if word.isascii() else plain(word).replace("’", "'") or word


def read(text: str) -> list[Token]:
    """The tokens of a text, the words of a phrase as one."""
    spans = [match.span() for match in _WORD.finditer(text)]
    words = [_plain(text[a:b]) for a, b in spans]
    tokens: list[Token] = []
    place = 0
    while place < len(words):
        word = words[place]
        last = place
        if word[0].isdigit():
            idea = {"3": "THREE", "4": "FOUR", "6": "SIX"}.get(word, "NUMBER")
        elif not word[0].isalpha():
            idea = _MASKS.get(word, word)
        elif word in _PHRASE_STARTS:
            last, idea = _phrase(text, spans, words, place)
        else:
            idea = idea_of(word)
        tokens.append(Token(spans[place][0], spans[last][1], idea))
        place = last + 1
    return tokens


def _phrase(
    text: str, spans: list[tuple[int, int]], words: list[str], place: int
) -> tuple[int, str]:
    """The last word of the longest phrase that begins here, and its idea."""
    phrase, found, at = words[place], "", place
    ahead = place
    while len(phrase.split()) < _LONGEST_PHRASE:
        # A sign may part the letters of "c.v.v", nothing else the words of "one-time".
        gap_start, ahead = spans[ahead][1], ahead + 1
        if ahead < len(words) and words[ahead] in _JOINED:
            ahead += 1
        if ahead >= len(words) or text[gap_start : spans[ahead][0]] not in _JOINED:
            break
        phrase = f"{phrase} {words[ahead]}"
        idea = _IDEAS.get(phrase)
        if idea is not None:
            found, at = idea, ahead
    return (at, found) if found else (place, idea_of(words[place]))
