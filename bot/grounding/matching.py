"""Holds one piece of a sentence to one statement of a passage, and says what doesn't fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.grounding.contradictions import conditions, misnamed
from bot.grounding.counts import bound_to, bounds, counted, holding, paired
from bot.grounding.lexicon import FAINT, LIGHT, SOFT, against, holds
from bot.grounding.pieces import Piece, content
from bot.grounding.polarity import negated, opposites
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

# Weights of what is wrong, to find the statement that a piece fits best.
_WEIGHT = {Fault.NUMBER: 3.0}
_FAINT_NOVELTY = 0.25
_ALIKE = 4
_NOVELTY = 1.5
_CONTEXT_COST = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How a piece fits a statement.

    Attributes:
        faults: What speaks against it, whatever the words; empty where nothing does.
        cost: The less the better.
        words: The words of the piece that claim something.
        new: Those that neither the statement nor what it hangs under has.
        own: How many of them the statement has itself.
        faint: Verbs that say little and stand nowhere near.
        counted: How many of the piece's numbers the statement has itself.
    """

    faults: tuple[Reason, ...]
    cost: float
    words: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    own: int = 0
    faint: tuple[str, ...] = ()
    counted: int = 0


def fit(
    claim: Piece,
    clauses: Sequence[Piece],
    called: frozenset[str],
    statement: Statement,
    subjects: frozenset[str] = frozenset(),
    near: frozenset[str] = frozenset(),
    whole: Sequence[Piece] = (),
) -> Fit:
    """Hold a piece to a statement.

    Args:
        claim: The piece.
        clauses: The same, cut finer.
        called: Stems of the names in it.
        statement: What it is held to.
        subjects: What the statements of these passages are about.
        near: Words of the statements beside it.
        whole: The whole claim, cut fine.
    """
    held, missing = holding(claim, statement)
    faults = [Reason(Fault.NUMBER, quantity.raw) for quantity in missing]
    if not missing:
        faults += bounds(claim, held, statement.words | statement.context)
        faults += paired(claim, statement)
        faults += bound_to(claim, held, statement)
    faults += conditions(claim, held, statement)
    faults += negated(clauses, statement, whole)
    known = statement.words | statement.context
    faults += misnamed(called, claim, statement, near)
    faults += opposites(claim, statement)
    claimed = content(claim.words)
    new = [word for word in claimed if not _told(word, statement.words) and not holds(known, word)]
    own = sum(holds(statement.words, word) for word in claimed)
    faint = {w for w in claim.words if w in FAINT and w in LIGHT and not holds(known, w)}
    faults += (Reason(Fault.BINDING, word) for word in new if word in subjects)
    if word := _substituted(claim, statement):
        faults.append(Reason(Fault.BINDING, word))
    soft = sum(word in SOFT for word in new)
    novelty = len(new) - soft + _FAINT_NOVELTY * (len(faint) + soft)
    cost = sum(_WEIGHT.get(reason.fault, 1.0) for reason in faults) + _NOVELTY * novelty
    return Fit(
        tuple(faults),
        cost + _CONTEXT_COST * (len(claimed) - own),
        tuple(claimed),
        tuple(new),
        own,
        tuple(sorted(faint)),
        counted(claim, statement),
    )


def _told(word: str, words: frozenset[str]) -> bool:
    """Whether a word stands among others, or its opposite, which is heard elsewhere."""
    return holds(words, word) or bool(against(word) & words)


def _substituted(claim: Piece, statement: Statement) -> str:
    """A word of title or context that stands where a clause has another one; or nothing."""
    if statement.rivals:
        return ""
    strange = {w for w in claim.content if not _told(w, statement.words)} - SOFT - FAINT
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
