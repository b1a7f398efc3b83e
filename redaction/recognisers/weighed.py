"""Numbers and tokens that a message as a whole makes a security code, a PIN, a password or a code.

What speaks for and against each is weighed (``talk_signs``) by weights that are learnt from made-up
wordings (``firstline-evals``' ``redaction_fit``) and stand in ``words/secret_weights.json``.
"""

# ruff: noqa: E501 - a pattern reads best in one piece

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from redaction.findings import Finding
from redaction.recognisers.suspects import candidates
from redaction.recognisers.talk import read
from redaction.recognisers.talk_signs import signs

KINDS = ("CVV", "PIN", "PASSWORD", "CODE")
_MOST = 12
_LONGEST = 4000
_STRETCH = 1000
_STRETCHES = re.compile(rf"(?s).{{1,{_STRETCH}}}(?:\s|\Z)")
_DIGITS = re.compile(r"\d\D{0,2}\d|\w\d|\d\w")
# Without a digit, a sign within a word or the beginning of a word for a password there is nothing
# to weigh; looking costs a tenth of reading the words.
_MAY_HOLD = re.compile(
    r"\w[!$%^&*~#_]\w|(?-i:[a-z]{2}[A-Z][a-z])|\w! |pon[eg]|escri|introd|tap[eo]|[rn]tr[eo]|scri|skri|wpis|word|pas|pw|psw|code|mdp|ww|woord|wort|contra|clave|senha|palavra|has[lł]|log|sign|l[oöø]sen"
    r"|kode|parol|[sş]ifre|cred|secret|security|memorable|safe|answer|typ|type|enter|put|use|us[oe]|tip|met[ot]|[pg]eb|chang|utili|instead|same|in with|open|spel|capit|small letter|caps|dots|\bnotes?\b|\w[.&=>+~]\w|(?:\b\w ){4}",
    re.IGNORECASE,
)
# What sureness is enough. A plain word is seldom a password, a number beside such talk often one.
_LEAST = {"number": 0.2, "token": 0.2, "word": 0.25, "phrase": 0.3}


def find(text: str) -> Iterator[Finding]:
    """Secrets by the weight of what speaks for them."""
    if len(text) <= _STRETCH:
        if _may_hold(text):
            yield from _within(text, 0)
    elif len(text) <= _LONGEST:
        for match in _STRETCHES.finditer(text):
            if _may_hold(match.group()):
                yield from _within(match.group(), match.start())


def find_answer(text: str, asked: int) -> Iterator[Finding]:
    """Secrets of a text that begins with the question or words before it, which end at ``asked``."""
    yield from _within(text, 0, asked)


def _may_hold(text: str) -> bool:
    """Whether there is anything to weigh; digits are the quickest to see."""
    return _DIGITS.search(text) is not None or _MAY_HOLD.search(text) is not None


def _within(text: str, offset: int, asked: int = 0) -> Iterator[Finding]:
    tokens = read(text)
    found = candidates(text, tokens, asked=asked)
    if len(found) > _MOST:
        found = [each for each in found if each.form in {"number", "token"}]
    if len(found) > _MOST:
        return
    for candidate in found:
        if candidate.start < asked:
            continue
        kind, sureness = weigh(signs(text, tokens, candidate, found, asked))
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
