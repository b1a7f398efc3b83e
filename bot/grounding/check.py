"""The grounding check: no language model, the same verdict every time.

A sentence is cut into the assertions that stand or fall by themselves, a passage into statements.
Each piece of an assertion must fit one statement: its numbers with their units and bounds, its
names, its negations and conditions, and its words, of which few may be new.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from bot.grounding.lexicon import LIGHT, plain, stem
from bot.grounding.markup import LINK, unfit
from bot.grounding.matching import Fit, fit
from bot.grounding.pieces import Piece, clauses, merged, names, parts
from bot.grounding.roles import swapped
from bot.grounding.statement import Statement
from bot.grounding.statements import plain_source, statements
from bot.grounding.verdict import Fault, Reason, Verdict, refused
from retrieval.article import Passage

_NO_TITLES: Mapping[str, str] = MappingProxyType({})
_WHOLE = re.compile(r"[.!…](?:[\"'”’)*_]*)$")
_LONGEST = 600
_MOST_NUMBERS = 20
_DIGITS = re.compile(r"\d+")
_FEW = 1
_LOWER = re.compile(r"(?<![\w'])[a-z][a-z]+")
_PATH = re.compile(r"`[^`]+`")
_DONE = re.compile(
    r"(?:\b(?:we|i)(?:'ve| have|'ll| will| am|'m| just| already)\b|\byour (?:\w+ ){1,3}"
    r"(?:has|have|was|were|is now|are now)\b(?! to\b)|\bas you (?:asked|wished)\b|\bi\b)"
    r"(?:[ ']\w+)*",
    re.IGNORECASE,
)


class GroundingCheck:
    """Says of a sentence whether the passages that it cites support it.

    Cheap to make; keeps nothing between calls.

    Args:
        hosts: Hosts that a link may lead to, where a cited passage has the link too.
        own: Names of the company itself, which any statement is about.
    """

    def __init__(
        self,
        *,
        hosts: frozenset[str] = frozenset(),
        own: frozenset[str] = frozenset(),
    ) -> None:
        self._hosts = hosts
        names = sorted(own, key=len, reverse=True)
        self._own = re.compile(rf"\b(?:{'|'.join(map(re.escape, names)) or '(?!)'})\b")

    def check(
        self,
        sentence: str,
        passages: Sequence[Passage],
        *,
        titles: Mapping[str, str] = _NO_TITLES,
    ) -> Verdict:
        """Check one sentence.

        Args:
            sentence: As it would be shown, links included, without its citation markers.
            passages: What it cites.
            titles: Title by article id, since a passage doesn't hold that of its article.
        """
        if not passages:
            return refused(Fault.NO_PASSAGE)
        known = [s for p in passages for s in _said(p, titles.get(p.article_id, ""))]
        source = "\n".join(plain_source(p, titles.get(p.article_id, "")) for p in passages)
        if len(sentence) > _LONGEST or len(_DIGITS.findall(sentence)) > _MOST_NUMBERS:
            return refused(Fault.NOTHING_SAID, "too much for a sentence")
        if not _WHOLE.search(sentence.strip()):
            return refused(Fault.NOTHING_SAID, "not a whole sentence")
        reasons = list(unfit(sentence, "\n".join(p.text for p in passages), self._hosts))
        rests_on: list[str] = []
        said = source.lower()
        reasons += (
            Reason(Fault.CLAIM, done.group())
            for done in _DONE.finditer(sentence)
            if done.group().lower() not in said
        )
        lower = {stem(w) for w in _LOWER.findall(source)}
        proper = {
            w
            for w in (
                {stem(w) for n in names(_PATH.sub(" ", source)) for w in plain(n).split()} - lower
            )
            if w not in LIGHT and len(w) > 1
        }
        for part in parts(self._own.sub("we", LINK.sub(r"\1", sentence))):
            called = {stem(w) for name in names(part) for w in plain(name).split()} | proper
            faults, used = _fitted(clauses(part), frozenset(called), known)
            reasons += faults
            rests_on += used
        if reasons:
            return Verdict(supported=False, reasons=tuple(dict.fromkeys(reasons)))
        if not rests_on:
            return refused(Fault.NOTHING_SAID)
        return Verdict(supported=True, passages=tuple(dict.fromkeys(rests_on)))


def _fitted(
    cut: Sequence[Piece], called: frozenset[str], known: Sequence[Statement]
) -> tuple[list[Reason], list[str]]:
    """What speaks against one assertion, and the passages that it rests on.

    Its pieces may rest on one statement and its neighbours, never on any mixture.
    """
    claim = [piece for piece in merged(cut) if piece.content or piece.quantities]
    if not claim:
        return [], []
    subjects = frozenset(s.clauses[0].subject for s in known if s.clauses) - {""}
    fits = [
        [
            fit(p, cut if p.quantities else (p,), called & frozenset(p.words), s, subjects)
            for s in known
        ]
        for p in claim
    ]
    together = [row for piece, row in zip(claim, fits, strict=True) if not piece.quantities]
    chosen = [min(range(len(known)), key=lambda place: row[place].cost) for row in fits]
    short = [len(p.content) <= _FEW for p in claim if not p.quantities]
    anchored = iter(_anchored(together, short, known))
    places = [
        place if piece.quantities else next(anchored)
        for piece, place in zip(claim, chosen, strict=True)
    ]
    faults = [r for row, place in zip(fits, places, strict=True) for r in row[place].faults]
    for place in dict.fromkeys(places):
        faults += swapped(cut, known[place])
    return faults, [known[place].passage for place in places]


def _anchored(
    fits: Sequence[Sequence[Fit]], short: Sequence[bool], known: Sequence[Statement]
) -> list[int]:
    """The best statement of each piece, all within one statement and its neighbours.

    A short piece is an item of a list and rests on the very statement.
    """
    best, best_cost = [0] * len(fits), float("inf")
    costs = [[each.cost for each in row] for row in fits]
    for anchor, statement in enumerate(known):
        near = [
            place
            for place in (anchor, anchor - 1, anchor + 1)
            if 0 <= place < len(known) and _beside(known[place], statement)
        ]
        chosen = [
            anchor if few else min(near, key=row.__getitem__)
            for row, few in zip(costs, short, strict=True)
        ]
        cost = sum(row[place] for row, place in zip(costs, chosen, strict=True))
        if cost < best_cost:
            best, best_cost = chosen, cost
    return best


def _beside(one: Statement, other: Statement) -> bool:
    """Whether two neighbouring statements may be told as one; rows of a table may not."""
    return one is other or (one.passage == other.passage and not (one.rivals or other.rivals))


@lru_cache(maxsize=2048)
def _said(passage: Passage, title: str) -> tuple[Statement, ...]:
    return tuple(statements(passage, title))
