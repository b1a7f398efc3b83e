"""Holds one piece of a sentence to one statement of a passage, and says what doesn't fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.grounding.contradictions import conditions, denied, misnamed, negated
from bot.grounding.counts import bound_to, bounds, counted, holding, paired
from bot.grounding.lexicon import FAINT, LIGHT, OPPOSITE, holds
from bot.grounding.pieces import Piece, content
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

# Weights of what is wrong, to find the statement that a piece fits best.
_WEIGHT = {Fault.NUMBER: 2.0, Fault.WORDS: 0.5}
_ALLOWED_NOVELTY = 0.6
_OWN_SHARE = 0.5
_FAINT_NOVELTY = 0.25
_CONTEXT_COST = 0.15


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
    total = len(new) + _FAINT_NOVELTY * len(faint)
    faults += (Reason(Fault.BINDING, word) for word in new if word in subjects)
    if total > _ALLOWED_NOVELTY:
        faults.append(Reason(Fault.WORDS, " ".join([*new, *sorted(faint)])))
    elif own + counted(claim, statement) < _OWN_SHARE * len(claimed):
        faults.append(Reason(Fault.WORDS, " ".join(claimed)))
    cost = sum(_WEIGHT.get(reason.fault, 1.0) for reason in faults) + total
    return Fit(tuple(faults), cost + _CONTEXT_COST * (len(claimed) - own))
