"""Numbers that a statement doesn't have, but that follow from its own by exact arithmetic.

A customer's case has numbers of its own (a £1,000 transfer, three days), and what follows from them
(a fee of £4.50) stands in no article. Only a result that comes out to the penny passes.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from bot.grounding.lexicon import stems_of
from bot.grounding.pieces import Piece
from bot.grounding.quantities import Quantity

_MONEY = frozenset({"gbp", "eur", "usd", "chf", "jpy"})
_HUNDRED = frozenset({"eur", "usd"})
_DURATIONS = ("time", "months")
_IN_ALL = stems_of("altogether total together both sum combined overall all")
_TWICE = stems_of("return round both two couple double twice")
_APIECE = stems_of("each per every way person single")
_PLUS = stems_of("plus and add unlock start base fix")
_SUPPOSING = stems_of("if when age suppose say old")
_OLD = stems_of("old age")
_TOLERANCE = 1e-6

Bounded = tuple[Quantity, str]


def reckoned(
    missing: Sequence[Quantity], claim: Piece, known: Sequence[Bounded], words: frozenset[str]
) -> frozenset[tuple[float, float, str]]:
    """Which of the missing numbers follow, by their keys: all of them, or none.

    Args:
        missing: Numbers of a piece that the statement doesn't have.
        claim: The whole assertion, whose other numbers may be those that it is reckoned from.
        known: The statement's numbers.
        words: The statement's words.
    """
    own = [quantity for quantity, _ in claim.quantities]
    if not known or any(q.low != q.high for q in missing):
        return frozenset()
    found: set[tuple[float, float, str]] = set()
    for result in own:
        if result.low != result.high or any(result.key == each.key for each, _ in known):
            continue
        for used in _ways(result, own, known, frozenset(claim.words), words):
            found |= {result.key, *(each.key for each in used)}
            break
    found |= {q.key for q in missing if _fits(q, claim, known)}
    return frozenset(found) if {q.key for q in missing} <= found else frozenset()


def _ways(
    result: Quantity,
    own: Sequence[Quantity],
    known: Sequence[Bounded],
    said: frozenset[str],
    words: frozenset[str],
) -> Iterator[tuple[Quantity, ...]]:
    """Numbers of the claim with which a result follows from the statement's."""
    theirs = [q for q, _ in known if q.low == q.high]
    if result.unit in _MONEY:
        amounts = [_amount(q, result.unit) for q in theirs]
        prices = [each for each in amounts if each is not None]
        given = {each.key for each in theirs}
        amounts_of_case = [q for q in own if q.unit in _MONEY and q.key != result.key]
        free = all(q.key in {o.key for o in own} for q in theirs if q.unit in _MONEY)
        plain = free and sum(q.key not in given for q in amounts_of_case) == 1
        for share in (q.low / 100 for q in theirs if q.unit == "percent" and plain):
            for whole in (q for q in amounts_of_case if q.unit == result.unit):
                shares = (share, 1 - share, 1 + share)
                if any(_equal(result.low, whole.low * each) for each in shares):
                    yield (whole,)
        if said & _IN_ALL and any(
            _equal(result.low, one + other) for one, other in combinations(prices, 2)
        ):
            yield ()
        if said & _TWICE and words & _APIECE and any(_equal(result.low, 2 * p) for p in prices):
            yield ()
        yield from _by_the_unit(result, own, theirs, prices, words)
    elif result.unit == "percent" and result.low == 50:
        halves = [q for q in theirs if any(q.key == each.key for each in own)]
        if any(q.unit == h.unit and _equal(2 * h.low, q.low) for h in halves for q in theirs):
            yield ()
    yield from _rate(result, own, theirs, words)


def _by_the_unit(
    result: Quantity,
    own: Sequence[Quantity],
    theirs: Sequence[Quantity],
    prices: Sequence[float],
    words: frozenset[str],
) -> Iterator[tuple[Quantity, ...]]:
    """Price times number: three days at £14 a day, with what is charged once or is free before."""
    for many in own:
        if many.unit in _DURATIONS:
            periods = [q.low for q in theirs if q.unit == f"a {many.unit}"]
            free = [0.0, *(q.low for q in theirs if q.unit == many.unit and q.low < many.low)]
        elif many.unit == "" and many.low > 1:
            periods, free = ([1.0] if words & _APIECE else []), [0.0]
        else:
            continue
        once = [0.0, *(prices if words & _PLUS else ())]
        for period in periods:
            for spared in free:
                number = (many.low - spared) / period
                if any(
                    _equal(result.low, base + number * price) for base in once for price in prices
                ):
                    yield (many,)


def _rate(
    result: Quantity, own: Sequence[Quantity], theirs: Sequence[Quantity], words: frozenset[str]
) -> Iterator[tuple[Quantity, ...]]:
    """How often: four times a day is every six hours."""
    if result.unit not in ("times", "a time", "a months") or not words & _APIECE:
        return
    for many in (q for q in own if q.unit == "times" and q.low > 1):
        for period in (q for q in own if q.unit in ("a time", "a months")):
            dimension = period.unit.removeprefix("a ")
            for every in (q for q in theirs if q.unit in (dimension, period.unit)):
                if _equal(every.low * many.low, period.low):
                    yield many, period


def _fits(case: Quantity, claim: Piece, known: Sequence[Bounded]) -> bool:
    """Whether a number of the customer's case is on the side of a bound that the claim says."""
    said = set(claim.words)
    if "-" not in case.raw and not _SUPPOSING & said:
        return False
    unit, number = case.unit, case.low
    if said & _OLD and unit in ("", "months"):
        unit, number = "", number / 12 if unit else number
    elif unit in ("", "percent"):
        return False
    alike = [(q, way) for q, way in known if q.unit == unit]
    if not alike:
        return False
    spans = [q for q, way in alike if q.low != q.high]
    if spans:
        return len(alike) == len(spans) == 1 and spans[0].low <= number <= spans[0].high
    return all(
        number < q.low if way == "most" else number > q.low
        for q, way in alike
        if way in ("most", "least")
    ) and any(way in ("most", "least") for _, way in alike)


def _amount(quantity: Quantity, unit: str) -> float | None:
    if quantity.unit == unit:
        return quantity.low
    return quantity.low / 100 if quantity.unit == "cents" and unit in _HUNDRED else None


def _equal(one: float, other: float) -> bool:
    return abs(one - other) < _TOLERANCE
