"""Holds one piece of a sentence to one statement of a passage, and says what doesn't fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from bot.grounding.lexicon import AUXILIARY, FAINT, LIGHT, OPPOSITE, SAME, groups_of, stem
from bot.grounding.quantities import Quantity
from bot.grounding.statements import Piece, Statement, content, joined
from bot.grounding.verdict import Fault, Reason

_PRICES = ("gbp", "eur", "usd", "cents", "chf", "jpy", "percent", "free", "limitless")
_GROUPS = (
    dict.fromkeys(_PRICES, "price")
    | dict.fromkeys(("time", "months", "working time", "working months"), "duration")
    | dict.fromkeys(("a time", "a months", "a working time"), "period")
    | dict.fromkeys(("", "times"), "count")
)


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


_CUES = tuple(
    _stems(words)
    for words in (
        "only",
        "unless",
        "even",
        "every all any whoever however whatever",
        "except",
        "both",
    )
)
_LIMITS = _stems("limit most maximum max")
_UNBOUNDED = frozenset({"period", "free", "limitless", "needless", "clock", "th", "phone"})
_PREPOSITIONS = frozenset("from at in on with for above below after by to and".split())
_THAN = stem("than")
_MUST = stem("must")
_MAY = _stems("can may")
_PIVOTS = _stems("before after than to into from as until instead then")

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
    held, missing = _holding(claim, statement)
    faults = [Reason(Fault.NUMBER, quantity.raw) for quantity in missing]
    if not missing:
        faults += _bounds(claim, held, statement.words | statement.context)
        faults += _paired(claim, statement)
        faults += _bound_to(claim, held, statement)
    faults += _cues(claim, held, statement)
    faults += _negated(clauses, statement)
    faults += _denied(clauses, statement.words | statement.above)
    known = statement.words | statement.context
    faults += _named(called, claim, statement)
    for word in sorted(set(claim.words) - known):
        if OPPOSITE.get(word, frozenset()) & (frozenset(statement.words) - set(claim.words)):
            faults.append(Reason(Fault.OPPOSITE, word))
    claimed = content(claim.words)
    new = [word for word in claimed if not _holds(known, word)]
    own = sum(_holds(statement.words, word) for word in claimed)
    faint = {w for w in claim.words if w in FAINT and w in LIGHT and not _holds(known, w)}
    total = len(new) + _FAINT_NOVELTY * len(faint)
    faults += (Reason(Fault.BINDING, word) for word in new if word in subjects)
    if total > _ALLOWED_NOVELTY:
        faults.append(Reason(Fault.WORDS, " ".join([*new, *sorted(faint)])))
    elif own + _counted(claim, statement) < _OWN_SHARE * len(claimed):
        faults.append(Reason(Fault.WORDS, " ".join(claimed)))
    cost = sum(_WEIGHT.get(reason.fault, 1.0) for reason in faults) + total
    return Fit(tuple(faults), cost + _CONTEXT_COST * (len(claimed) - own))


def _counted(claim: Piece, statement: Statement) -> int:
    """How many of a claim's numbers the statement has itself, periods apart."""
    own = joined(statement.pieces).quantities
    told = [q for q in claim.quantities if _group(q[0]) != "period"]
    return sum(any(_same(q, h) and _group(h[0]) != "period" for h in own) for q in told)


def _holds(words: frozenset[str], word: str) -> bool:
    return word in words or bool(SAME.get(word, frozenset()) & groups_of(words))


def _group(quantity: Quantity) -> str:
    return _GROUPS.get(quantity.unit, quantity.unit)


Bounded = tuple[Quantity, str]


def _same(claimed: Bounded, known: Bounded) -> bool:
    """Whether a passage's quantity is what a claim says; one end of a range with its bound is."""
    one, other = claimed[0], known[0]
    if one.key == other.key:
        return True
    units = {one.unit, other.unit}
    if (one.low, one.high) == (other.low, other.high):
        if units in ({"", "times"}, {"", "th"}):
            return True
        for plain in ("time", "months", "working time"):
            if units == {plain, f"a {plain}"}:  # a month, 1 month; not 30 days, 24 hours
                return one.raw.split()[-1].rstrip("s") == other.raw.split()[-1].rstrip("s")
    if other.low != other.high and one.low == one.high and one.unit == other.unit:
        ends = {"least": other.low, "most": other.high}
        return ends.get(claimed[1]) == one.low
    return False


def _holding(claim: Piece, statement: Statement) -> tuple[Piece, list[Quantity]]:
    """The shortest run of pieces with most of a claim's quantities, and those that none has."""
    cut = statement.pieces if claim.quantities else statement.clauses
    best, missing = Piece(()), [quantity for quantity, _ in claim.quantities]
    best_key = (-99, 0.0, 0.0)
    content = claim.content
    for first in range(len(cut)):
        for last in range(first + 1, min(len(cut), first + 5) + 1):
            run = joined(cut[first:last])
            have = run.quantities + statement.context_quantities
            absent = [q for q, way in claim.quantities if not any(_same((q, way), h) for h in have)]
            shared = sum(_holds(frozenset(run.words), word) for word in content)
            length = float(last - first)
            key = (-len(absent), -length, shared) if claim.quantities else (0, shared, -length)
            if key > best_key:
                best_key, best, missing = key, run, absent
    return best, missing


def _bounds(claim: Piece, held: Piece, known: frozenset[str]) -> Iterator[Reason]:
    for quantity, way in claim.quantities:
        if _group(quantity) in _UNBOUNDED or quantity.low != quantity.high:
            continue
        same = [h for h in held.quantities if _same((quantity, way), h)]
        ways = {h[1] for h in same}
        if any(h[0].key != quantity.key and h[0].low != h[0].high for h in same) or not same:
            continue
        limits = known & _LIMITS or "most" in ways or quantity.unit not in ("", "times")
        if (way == "least") != ("least" in ways) or (way == "most" and not limits):
            yield Reason(Fault.BOUND, quantity.raw)


def _paired(claim: Piece, statement: Statement) -> Iterator[Reason]:
    """Two numbers of a claim that stand together, where the statement pairs one with another."""
    quantities = claim.quantities
    own = joined(statement.pieces).quantities
    if len(quantities) > 1 and not any(_same(q, h) for q in quantities for h in own):
        yield Reason(Fault.BINDING, quantities[0][0].raw)
        return
    for one in quantities:
        homes = [p for p in statement.pieces if any(_same(one, h) for h in p.quantities)]
        for other in quantities:
            if one is other or not homes or _group(one[0]) == _group(other[0]):
                continue
            if all(_rivals(other, home) or _pays_else(one, other, home) for home in homes):
                yield Reason(Fault.BINDING, f"{one[0].raw} {other[0].raw}")
                return


def _pays_else(one: Bounded, other: Bounded, home: Piece) -> bool:
    """Whether the period that follows an amount is another: £6 an hour or £48 a day."""
    if _group(other[0]) != "period":
        return False
    for known, follows in pairwise(home.quantities):
        if _same(one, known) and _group(follows[0]) == "period":
            return not _same(other, follows)
    return False


def _rivals(quantity: Bounded, home: Piece) -> bool:
    """Whether a piece has another quantity of the kind, and not this one."""
    alike = [h for h in home.quantities if _group(h[0]) == _group(quantity[0])]
    return bool(alike) and not any(_same(quantity, h) for h in alike)


def _bound_to(claim: Piece, held: Piece, statement: Statement) -> Iterator[Reason]:
    """Words of a claim that stand with another number of the kind, not with its own."""
    own = frozenset(held.words)
    if (
        not content(held.words[: held.opening]) or held.words[0] in _PREPOSITIONS
    ):  # "and 36 hours with …" shares its subject
        for piece in statement.pieces:
            own |= frozenset(piece.words[: piece.opening])
            if piece.quantities:
                break
    for word in claim.content:
        if _holds(own, word):
            continue
        for other in (*statement.pieces, *statement.rivals):
            rival = any(_rivals(q, other) for q in claim.quantities if q not in other.quantities)
            if rival and word in other.words:
                yield Reason(Fault.BINDING, word)
                return


def _named(called: frozenset[str], claim: Piece, statement: Statement) -> Iterator[Reason]:
    """Names that the statement is not about: it has none of them, or another of its heading's."""
    others = statement.words & statement.above & statement.names - set(claim.words)
    for name in sorted(called):
        if name not in statement.words and (name not in statement.above or others):
            yield Reason(Fault.NAME, name)


def _cues(claim: Piece, held: Piece, statement: Statement) -> Iterator[Reason]:
    words = frozenset(claim.words)
    known = frozenset(held.words) if held.words else statement.words
    for group in _CUES:
        if (said := words & group) and not group & statement.words:
            yield Reason(Fault.CONDITION, min(said))
    everything = _CUES[3]
    if words & everything and not known & everything and statement.words & everything:
        yield Reason(Fault.CONDITION, min(words & everything))
    for before, word in pairwise(claim.words):
        if word == _THAN and before not in LIGHT and not _holds(statement.words, before):
            yield Reason(Fault.OPPOSITE, before)
    if _MUST in words and known & _MAY and _MUST not in statement.words:
        yield Reason(Fault.CONDITION, _MUST)


def _negated(clauses: Sequence[Piece], statement: Statement) -> Iterator[Reason]:
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


def _denied(clauses: Sequence[Piece], known: frozenset[str]) -> Iterator[Reason]:
    """What is denied and stands nowhere in the statement."""
    for clause in clauses:
        for place, word in enumerate(clause.words):
            if word != "not":
                continue
            after = (w for w in clause.words[place + 1 :] if w not in AUXILIARY)
            denied = next(after, None)
            if denied is not None and not _holds(known, denied):
                yield Reason(Fault.NEGATION, denied)


def _shared(clause: Piece, known: Piece) -> float:
    """How many words and numbers of a clause another has."""
    words = sum(_holds(frozenset(known.words), word) for word in clause.content)
    return words + sum(any(_same(q, h) for h in known.quantities) for q in clause.quantities)


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


Sides = tuple[frozenset[str], frozenset[str]]


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
