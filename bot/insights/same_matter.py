"""Whether two statements tell of the same matter, so that their quantities must agree.

Boosted trees over a few marks of the pair (Friedman 2001). What counts most: how alike they are
without their quantities, and whether a word of the one has its like in the other. Where two
sentences are built alike and differ in a word ("in the UK", "in Germany"), they tell two rules;
where they are built differently, other words may well mean the same. ``same_matter.json`` holds
the trees; ``tests/bot/insights/fit_same_matter.py`` grows them from pairs of sentences of our own
and the built-in articles.
"""

import json
import math
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from bot.insights.statements import TELLING, WEEKDAY, Statement
from retrieval.words import query_terms

_ROOT = 5
"""Letters that two words begin with to count as one: stems of "verify" and "verification"."""

_OPPOSED = tuple(
    (frozenset(query_terms(a, "en")), frozenset(query_terms(b, "en")))
    for a, b in (
        ("before", "after"), ("over", "under"), ("above", "below"), ("more", "less"),
        ("start", "end"), ("open", "close"), ("first", "second"), ("first", "last"),
        ("minimum", "maximum"), ("least", "most"), ("smallest", "largest"),
        ("daily", "monthly"), ("free", "cost"), ("free", "charge"), ("without", "with"),
        ("smallest", "most"), ("smallest", "limit"), ("minimum", "most"),
        ("week", "payment"), ("send", "receive"), ("in", "out"), ("weekday", "weekend"),
    )
)  # fmt: skip

MARKS = (
    "bare", "alike", "alone_fewer", "alone_more", "shared", "share_low", "share_high", "frame",
    "swap", "frame_swap", "frame_alone", "opposed", "bound", "rates", "units", "count", "number",
    "weekday", "length", "above", "loose", "titles",
)  # fmt: skip
FILE = Path(__file__).with_name("same_matter.json")


def marks(first: Statement, second: Statement, bare: float, alike: float) -> tuple[float, ...]:
    """What tells whether the pair is about the same matter; names in ``MARKS``.

    Args:
        first: A statement.
        second: One of another article.
        bare: Cosine of both without their quantities.
        alike: Cosine of both with equal quantities.
    """
    mine, theirs = _alone(first, second), _alone(second, first)
    shared = len(first.words) - len(_apart(first.words, second.words))
    fewer, more = sorted((len(mine), len(theirs)))
    low, high = sorted(shared / len(each.words) if each.words else 0.0 for each in (first, second))
    frame, swaps = _frames(first.frame, second.frame)
    titles, named = _frames(first.title, second.title)
    return (
        bare,
        alike,
        min(fewer, 3),
        min(more, 4),
        min(shared, 4),
        low,
        min(high, 1.0),
        frame,
        float(swaps > 0),
        frame * (swaps > 0),
        frame * (fewer > 0),
        float(_opposed(first, second)),
        float(
            (first.most and second.least and not first.least and not second.most)
            or (first.least and second.most and not first.most and not second.least)
        ),
        float(first.rates == second.rates),
        float(first.values.keys() == second.values.keys()),
        float(sum(map(len, first.values.values())) == sum(map(len, second.values.values()))),
        float(any(unit.startswith("#") for unit in first.values.keys() & second.values.keys())),
        float(WEEKDAY in first.values and WEEKDAY in second.values),
        min(len(first.frame), len(second.frame), 12) / 12,
        len(first.around & second.around) / max(1, len(first.around | second.around)),
        (1 - frame) * alike * (shared > 0),
        titles * (named > 0),
    )


def same_matter(marked: Sequence[float]) -> float:
    """How likely the pair is about the same matter."""
    start, trees = _grown()
    score = start
    for tree in trees:
        node = tree[0]
        while len(node) > 1:
            mark, bound, low, high = node
            node = tree[int(low if marked[int(mark)] <= bound else high)]
        score += node[0]
    return 1 / (1 + math.exp(-score))


@cache
def _grown() -> tuple[float, list[list[list[float]]]]:
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return read["start"], read["trees"]


def _alone(first: Statement, second: Statement) -> frozenset[str]:
    """Words of the first that neither the second nor what stands above it has."""
    return _apart(first.words, second.words | second.around)


def _apart(words: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """The words that the others lack in any form."""
    roots = {word[:_ROOT] for word in others}
    return frozenset(word for word in words - others if word[:_ROOT] not in roots)


def _opposed(first: Statement, second: Statement) -> bool:
    mine = (first.light | first.words) - (second.light | second.words)
    theirs = (second.light | second.words) - (first.light | first.words)
    return any((mine & a and theirs & b) or (mine & b and theirs & a) for a, b in _OPPOSED)


def _frames(first: Sequence[str], second: Sequence[str]) -> tuple[float, int]:
    """How alike both are built, and how many words stand in for each other."""
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    swaps = 0
    for kind, a, b, c, d in matcher.get_opcodes():
        mine = [w for w in first[a:b] if _tells(w)]
        theirs = [w for w in second[c:d] if _tells(w)]
        if kind == "replace" and 0 < len(mine) < 4 and 0 < len(theirs) < 4:
            swaps += bool(_apart(frozenset(mine), frozenset(theirs)))
    return matcher.ratio(), swaps


def _tells(stem: str) -> bool:
    return stem != "#" and not stem.startswith("~") and stem not in TELLING
