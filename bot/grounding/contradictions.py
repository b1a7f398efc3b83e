"""What a claim says against a statement: a name, a condition or a denial that is not there."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.grounding.counts import same
from bot.grounding.lexicon import AUXILIARY, LIGHT, holds, stem, stems_of
from bot.grounding.pieces import Piece, joined
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

_CUES = tuple(
    stems_of(words)
    for words in (
        "only",
        "unless",
        "even",
        "every all any whoever however whatever",
        "except",
        "both",
    )
)
_THAN = stem("than")
_MUST = stem("must")
_MAY = stems_of("can may")


def misnamed(called: frozenset[str], claim: Piece, statement: Statement) -> Iterator[Reason]:
    """Names that the statement is not about: it has none of them, or another of its heading's."""
    others = statement.words & statement.above & statement.names - set(claim.words)
    for name in sorted(called):
        if name not in statement.words and (name not in statement.above or others):
            yield Reason(Fault.NAME, name)


def conditions(claim: Piece, held: Piece, statement: Statement) -> Iterator[Reason]:
    """Conditions of a claim, as of only, unless or every, that the statement does not set."""
    words = frozenset(claim.words)
    known = frozenset(held.words) if held.words else statement.words
    for group in _CUES:
        if (said := words & group) and not group & statement.words:
            yield Reason(Fault.CONDITION, min(said))
    everything = _CUES[3]
    if words & everything and not known & everything and statement.words & everything:
        yield Reason(Fault.CONDITION, min(words & everything))
    for before, word in pairwise(claim.words):
        if word == _THAN and before not in LIGHT and not holds(statement.words, before):
            yield Reason(Fault.OPPOSITE, before)
    if _MUST in words and known & _MAY and _MUST not in statement.words:
        yield Reason(Fault.CONDITION, _MUST)


def negated(clauses: Sequence[Piece], statement: Statement) -> Iterator[Reason]:
    """Clauses that deny what the statement asserts, or the other way round."""
    for clause in clauses:
        wanted = clause.content
        listed = clause is not clauses[-1] and len(clause.words) <= 3 and not clause.negations
        if not clause.quantities and (not wanted or listed):
            continue  # "brake pads, chains and tyres are not covered"
        runs: dict[tuple[float, int], set[int]] = {}
        for first in range(len(statement.clauses)):
            for last in range(first + 1, min(len(statement.clauses), first + 3) + 1):
                cut = statement.clauses[first:last]
                run = joined(cut)
                ways = runs.setdefault((_shared(clause, run), first - last), set())
                ways.add(run.negations % 2)
                if statement.denied_label:
                    ways |= {0, 1}
                if clause.negations % 2 and any(each.negations % 2 for each in cut):
                    ways.add(1)
        if runs and max(runs)[0] > 0 and clause.negations % 2 not in runs[max(runs)]:
            yield Reason(Fault.NEGATION)
            return


def denied(clauses: Sequence[Piece], known: frozenset[str]) -> Iterator[Reason]:
    """What is denied and stands nowhere in the statement."""
    for clause in clauses:
        for place, word in enumerate(clause.words):
            if word != "not":
                continue
            after = (w for w in clause.words[place + 1 :] if w not in AUXILIARY)
            denied = next(after, None)
            if denied is not None and not holds(known, denied):
                yield Reason(Fault.NEGATION, denied)


def _shared(clause: Piece, known: Piece) -> float:
    """How many words and numbers of a clause another has."""
    words = sum(holds(frozenset(known.words), word) for word in clause.content)
    return words + sum(any(same(q, h) for h in known.quantities) for q in clause.quantities)
