"""Holds one piece of a sentence to one statement of a passage, and says what doesn't fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.grounding.contradictions import conditions, denied, misnamed, negated
from bot.grounding.counts import bound_to, bounds, counted, holding, paired
from bot.grounding.lexicon import FAINT, LIGHT, OPPOSITE, SOFT, holds
from bot.grounding.pieces import Piece, content
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

# Weights of what is wrong, to find the statement that a piece fits best.
_WEIGHT = {Fault.NUMBER: 2.0, Fault.WORDS: 0.5}
_ALLOWED_NOVELTY = 0.6
_OWN_SHARE = 0.5
_FAINT_NOVELTY = 0.25
_CONTEXT_COST = 0.15
_ALIKE = 4


@dataclass(frozen=True, slots=True)
class Fit:
    """How a piece fits a statement.

    Attributes:
        faults: What doesn't fit; empty where it fits.
        cost: The less the better.
    """

    faults: tuple[Reason, ...]
    cost: float


def fit(
    claim: Piece,
    clauses: Sequence[Piece],
    called: frozenset[str],
    statement: Statement,
    subjects: frozenset[str] = frozenset(),
) -> Fit:
    """Hold a piece to a statement.

    Args:
        claim: The piece.
        clauses: The same, cut finer.
        called: Stems of the names in it.
        statement: What it is held to.
        subjects: What the statements of these passages are about.
    """
    held, missing = holding(claim, statement)
    faults = [Reason(Fault.NUMBER, quantity.raw) for quantity in missing]
    if not missing:
        faults += bounds(claim, held, statement.words | statement.context)
        faults += paired(claim, statement)
        faults += bound_to(claim, held, statement)
    faults += conditions(claim, held, statement)
    faults += negated(clauses, statement)
    faults += denied(clauses, statement.words | statement.above)
    known = statement.words | statement.context
    faults += misnamed(called, claim, statement)
    for word in sorted(set(claim.words) - known):
        if OPPOSITE.get(word, frozenset()) & (frozenset(statement.words) - set(claim.words)):
            faults.append(Reason(Fault.OPPOSITE, word))
    claimed = content(claim.words)
    new = [word for word in claimed if not holds(known, word)]
    own = sum(holds(statement.words, word) for word in claimed)
    faint = {w for w in claim.words if w in FAINT and w in LIGHT and not holds(known, w)}
    hard = [word for word in new if word not in SOFT]
    total = len(hard) + _FAINT_NOVELTY * (len(faint) + len(new) - len(hard))
    faults += (Reason(Fault.BINDING, word) for word in new if word in subjects)
    if total > _ALLOWED_NOVELTY:
        faults.append(Reason(Fault.WORDS, " ".join([*new, *sorted(faint)])))
    elif own + counted(claim, statement) < max(
        _OWN_SHARE * len(set(claimed) - statement.above), min(len(claimed), 1)
    ):
        faults.append(Reason(Fault.WORDS, " ".join(claimed)))
    if word := _substituted(claim, statement):
        faults.append(Reason(Fault.BINDING, word))
    cost = sum(_WEIGHT.get(reason.fault, 1.0) for reason in faults) + total
    return Fit(tuple(faults), cost + _CONTEXT_COST * (len(claimed) - own))


def _substituted(claim: Piece, statement: Statement) -> str:
    """A word of title or context that stands where a clause has another one; or nothing."""
    if statement.rivals:
        return ""
    strange = {w for w in claim.content if not holds(statement.words, w)} - SOFT - FAINT
    for clause in statement.clauses:
        matched = SequenceMatcher(None, claim.words, clause.words, autojunk=False)
        if sum(block.size for block in matched.get_matching_blocks()) < _ALIKE:
            continue
        for way, first, last, begin, end in matched.get_opcodes():
            if (
                way != "replace"
                or first == 0
                or (last == len(claim.words)) != (end == len(clause.words))
            ):
                continue
            ours = strange & set(claim.words[first:last])
            theirs = set(content(clause.words[begin:end])) - set(claim.words)
            if ours and any(not holds(frozenset(claim.words), word) for word in theirs):
                return min(ours)
    return ""
