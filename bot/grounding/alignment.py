"""Finds what an assertion rests on among the statements, and what the others say against it.

A piece may fit a statement that says little, while another one says more of it and denies it. So
the statement that has most of a piece's own words is heard even where another one fits better.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.grounding.lexicon import AUXILIARY, holds, stem, stems_of
from bot.grounding.matching import Fit, fit
from bot.grounding.pieces import NEGATIONS, Piece, joined, merged
from bot.grounding.roles import swapped
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

_FEW = 1
_DENYING = frozenset({Fault.NEGATION, Fault.OPPOSITE})
_COMMON = 0.3
"""What a word of title or heading tells beside one that only some statements have."""
_MEANT = 0.9
"""What a word tells that the statement has in another word."""
_POINTED = 0.4
"""What a word tells that a statement only points back to."""
_CLEARLY = 0.1
_IF = stems_of("if unless")
_WHO = stems_of("you we it they your our the a an")
_NEXT = stem("then")
_FIRST = stem("first")


@dataclass(frozen=True, slots=True)
class Strange:
    """A word of an assertion that the statement it rests on doesn't have.

    Attributes:
        word: Its stem.
        near: What the statement and those beside it say.
    """

    word: str
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """What an assertion rests on.

    Attributes:
        faults: What speaks against it.
        passages: Ids of the passages that it rests on.
        strange: Its words that stand nowhere there.
        share: Share of its words and numbers that the statements have themselves.
    """

    faults: tuple[Reason, ...] = ()
    passages: tuple[str, ...] = ()
    strange: tuple[Strange, ...] = ()
    share: float = 1.0


def aligned(cut: Sequence[Piece], called: frozenset[str], known: Sequence[Statement]) -> Alignment:
    """What one assertion rests on, and what speaks against it.

    Its pieces may rest on one statement and its neighbours, never on any mixture.

    Args:
        cut: Its clauses.
        called: Stems of the names in it.
        known: What the passages say.
    """
    claim = [piece for piece in merged(cut) if piece.content or piece.quantities]
    if not claim:
        return Alignment()
    subjects = frozenset(s.clauses[0].subject for s in known if s.clauses) - {""}
    around = [
        frozenset(w for place in _near(known, at) for w in known[place].words)
        for at in range(len(known))
    ]
    fits = [
        [
            fit(
                p,
                cut if p.quantities else (p,),
                called & frozenset(p.words),
                s,
                subjects,
                near,
                cut,
            )
            for s, near in zip(known, around, strict=True)
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
    if not faults:
        faults += _outweighed(claim, fits, places, known)
        faults += _other_case(claim, [known[place] for place in places])
        faults += _better_case(cut, [known[place] for place in places], known)
        faults += _reordered(claim, places, known)
    chosen_fits = [row[place] for row, place in zip(fits, places, strict=True)]
    return Alignment(
        tuple(faults),
        tuple(known[place].passage for place in places),
        tuple(
            Strange(word, tuple(known[near].text for near in _near(known, place)))
            for each, place in zip(chosen_fits, places, strict=True)
            for word in (*each.new, *each.faint)
        ),
        _share(chosen_fits),
    )


def _share(fits: Sequence[Fit]) -> float:
    told = sum(each.own + each.counted for each in fits)
    return told / max(1, sum(len(each.words) + each.counted for each in fits))


def _anchored(
    fits: Sequence[Sequence[Fit]], short: Sequence[bool], known: Sequence[Statement]
) -> list[int]:
    """The best statement of each piece, all within one statement and its neighbours.

    A short piece is an item of a list and rests on the very statement.
    """
    best, best_cost = [0] * len(fits), float("inf")
    costs = [[each.cost for each in row] for row in fits]
    for anchor in range(len(known)):
        near = _near(known, anchor)
        chosen = [
            anchor if few else min(near, key=row.__getitem__)
            for row, few in zip(costs, short, strict=True)
        ]
        cost = sum(row[place] for row, place in zip(costs, chosen, strict=True))
        if cost < best_cost:
            best, best_cost = chosen, cost
    return best


def _near(known: Sequence[Statement], anchor: int) -> list[int]:
    """Places of a statement and of those beside it."""
    return [
        place
        for place in (anchor, anchor - 1, anchor + 1)
        if 0 <= place < len(known) and _beside(known[place], known[anchor])
    ]


def _beside(one: Statement, other: Statement) -> bool:
    """Whether two neighbouring statements may be told as one; rows of a table may not."""
    return one is other or (one.passage == other.passage and not (one.rivals or other.rivals))


def _outweighed(
    claim: Sequence[Piece],
    fits: Sequence[Sequence[Fit]],
    places: Sequence[int],
    known: Sequence[Statement],
) -> Iterator[Reason]:
    """Denials by a statement that says more of a piece than the one it rests on."""
    for piece, row, place in zip(claim, fits, places, strict=True):
        enough = _told(piece, known[place]) + _CLEARLY
        for each, statement in zip(row, known, strict=True):
            kinds = {reason.fault for reason in each.faults}
            if kinds and kinds <= _DENYING and _told(piece, statement) > enough:
                yield from each.faults
                return


def _told(piece: Piece, statement: Statement) -> float:
    """How much of a piece a statement says itself."""
    told = 0.0
    for word in piece.content:
        tells = _COMMON if word in statement.above else 1.0
        if word in statement.words:
            told += tells
        elif holds(statement.words, word):
            told += _MEANT * tells
        elif holds(statement.context, word):
            told += _POINTED * tells
    own = {quantity.key for each in statement.pieces for quantity, _ in each.quantities}
    return told + sum(quantity.key in own for quantity, _ in piece.quantities)


def _other_case(claim: Sequence[Piece], rests_on: Sequence[Statement]) -> Iterator[Reason]:
    """A condition of one statement with the outcome of another that has a condition of its own."""
    for piece, home in zip(claim, rests_on, strict=True):
        if not _IF & set(piece.words):
            continue
        wanted = set(piece.words) - _IF - NEGATIONS
        for case in (each for away in rests_on for each in away.clauses if _IF & set(each.words)):
            shared = {w for w in wanted & set(case.words) if w not in AUXILIARY} - _WHO
            if shared and case.negations % 2 != piece.negations % 2:
                yield Reason(Fault.CONDITION, min(_IF & set(piece.words)))
                return
        for other, away in zip(claim, rests_on, strict=True):
            if away is home or _IF & set(other.words):
                continue
            if _IF & home.words and _IF & away.words:
                yield Reason(Fault.CONDITION, min(_IF & set(piece.words)))
                return


def _better_case(
    cut: Sequence[Piece], rests_on: Sequence[Statement], known: Sequence[Statement]
) -> Iterator[Reason]:
    """A condition that is rather that of another statement than of those the claim rests on."""
    for clause in cut:
        if not _IF & set(clause.words):
            continue
        here = max(_alike(clause, each) for each in rests_on)
        there = max(_alike(clause, each) for each in known)
        if 0 < here < there - _CLEARLY:
            yield Reason(Fault.CONDITION, min(_IF & set(clause.words)))
            return


def _alike(clause: Piece, statement: Statement) -> float:
    """How alike a condition is to the likest one of a statement, 0 to 1."""
    mine = set(clause.words) - _IF - _WHO
    cases = [set(c.words) - _IF - _WHO for c in statement.clauses if _IF & set(c.words)]
    return max((len(mine & case) / len(mine | case) for case in cases if mine | case), default=0.0)


def _reordered(
    claim: Sequence[Piece], places: Sequence[int], known: Sequence[Statement]
) -> Iterator[Reason]:
    """Steps that are told the other way round."""
    words = joined(claim).words
    if _NEXT not in words and _FIRST not in words:
        return
    then = [place for place, piece in enumerate(claim) if _NEXT in piece.words[:2]]
    if not then:
        return
    before, after = places[then[0] - 1], places[then[0]]
    if then[0] and after < before and known[after].passage == known[before].passage:
        yield Reason(Fault.ORDER, _NEXT)
