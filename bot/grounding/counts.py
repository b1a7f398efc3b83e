"""Numbers of a claim held to those of a statement: the same, bound alike, about the same things."""

from collections.abc import Iterator
from itertools import pairwise

from bot.grounding.lexicon import holds, stems_of
from bot.grounding.pieces import Piece, content, joined
from bot.grounding.quantities import Quantity
from bot.grounding.statement import Statement
from bot.grounding.verdict import Fault, Reason

_PRICES = ("gbp", "eur", "usd", "cents", "chf", "jpy", "percent", "free", "limitless")
_GROUPS = (
    dict.fromkeys(_PRICES, "price")
    | dict.fromkeys(("time", "months", "working time", "working months"), "duration")
    | dict.fromkeys(("a time", "a months", "a working time"), "period")
    | dict.fromkeys(("", "times"), "count")
)
_WITHOUT = stems_of("without")
_VERBS = stems_of("is are was were be")
_LIMITED = stems_of("limit most maximum max only")
_UNBOUNDED = frozenset({"period", "free", "limitless", "needless", "clock", "th", "phone"})
_OTHER_SIDES = ({"after", "before"}, {"after", "most"})
_PREPOSITIONS = frozenset("from at in on with for above below after by to and".split())

Bounded = tuple[Quantity, str]


def counted(claim: Piece, statement: Statement) -> int:
    """How many of a claim's numbers the statement has itself, periods apart."""
    own = joined(statement.pieces).quantities
    told = [q for q in claim.quantities if _group(q[0]) != "period"]
    return sum(any(same(q, h) and _group(h[0]) != "period" for h in own) for q in told)


def _group(quantity: Quantity) -> str:
    return _GROUPS.get(quantity.unit, quantity.unit)


def same(claimed: Bounded, known: Bounded) -> bool:
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


def holding(claim: Piece, statement: Statement) -> tuple[Piece, list[Quantity]]:
    """The shortest run of pieces with most of a claim's quantities, and those that none has."""
    cut = statement.pieces if claim.quantities else statement.clauses
    best, missing = Piece(()), [quantity for quantity, _ in claim.quantities]
    best_key = (-99, 0.0, 0.0)
    content = claim.content
    for first in range(len(cut)):
        for last in range(first + 1, min(len(cut), first + 5) + 1):
            run = joined(cut[first:last])
            have = run.quantities + statement.context_quantities
            spared = _WITHOUT & set(run.words)
            absent = [
                q
                for q, way in claim.quantities
                if not any(same((q, way), h) for h in have)
                and not (spared and q.unit == "needless")
            ]
            shared = sum(holds(frozenset(run.words), word) for word in content)
            length = float(last - first)
            key = (-len(absent), -length, shared) if claim.quantities else (0, shared, -length)
            if key > best_key:
                best_key, best, missing = key, run, absent
    return best, missing


def bounds(claim: Piece, held: Piece, known: frozenset[str]) -> Iterator[Reason]:
    """Numbers that are a bound of another kind, or one where the statement has none."""
    for quantity, way in claim.quantities:
        sides = {h[1] for h in held.quantities if same((quantity, way), h)} - {""}
        if sides and all({way, side} in _OTHER_SIDES for side in sides):
            yield Reason(Fault.BOUND, quantity.raw)
            continue
        if _group(quantity) in _UNBOUNDED or quantity.low != quantity.high:
            continue
        alike = [h for h in held.quantities if same((quantity, way), h)]
        ways = {h[1] for h in alike}
        if any(h[0].key != quantity.key and h[0].low != h[0].high for h in alike) or not alike:
            continue
        limits = known & _LIMITED or "most" in ways or quantity.unit not in ("", "times")
        if "ahead" in {way, *ways} and {way, *ways} & {"least", "most"}:
            yield Reason(Fault.BOUND, quantity.raw)
            continue
        if (way == "least") != ("least" in ways) or (way == "most" and not limits):
            yield Reason(Fault.BOUND, quantity.raw)


def paired(claim: Piece, statement: Statement) -> Iterator[Reason]:
    """Two numbers of a claim that stand together, where the statement pairs one with another."""
    quantities = claim.quantities
    own = joined(statement.pieces).quantities
    if len(quantities) > 1 and not any(same(q, h) for q in quantities for h in own):
        yield Reason(Fault.BINDING, quantities[0][0].raw)
        return
    for one in quantities:
        homes = [p for p in statement.pieces if any(same(one, h) for h in p.quantities)]
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
        if same(one, known) and _group(follows[0]) == "period":
            return not same(other, follows)
    return False


def _rivals(quantity: Bounded, home: Piece) -> bool:
    """Whether a piece has another quantity of the kind, and not this one."""
    alike = [h for h in home.quantities if _group(h[0]) == _group(quantity[0])]
    return bool(alike) and not any(same(quantity, h) for h in alike)


def bound_to(claim: Piece, held: Piece, statement: Statement) -> Iterator[Reason]:
    """Words of a claim that stand with another number of the kind, not with its own."""
    own = frozenset(held.words)
    if (
        not content(held.words[: held.opening]) or held.words[0] in _PREPOSITIONS
    ) and not _VERBS & own:  # "and 36 hours with …" shares its subject
        for piece in statement.pieces:
            own |= frozenset(piece.words[: piece.opening])
            if piece.quantities:
                break
    words = claim.words
    shared_after = words[words.index("both") + 1 :] if "both" in words else ()
    for word in claim.content - frozenset(shared_after):
        if holds(own, word):
            continue
        shared = sum(word in each.words for each in statement.rivals) > 1  # what rows are about
        rows = () if shared and word in statement.above else statement.rivals
        for other in (*statement.pieces, *rows):
            rival = any(_rivals(q, other) for q in claim.quantities if q not in other.quantities)
            if rival and word in other.words:
                yield Reason(Fault.BINDING, word)
                return
