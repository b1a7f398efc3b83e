"""Sentences of two articles that say the same with another number, limit or time."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bot.insights.reworded import FREE, Value
from bot.insights.same_matter import MARKS, marks, same_matter
from bot.insights.setting import is_elsewhere, other_deeds
from bot.insights.statements import COUNT, WEEKDAY, Statement, statements_of
from retrieval.article import Article, Audience
from retrieval.embedder import Floats

SURE = 0.6
"""Likelihood of being about the same matter from which two statements must agree."""

_NEAR = 0.4
"""Mean cosine below which a pair isn't looked at."""

_NO_WORD = 0.6
_COUNTED = 0.5
_AS_GOOD = 0.02
_SAME = 0.12
"""Share by which times in two units may differ: a month and 30 days are the same."""
_BATCH = 64

_CURRENCIES = ("gbp", "eur", "usd", "chf", "jpy")

Values = frozenset[Value]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sentences that can't both be true.

    Attributes:
        first: A statement.
        second: One of another article.
        likely: How likely they are about the same matter.
    """

    first: Statement
    second: Statement
    likely: float

    @property
    def key(self) -> str:
        """Fingerprint of both sentences and where they stand, the same whichever comes first."""
        sides = sorted(f"{s.article_id}\0{s.text}" for s in (self.first, self.second))
        return hashlib.sha256("\0\0".join(sides).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements of two articles that measure the same kind of thing.

    Attributes:
        first: Place of the one.
        second: Place of the other.
        marks: What tells whether they are about the same matter.
        agree: Whether their quantities agree.
    """

    first: int
    second: int
    marks: tuple[float, ...]
    agree: bool


class Embeds(Protocol):
    """Turns texts into vectors."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """One normalised vector a text, shape (n, d)."""
        ...


def find_contradictions(articles: Iterable[Article], embedder: Embeds) -> tuple[Contradiction, ...]:
    """Contradictions between customer articles, the surest first."""
    told = [
        statement
        for article in articles
        if article.audience is Audience.CUSTOMER
        for statement in statements_of(article)
    ]
    pairs = [(pair, same_matter(pair.marks)) for pair in comparable(told, embedder)]
    best: dict[tuple[int, str], float] = defaultdict(float)
    for pair, likely in pairs:
        for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
            place = one, told[other].article_id
            best[place] = max(best[place], likely)
    found: dict[tuple[object, ...], Contradiction] = {}
    for pair, likely in pairs:
        first, second = told[pair.first], told[pair.second]
        # Of an article, only the statement that is nearest to another can contradict it.
        least = max(best[pair.first, second.article_id], best[pair.second, first.article_id])
        if pair.agree or likely < SURE or likely < least - _AS_GOOD:
            continue
        key = (first.article_id, second.article_id, *_compared(first, second)[1])
        if key not in found or found[key].likely < likely:
            found[key] = Contradiction(first, second, likely)
    return tuple(sorted(found.values(), key=lambda each: (-each.likely, each.first.text)))


def comparable(told: Sequence[Statement], embedder: Embeds) -> Iterator[Pair]:
    """The pairs of statements that may be about the same matter."""
    if len(told) < 2:
        return
    bare = _embedded([statement.bare for statement in told], embedder)
    alike = _embedded([statement.alike for statement in told], embedder)
    bare_cosines, alike_cosines = bare @ bare.T, alike @ alike.T
    near = np.triu((bare_cosines + alike_cosines) / 2 >= _NEAR, 1)
    for row, column in np.argwhere(near).tolist():
        first, second = told[row], told[column]
        if first.article_id == second.article_id or not _one_measure(first, second):
            continue
        cosines = float(bare_cosines[row, column]), float(alike_cosines[row, column])
        agree, different = _compared(first, second)
        marked = marks(first, second, *cosines)
        if agree or (different and _near_enough(marked)):
            yield Pair(row, column, marked, not different)


def _near_enough(marked: tuple[float, ...]) -> bool:
    """Whether the pair has a word in common, and more than what a bare number counts."""
    bare = marked[MARKS.index("bare")]
    counts = marked[MARKS.index("number")] > 0
    shares = marked[MARKS.index("shared")] > 0
    return (shares or bare >= _NO_WORD) and (not counts or bare >= _COUNTED)


def _embedded(texts: Sequence[str], embedder: Embeds) -> Floats:
    distinct = list(dict.fromkeys(texts))
    rows = {text: row for row, text in enumerate(distinct)}
    vectors = np.concatenate(
        [embedder.embed(distinct[s : s + _BATCH]) for s in range(0, len(distinct), _BATCH)]
    )
    return np.asarray(vectors[[rows[text] for text in texts]], np.float32)


def _one_measure(first: Statement, second: Statement) -> bool:
    """Whether both measure the same deed in a unit, none by the day what the other has by month."""
    if other_deeds(first.kinds, second.kinds):
        return False
    compared = first.values.keys() & second.values.keys()
    if is_elsewhere(first.setting, second.setting, compared):
        return False
    if first.rates and second.rates and not first.rates & second.rates:
        return False
    return bool(_shared(first, second))


def _shared(first: Statement, second: Statement) -> list[tuple[str, str]]:
    """The units of both; a bare number without a noun may count what the other names."""
    found = [(unit, unit) for unit in first.values if unit in second.values]
    if not found and COUNT in first.values:
        found = [(COUNT, unit) for unit in second.values if unit.startswith(COUNT)][:1]
    if not found and COUNT in second.values:
        found = [(unit, COUNT) for unit in first.values if unit.startswith(COUNT)][:1]
    if not found and FREE in first.values:
        found = [(FREE, unit) for unit in _CURRENCIES if unit in second.values][:1]
    if not found and FREE in second.values:
        found = [(unit, FREE) for unit in _CURRENCIES if unit in first.values][:1]
    return sorted(found)


def _compared(
    first: Statement, second: Statement
) -> tuple[int, tuple[tuple[str, Values, Values], ...]]:
    """How many quantities both have, and in which one unit the others differ, as many each."""
    agree = 0
    found = []
    for unit, other_unit in _shared(first, second):
        mine, theirs = first.values[unit], second.values[other_unit]
        own = frozenset(a for a in mine if not any(_equal(a, b, unit) for b in theirs))
        other = frozenset(b for b in theirs if not any(_equal(a, b, unit) for a in mine))
        agree += len(mine) - len(own)
        if own or other:
            found.append((unit, own, other))
    single = len({(own, other) for _, own, other in found}) == 1 and all(
        len(own) == len(other) for _, own, other in found
    )
    return agree, tuple(found) if single else ()


def _equal(first: Value, second: Value, unit: str) -> bool:
    """Whether two quantities can both be true: "3 to 5 days" is within 5 days."""
    if unit == WEEKDAY:
        return first == second
    slack = _SAME * max(first[1], second[1]) if first[2] != second[2] else 0.0
    return abs(first[1] - second[1]) <= slack
