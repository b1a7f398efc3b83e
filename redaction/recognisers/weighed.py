"""Numbers and tokens that a message as a whole makes a security code, a PIN, a password or a code.

What speaks for and against each is weighed (``talk_signs``) by weights that are learnt from made-up
wordings (``firstline-evals``' ``redaction_fit``) and stand in ``words/secret_weights.json``.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from redaction.findings import Finding
from redaction.recognisers import odd_tokens
from redaction.recognisers.talk import SECRETS, UNKNOWN, Token, read
from redaction.recognisers.talk_signs import Candidate, signs

KINDS = ("CVV", "PIN", "PASSWORD", "CODE")
_MOST = 12
_LONGEST = 4000
_STRETCH = 1000
_STRETCHES = re.compile(rf"(?s).{{1,{_STRETCH}}}(?:\s|\Z)")
_NUMBER = re.compile(
    r"(?<![\w£$€¥₹+@&%/])(?<![\d][.,:\-])(?<!\d )"
    r"(?:\d{3}[ \-]\d{3}|\d{2}[ ]\d{2}(?:[ ]\d{2})?|\d(?:[ \-.]\d){2,7}|\d{3,8})"
    r"(?![\w%£$€@/]|[.,:\-]\d| \d)"
)
# "4402 7731 and 9054": numbers side by side, three at most, as four make a card.
_LISTED = re.compile(
    r"(?<![\w.,:£$€¥₹+\-])(?<!\d )(\d{4})[ /](\d{4})(?:[ /](\d{4}))?(?![\w%£$€:/]|[ \-.,]\d)"
)
_TOKEN = re.compile(
    r"(?<![^\s\"'`“”„«(\[:=,;>→])[^\s\"'`“”»()\[\]{}<>\\→\ue000-\uf8ff,;:=]{4,40}+(?![=\ue000-\uf8ff])"
)
_WORD = re.compile(r"(?<![\w@.\-])[^\W\d_]{4,20}(?![\w@\-]|\.\w)")
_LONG_NUMBER = re.compile(r"\d{9}")
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\b", re.IGNORECASE)
_CAPITALS = re.compile(r"(?=[A-Z\-]*\d)(?=[\d\-]*[A-Z])[A-Z\d]{2,6}-?[A-Z\d]{2,6}")
_SHORTEST_TOKEN = 5
_LEAST_LETTERS = 2
_ENDS = ".?!…"
# Without a digit, a sign within a word or the beginning of a word for a password there is nothing
# to weigh; looking costs a tenth of reading the words.
_MAY_HOLD = re.compile(
    r"\d\D?\d|\w[!$%^&*~#]\w|\w\d|\d\w|word|pas|pw|psw|code|mdp|ww|woord|wort|contra|clave|senha|palavra|has[lł]|l[oöø]sen"
    r"|kode|parol|[sş]ifre|cred|secret|security|memorable|safe|answer",
    re.IGNORECASE,
)
_WORD_REACH = 6
# What sureness is enough. A plain word is seldom a password, a number beside such talk often one.
_LEAST = {"number": 0.3, "token": 0.4, "word": 0.6}
_TOPICS = SECRETS | frozenset(
    "ATM BACK CHANNEL DIGIT LOGIN PASS SECURE SENT TYPE VERIFY WIFI".split()
)


def is_about(tokens: Sequence[Token]) -> bool:
    """Whether a message speaks of what may hold a secret at all."""
    return any(each.idea in _TOPICS for each in tokens)


def candidates(text: str, tokens: Sequence[Token]) -> list[Candidate]:
    """What in a message may be a secret."""
    found = [Candidate(*match.span(), "number") for match in _NUMBER.finditer(text)]
    found += [
        Candidate(*match.span(group), "number")
        for match in _LISTED.finditer(text)
        for group in (1, 2, 3)
        if match.group(group)
    ]
    for match in _TOKEN.finditer(text):
        value = match.group().rstrip(_ENDS)
        # The closing mark of "Summer24!" is part of it, that of a sentence's word is not.
        value += "!" if match.group()[len(value) :].startswith("!") else ""
        if _is_odd(value):
            found.append(Candidate(match.start(), match.start() + len(value), "token"))
    if any(each.idea == "PASSWORD" for each in tokens):
        odd = [(each.start, each.end) for each in found if each.form == "token"]
        found += (
            each
            for each in _words(text, tokens)
            if not any(start <= each.start < end for start, end in odd)
        )
    return found


def _is_odd(value: str) -> bool:
    if _is_code(value):
        return True
    signs = any(each in value[1:-1] for each in "!$%^&*~#")
    return (
        len(value) >= _SHORTEST_TOKEN
        and sum(map(str.isalpha, value)) >= _LEAST_LETTERS
        and (signs or any(map(str.isdigit, value)))
        and not odd_tokens.is_address(value)
        and not odd_tokens.is_file(value)
        and not any(each.search(value) for each in (_LONG_NUMBER, _ORDINAL))
        and odd_tokens.PRODUCT.fullmatch(value) is None
    )


def _is_code(value: str) -> bool:
    """Capitals and digits, such as "7QX4M2" and "AB12-CD34"; a product may look the same."""
    return len(value) >= _SHORTEST_TOKEN and _CAPITALS.fullmatch(value) is not None


def _words(text: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
    """Unknown plain words near a word for a password."""
    places = [place for place, each in enumerate(tokens) if each.idea == "PASSWORD"]
    for place, each in enumerate(tokens):
        if (
            each.idea == UNKNOWN
            and any(abs(place - other) <= _WORD_REACH for other in places)
            and _WORD.fullmatch(text, each.start, each.end)
        ):
            yield Candidate(each.start, each.end, "word")


def find(text: str) -> Iterator[Finding]:
    """Secrets by the weight of what speaks for them."""
    if len(text) <= _STRETCH:
        yield from _within(text, 0)
    elif len(text) <= _LONGEST:
        for match in _STRETCHES.finditer(text):
            yield from _within(match.group(), match.start())


def _within(text: str, offset: int) -> Iterator[Finding]:
    if not _MAY_HOLD.search(text):
        return
    tokens = read(text)
    if not is_about(tokens):
        return
    found = candidates(text, tokens)
    if not found or len(found) > _MOST:
        return
    for candidate in found:
        kind, sureness = weigh(signs(text, tokens, candidate, len(found)))
        if sureness >= _LEAST[candidate.form]:
            yield Finding(
                offset + candidate.start, offset + candidate.end, kind, min(0.7, sureness)
            )


@cache
def _weights() -> dict[str, tuple[float, ...]]:
    raw = json.loads((files(__package__) / "words" / "secret_weights.json").read_text("utf-8"))
    return {sign: tuple(each) for sign, each in raw.items()}


def weigh(named: Iterator[str]) -> tuple[str, float]:
    """The likeliest kind, and how sure it is that it is a secret at all."""
    weights = _weights()
    sums = [0.0] * (len(KINDS) + 1)
    for sign in named:
        row = weights.get(sign)
        if row is not None:
            for place, weight in enumerate(row):
                sums[place] += weight
    highest = max(sums)
    shares = [math.exp(each - highest) for each in sums]
    best = max(range(len(KINDS)), key=shares.__getitem__)
    return KINDS[best], 1 - shares[-1] / sum(shares)
