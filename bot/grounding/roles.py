"""Who does what: words that changed sides between a claim and a statement."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from bot.grounding.lexicon import AUXILIARY, stems_of
from bot.grounding.pieces import Piece, content, joined
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

_PIVOTS = stems_of("before after than to into from as until instead then")

Sides = tuple[frozenset[str], frozenset[str]]


def swapped(claim: Sequence[Piece], statement: Statement) -> Iterator[Reason]:
    """Words that changed sides: of before, after, to, than and the like, or of two clauses.

    Args:
        claim: The clauses of a whole assertion.
        statement: What it rests on.
    """
    ours, whole = joined(claim), joined(statement.clauses)
    if role := _role(ours.words, whole.words):
        yield Reason(Fault.ORDER, role)
        return
    for pivot in sorted(_PIVOTS & set(ours.words) & set(whole.words)):
        if pivot == "to" and "up" in (*ours.words, *whole.words):
            continue  # "up to" leads nowhere
        mine, theirs = _sides(ours.words, pivot), _sides(whole.words, pivot)
        if mine and theirs and _crossed(mine, theirs):
            yield Reason(Fault.ORDER, pivot)
            return
    known = [clause.content for clause in statement.clauses]
    for one, other in combinations([clause.content for clause in claim], 2):
        if any(_torn((one, other), sides) for sides in combinations(known, 2)):
            yield Reason(Fault.ORDER)
            return


def _role(mine: Sequence[str], theirs: Sequence[str]) -> str:
    """A verb that a claim gives to you and the statement to us, or the other way; or nothing."""
    said, known = set(pairwise(mine)), set(pairwise(theirs))
    for who, other in (("you", "we"), ("we", "you")):
        for subject, verb in sorted(said):
            swapped_over = (other, verb) in known and (who, verb) not in known
            if subject == who and verb not in AUXILIARY and swapped_over:
                return verb
    return ""


def _sides(words: Sequence[str], pivot: str) -> Sides | None:
    place = words.index(pivot)
    left, right = frozenset(content(words[:place])), frozenset(content(words[place + 1 :]))
    return (left - right, right - left) if left and right else None


def _crossed(mine: Sides, theirs: Sides) -> bool:
    return bool(mine[0] & theirs[1]) and bool(mine[1] & theirs[0])


def _torn(mine: Sides, theirs: Sides) -> bool:
    """Whether each of two clauses mixes words of the same two clauses."""
    left, right = theirs[0] - theirs[1], theirs[1] - theirs[0]
    return all(side & left and side & right for side in mine)
