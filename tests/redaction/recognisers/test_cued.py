"""Every match of a cued pattern must hold one of its signs; else the pattern would never run."""

import pkgutil
import re
from importlib import import_module
from typing import Any

import pytest

from redaction import recognisers
from redaction.recognisers.cued import Cued, by_first

# The interpreter's own reader of patterns, the only one there is; type checkers don't know it.
op: Any = import_module("re._constants")
parser: Any = import_module("re._parser")

_MOST = 20_000
_GAP = "\0"
_FOUND = "\1"


def _cued(value: object) -> list[Cued]:
    if isinstance(value, Cued):
        return [value]
    if isinstance(value, tuple):
        return [each for part in value for each in _cued(part)]
    return _cued(value.cue) if hasattr(value, "cue") else []


def _all() -> list[Cued]:
    modules = [
        import_module(f"{recognisers.__name__}.{each.name}")
        for each in pkgutil.iter_modules(recognisers.__path__)
    ]
    found = [each for module in modules for value in vars(module).values() for each in _cued(value)]
    return list(dict.fromkeys(found))


def _characters(items: Any) -> list[str]:
    if all(kind is op.LITERAL for kind, _ in items) and len(items) <= 4:
        return [chr(value).lower() for _, value in items]
    return [_GAP]


def _literals(tree: Any, signs: tuple[str, ...]) -> set[str]:
    """What every match consists of, as far as it is literal; whole ways with a sign as one mark."""
    ways = {""}
    for kind, value in tree:
        parts = _of_node(kind, value, signs)
        joined = {way + part for way in ways for part in parts}
        ways = {_FOUND if any(s in way for s in (*signs, _FOUND)) else way for way in joined}
        assert len(ways) < _MOST, "too many ways to follow"
    return ways


def _of_node(kind: Any, value: Any, signs: tuple[str, ...]) -> set[str]:
    if kind in {op.LITERAL, op.IN}:
        return set(_characters([(kind, value)] if kind is op.LITERAL else value))
    if kind is op.BRANCH:
        return set().union(*(_literals(part, signs) for part in value[1]))
    if kind in {op.SUBPATTERN, op.ATOMIC_GROUP}:
        return _literals(value if kind is op.ATOMIC_GROUP else value[3], signs)
    if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
        least, most, part = value
        once = _literals(part, signs)
        if most > 1:
            return {each if each == _FOUND else each + _GAP for each in once} if least else {_GAP}
        return once if least else once | {""}
    return {""} if kind in {op.AT, op.ASSERT, op.ASSERT_NOT} else {_GAP}


@pytest.mark.parametrize("cued", _all(), ids=lambda each: each.pattern.pattern[:40])
def test_no_match_lacks_a_sign(cued: Cued) -> None:
    ways = _literals(parser.parse(cued.pattern.pattern, re.IGNORECASE), cued.signs)
    assert ways == {_FOUND}, sorted(way.replace(_GAP, "…") for way in ways - {_FOUND})[:5]


def test_a_pattern_runs_only_where_a_sign_stands() -> None:
    cued = Cued("pin|cvv", r"\b(?:pin|cvv) (\d+)")
    assert [match.group(1) for match in cued.finditer("my PIN 12, cvv 34")] == ["12", "34"]
    assert cued.search("a number 12") is None


def test_alternatives_are_grouped_by_the_letter_that_they_begin_with() -> None:
    grouped = by_first("pan[|]?|dr|pin(?:a|b)|d[ae]")
    assert grouped == "p(?:an[|]?|in(?:a|b))|d(?:r|[ae])"
    for word in ("pan|", "dr", "pinb", "de"):
        assert re.fullmatch(grouped, word)


@pytest.mark.parametrize("cues", ["pin|x?y", "(?:a|b)c", "pin|", "a*"])
def test_an_alternative_must_begin_with_a_letter(cues: str) -> None:
    with pytest.raises(ValueError, match="begin with a letter"):
        by_first(cues)
