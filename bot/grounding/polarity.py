"""What a claim denies and a statement asserts, or the other way round.

A denial counts with what it denies: "not accepted" denies no more than "refused", and "a currency
that you don't hold" denies nothing of the sentence.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.grounding.counts import same
from bot.grounding.lexicon import AUXILIARY, LIGHT, against, holds, stem, stems_of
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

_MUCH = 1.1
_EXACT = 0.05
"""What the very word counts beside one that means the same."""

_BARRING = stems_of("unless until without before except")
_EXCEPT, _UNLESS = stem("except"), stem("unless")
_PAYING = stems_of("pay charge cost bill fee")
_FREE = frozenset({"free", "limitless"})

Ways = Mapping[tuple[float, int], set[int]]


def negated(
    clauses: Sequence[Piece], statement: Statement, whole: Sequence[Piece] = ()
) -> Iterator[Reason]:
    """Clauses that deny what the statement asserts, or the other way round.

    Args:
        clauses: A piece of a claim, cut fine.
        statement: What it is held to.
        whole: The whole claim, cut fine.
    """
    only = any(_ONLY in each.words and not each.negations for each in clauses)
    if _turned_about(clauses, whole, statement):
        yield Reason(Fault.NEGATION, _UNLESS)
        return
    for clause in clauses:
        listed = clause is not clauses[-1] and len(clause.words) <= 3 and not clause.negations
        if not clause.quantities and (not clause.content or listed):
            continue  # "brake pads, chains and tyres are not covered"
        when = _WHEN & set(clause.words[:1]) and not _WHEN & statement.words
        if when and clause.negations % 2 == 0 and not statement.denied_label:
            continue  # what is denied is said of what follows
        ways = _ways(clause, statement, whole)
        if not ways or max(ways)[0] <= 0:
            continue
        told = ways[max(ways)]
        if clause.negations:
            told = told | _told_elsewhere(clause, statement, ways, only=only)
        if 0 not in told and not _alike_otherwise(clause, whole, statement):
            yield Reason(Fault.NEGATION)
            return


def _ways(clause: Piece, statement: Statement, whole: Sequence[Piece]) -> Ways:
    """By how much of a clause each run of clauses has: 1 where one of the two denies it, else 0."""
    aside = frozenset(w for each in whole for w in _denied(each)) - frozenset(_denied(clause))
    ways: dict[tuple[float, int], set[int]] = {}
    for first in range(len(statement.clauses)):
        for last in range(first + 1, min(len(statement.clauses), first + 3) + 1):
            cut = _unbracketed(statement.clauses[first:last], clause)
            run = joined(cut)
            found = ways.setdefault((_shared(clause, run), first - last), set())
            apart = bool(statement.denied_label & frozenset(clause.words)) - _by_the_way(
                run, clause
            )
            apart += polarity(run, clause) - polarity(clause, run)
            told_apart = sum(word in aside and word not in clause.words for word in _denied(run))
            found |= {apart % 2, (apart - told_apart) % 2}
            near = statement.clauses if clause.words[:1] == ("nor",) else cut
            denied_there = clause.negations % 2 and any(each.negations % 2 for each in near)
            if denied_there:
                found.add(0)
    return ways


def _unbracketed(cut: Sequence[Piece], clause: Piece) -> Sequence[Piece]:
    """Clauses without those in between that deny what another doesn't speak of: (not included)."""
    said = frozenset(clause.words)
    return [
        each
        for place, each in enumerate(cut)
        if not each.negations
        or place in (0, len(cut) - 1)
        or not each.content
        or any(holds(said, word) for word in each.content)
    ]


def _told_elsewhere(clause: Piece, statement: Statement, ways: Ways, *, only: bool) -> set[int]:
    """How what a clause denies stands in other parts of the statement.

    Where its very words stand, their clauses count. What is denied in other words may be told by a
    longer or a shorter part, or by a verb that refuses.
    """
    best = max(ways)[0]
    held = _where_denied(clause, statement)
    if held:
        held = [each for each in held if _shared(clause, each) > best - _MUCH]
        told = {(polarity(each, clause) - polarity(clause, each)) % 2 for each in held}
        return told | ({0} if only and any(_ONLY in each.words for each in held) else set())
    told = {way for key, each in ways.items() if key[0] >= best - 1 > 0 for way in each}
    return told | ({0} if statement.words & _REFUSING else set())


def _alike_otherwise(clause: Piece, whole: Sequence[Piece], statement: Statement) -> bool:
    """Whether a clause and the statement say the same, though only one of them denies it."""
    return (
        _free(clause, statement)
        or _excepted(clause, statement)
        or _exclusive(clause, whole, statement)
    )


def _exclusive(clause: Piece, whole: Sequence[Piece], statement: Statement) -> bool:
    """Whether a claim tells as "not unless", "not until" or "not without" what may be only so."""
    if not clause.negations or not _barred(whole or (clause,)):
        return False
    return any(_ONLY in each.words and not each.negations for each in statement.clauses)


def _turned_about(clauses: Sequence[Piece], whole: Sequence[Piece], statement: Statement) -> bool:
    """Whether a claim tells as "unless" what is so only if."""
    if not any(_UNLESS in each.words for each in clauses) or _ONLY not in statement.words:
        return False
    denied = any(each.negations or _REFUSING & set(each.words) for each in whole)
    return not denied and not any(each.negations for each in statement.clauses)


def _barred(cut: Sequence[Piece]) -> bool:
    words = [word for each in cut for word in each.words]
    without = words.count("without")
    denied = sum(word in NEGATIONS for word in words) - without
    return denied > 0 and not _BARRING.isdisjoint(words)


def _excepted(clause: Piece, statement: Statement) -> bool:
    """Whether a clause tells of what the statement takes out: all but single-use cards."""
    said = frozenset(clause.words)
    if bool(clause.negations % 2) == any(each.negations % 2 for each in statement.clauses):
        return False
    for each in statement.clauses:
        named = [word for word in each.content if word != _EXCEPT]
        counted = all(any(same(q, h) for h in clause.quantities) for q in each.quantities)
        taken_out = _EXCEPT in each.words[:2] and (named or each.quantities) and counted
        if taken_out and all(holds(said, word) for word in named):
            return True
    return False


def _free(clause: Piece, statement: Statement) -> bool:
    """Whether a clause denies a price where the statement says that something is free."""
    if not clause.negations or not _PAYING & frozenset(clause.words):
        return False
    said = clause.content - _PAYING
    for each in statement.pieces:
        shared = sum(holds(frozenset(each.words), word) for word in said)
        if 2 * shared >= len(said) and any(q.unit in _FREE for q, _ in each.quantities):
            return True
    return False


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
        if against(denied_word) & known - words and not holds(known, denied_word):
            count -= 1
    return count


def opposites(claim: Piece, statement: Statement) -> Iterator[Reason]:
    """Words of a claim whose opposite stands in the statement, unless one of the two is denied."""
    known = statement.words | statement.context
    ours = frozenset(_denied(claim))
    theirs = frozenset(w for clause in statement.clauses for w in _denied(clause))
    for word in sorted(set(claim.words) - known):
        others = against(word) & statement.words - set(claim.words)
        if others and (word in ours) == bool(others & theirs):
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
