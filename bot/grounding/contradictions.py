"""What a claim says against a statement: a name, a condition or a denial that is not there."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.grounding.counts import same
from bot.grounding.lexicon import AUXILIARY, LIGHT, holds, stem, stems_of
from bot.grounding.pieces import NEGATIONS, Piece, joined
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

_EVERY = stems_of("every all any whoever however whatever whenever wherever")
_CUES = (
    (stems_of("only"), stems_of("only")),
    (stems_of("unless"), stems_of("unless")),
    (stems_of("even"), stems_of("even also too")),
    (_EVERY, _EVERY),
    (stems_of("except"), stems_of("except less minus unless but apart other")),
    (stems_of("both"), stems_of("both and or")),
)
"""Conditions, each with the words that set it, too."""
_PARTLY = stems_of("some sometimes may might usually often mostly many most few several likely")
_ABSOLUTE = stems_of("no ever will guarantee")
_WHEN = stems_of("if when")
_RELATING = stems_of("in at on for from of by to with into our your their its")
_ANY = stem("any")
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
    for cue, alike in _CUES:
        if cue is _EVERY and _free_choice(claim.words):
            continue
        if (said := words & cue) and not alike & statement.words:
            yield Reason(Fault.CONDITION, min(said))
    if words & _EVERY and not known & _EVERY and statement.words & _EVERY:
        yield Reason(Fault.CONDITION, min(words & _EVERY))
    for before, word in pairwise(claim.words):
        if word == _THAN and before not in LIGHT and not holds(statement.words, before):
            yield Reason(Fault.OPPOSITE, before)
    if _ABSOLUTE & words and _PARTLY & known and not _ABSOLUTE & statement.words:
        yield Reason(Fault.CONDITION, min(_ABSOLUTE & words))
    if _MUST in words and known & _MAY and _MUST not in statement.words:
        yield Reason(Fault.CONDITION, _MUST)


def _free_choice(words: Sequence[str]) -> bool:
    """Whether any says nothing of its own: without any fee, any card that is not yours."""
    if words.count(_ANY) != 1 or _EVERY & set(words) - {_ANY}:
        return False
    return bool(NEGATIONS & set(words)) or "if" in words


def negated(clauses: Sequence[Piece], statement: Statement) -> Iterator[Reason]:
    """Clauses that deny what the statement asserts, or the other way round."""
    for clause in clauses:
        wanted = clause.content
        listed = clause is not clauses[-1] and len(clause.words) <= 3 and not clause.negations
        if not clause.quantities and (not wanted or listed):
            continue  # "brake pads, chains and tyres are not covered"
        when = _WHEN & set(clause.words[:1]) and not _WHEN & statement.words
        if when and clause.negations % 2 == 0:
            continue  # what is denied is said of what follows
        runs: dict[tuple[float, int], set[int]] = {}
        for first in range(len(statement.clauses)):
            for last in range(first + 1, min(len(statement.clauses), first + 3) + 1):
                cut = statement.clauses[first:last]
                run = joined(cut)
                ways = runs.setdefault((_shared(clause, run), first - last), set())
                ways.add(run.negations % 2)
                if statement.denied_label:
                    ways |= {0, 1}
                near = statement.clauses if clause.words[:1] == ("nor",) else cut
                if clause.negations % 2 and any(each.negations % 2 for each in near):
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
            after = (w for w in clause.words[place + 1 :] if w not in AUXILIARY | _RELATING)
            denied = next(after, None)
            if denied is not None and not holds(known, denied):
                yield Reason(Fault.NEGATION, denied)


def _shared(clause: Piece, known: Piece) -> float:
    """How many words and numbers of a clause another has."""
    words = sum(holds(frozenset(known.words), word) for word in clause.content)
    return words + sum(any(same(q, h) for h in known.quantities) for q in clause.quantities)
