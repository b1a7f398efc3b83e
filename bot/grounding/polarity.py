"""What a claim denies and a statement asserts, or the other way round.

A denial counts with what it denies: "not accepted" denies no more than "refused", and "a currency
that you don't hold" denies nothing of the sentence.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.grounding.counts import same
from bot.grounding.lexicon import AUXILIARY, LIGHT, OPPOSITE, holds, stem, stems_of
from bot.grounding.pieces import NEGATIONS, Piece, content, joined
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

_ONLY = stem("only")
_REFUSING = stems_of(
    "refuse refused decline declined reject rejected fail fails failed lack prevent forbid "
    "forbidden deny unable otherwise instead only"
)
_WHEN = stems_of("if when")
_ASIDE = stems_of("you that which who")
_ABLE = stems_of("can possible available offered included work allowed")

_EXACT = 0.05
"""What the very word counts beside one that means the same."""

Ways = Mapping[tuple[float, int], set[int]]


def negated(clauses: Sequence[Piece], statement: Statement) -> Iterator[Reason]:
    """Clauses that deny what the statement asserts, or the other way round."""
    only = any(_ONLY in each.words and not each.negations for each in clauses)
    for clause in clauses:
        listed = clause is not clauses[-1] and len(clause.words) <= 3 and not clause.negations
        if not clause.quantities and (not clause.content or listed):
            continue  # "brake pads, chains and tyres are not covered"
        when = _WHEN & set(clause.words[:1]) and not _WHEN & statement.words
        if when and clause.negations % 2 == 0 and not statement.denied_label:
            continue  # what is denied is said of what follows
        ways = _ways(clause, statement)
        if not ways or max(ways)[0] <= 0:
            continue
        told = ways[max(ways)]
        if clause.negations:
            told = told | _told_elsewhere(clause, statement, ways, only=only)
        if 0 not in told:
            yield Reason(Fault.NEGATION)
            return


def _ways(clause: Piece, statement: Statement) -> Ways:
    """By how much of a clause each run of clauses has: 1 where one of the two denies it, else 0."""
    ways: dict[tuple[float, int], set[int]] = {}
    for first in range(len(statement.clauses)):
        for last in range(first + 1, min(len(statement.clauses), first + 3) + 1):
            cut = statement.clauses[first:last]
            run = joined(cut)
            found = ways.setdefault((_shared(clause, run), first - last), set())
            apart = bool(statement.denied_label & frozenset(clause.words)) - _by_the_way(
                run, clause
            )
            found.add((polarity(run, clause) + apart - polarity(clause, run)) % 2)
            near = statement.clauses if clause.words[:1] == ("nor",) else cut
            denied_there = clause.negations % 2 and any(each.negations % 2 for each in near)
            if denied_there:
                found.add(0)
    return ways


def _told_elsewhere(clause: Piece, statement: Statement, ways: Ways, *, only: bool) -> set[int]:
    """How what a clause denies stands in other parts of the statement.

    Where its very words stand, their clauses count. What is denied in other words may be told by a
    longer or a shorter part, or by a verb that refuses.
    """
    best = max(ways)[0]
    held = _where_denied(clause, statement)
    if held:
        held = [each for each in held if _shared(clause, each) > best - 1]
        told = {(polarity(each, clause) - polarity(clause, each)) % 2 for each in held}
        return told | ({0} if only and any(_ONLY in each.words for each in held) else set())
    told = {way for key, each in ways.items() if key[0] >= best - 1 > 0 for way in each}
    return told | ({0} if statement.words & _REFUSING else set())


def _where_denied(clause: Piece, statement: Statement) -> list[Piece]:
    """The clauses of the statement that have what a clause denies."""
    denied_words = list(_denied(clause))
    return [
        each
        for each in statement.clauses
        if any(holds(frozenset(each.words), word) for word in denied_words)
    ]


def polarity(piece: Piece, other: Piece) -> int:
    """How often a piece denies, beside another: "not accepted" denies no more than "refused"."""
    words, known = frozenset(piece.words), frozenset(other.words)
    count = piece.negations
    for denied_word in _denied(piece):
        against = OPPOSITE.get(denied_word, frozenset())
        if against & known - words and not holds(known, denied_word):
            count -= 1
    return count


def opposites(claim: Piece, statement: Statement) -> Iterator[Reason]:
    """Words of a claim whose opposite stands in the statement, unless one of the two is denied."""
    known = statement.words | statement.context
    ours = frozenset(_denied(claim))
    theirs = frozenset(w for clause in statement.clauses for w in _denied(clause))
    for word in sorted(set(claim.words) - known):
        against = OPPOSITE.get(word, frozenset()) & statement.words - set(claim.words)
        if against and (word in ours) == bool(against & theirs):
            yield Reason(Fault.OPPOSITE, word)


def _by_the_way(piece: Piece, claim: Piece) -> int:
    """How often a piece denies by the way what a claim leaves out: a currency you don't hold."""
    said = frozenset(claim.words)
    count = 0
    for place, word in enumerate(piece.words):
        before = [w for w in piece.words[:place] if w not in AUXILIARY]
        if word == "not" and before[-1:] and before[-1] in _ASIDE and content(before[:-1]):
            after = [w for w in piece.words[place + 1 :] if w not in AUXILIARY]
            count += bool(after) and not holds(said, after[0])
    return count


def _denied(piece: Piece) -> Iterator[str]:
    """The word that each negation of a piece denies."""
    for place, word in enumerate(piece.words):
        if word in NEGATIONS:
            after = [w for w in piece.words[place + 1 :] if w not in AUXILIARY]
            if after:
                yield next((w for w in after if w not in LIGHT), after[0])


def _shared(clause: Piece, known: Piece) -> float:
    """How many words and numbers of a clause another has."""
    there = frozenset(known.words)
    words = sum(holds(there, word) + _EXACT * (word in there) for word in clause.content)
    words += _EXACT * bool(_ABLE & there & frozenset(clause.words))
    return words + sum(any(same(q, h) for h in known.quantities) for q in clause.quantities)
