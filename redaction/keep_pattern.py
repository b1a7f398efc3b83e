"""Patterns of what must stay, checked before use: bounded in cost, and not so broad as to leak.

``re`` has no time limit, so a pattern that could take long on a hostile message is refused: every
repeat needs an end, and the ways to match from one place are counted.
"""

import re
from dataclasses import dataclass

MOST_WAYS = 2000
"""Ways to match from one place that a pattern may have; a way costs some 20 ns on each place."""

MOST_CHARACTERS = 400
"""Longest text that a pattern may match."""

# A pattern that fits one of these whole would keep personal data.
_PERSONAL = (
    "Jane Miller", "Miller", "jane.miller@example.com", "jo@mail.com",
    "+447700900123", "+44 7700 900123", "07700900123", "07700 900123", "2025550143",
    "202-555-0143", "(202) 555-0143", "202 555 0143", "612345678", "612 345 678", "447700900123",
    "4930123456789", "20123456", "5550143",
    "GB33BUKB20201555555555", "GB33 BUKB 2020 1555 5555 55", "NO9386011117947",
    "BE68539007547034", "BE68 5390 0754 7034", "NL91ABNA0417164300", "DE89370400440532013000",
    "DE89 3704 0044 0532 0130 00", "CH9300762011623852957", "FR1420041010050500013M02606",
    "078-05-1120", "078 05 1120", "AB123456C", "482913", "482 913", "12/27", "12/2027",
)  # fmt: skip

_QUANTIFIER = re.compile(r"([*+?]|\{(\d*)(,?)(\d*)\})[?+]?")
_GROUP_HEAD = re.compile(r"\(\?(?:P?<[^=!][^>]*>|P=[^)]*|[:=!>]|<[=!]|[aiLmsux-]+[:)]|#[^)]*)")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


class KeepPatternError(ValueError):
    """A pattern that is no regular expression, costs too much or keeps too much."""


@dataclass(frozen=True, slots=True)
class _Cost:
    """In how many ways a part of a pattern can match, and how long its longest match is."""

    ways: int
    longest: int


def compile_keep(pattern: str) -> re.Pattern[str]:
    """The pattern, case ignored.

    Raises:
        KeepPatternError: What is wrong with it and what to write instead; without the pattern.
    """
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        raise KeepPatternError(f"is no regular expression: {error}") from error
    cost = _Reader(pattern).read()
    if cost.ways > MOST_WAYS:
        raise KeepPatternError(
            f"can match in {cost.ways} ways from one place, at most {MOST_WAYS} are allowed: "
            "give its repeats a smaller range, such as {1,8}"
        )
    if cost.longest > MOST_CHARACTERS:
        raise KeepPatternError(
            f"can match {cost.longest} characters, at most {MOST_CHARACTERS} are allowed"
        )
    if compiled.fullmatch(""):
        raise KeepPatternError("matches the empty text: ask for at least one character")
    for value in _PERSONAL:
        if compiled.fullmatch(value):
            raise KeepPatternError(
                f"would keep personal data such as {value!r}: name what your ids begin with"
            )
    return compiled


class _Reader:
    """Walks a sound pattern once and adds up its cost."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._place = 0

    def read(self) -> _Cost:
        """Cost of alternatives up to the end of the pattern or group."""
        ways = longest = 0
        one = _Cost(1, 0)
        while self._place < len(self._pattern) and self._pattern[self._place] != ")":
            if self._pattern[self._place] == "|":
                self._place += 1
                ways, longest = ways + one.ways, max(longest, one.longest)
                one = _Cost(1, 0)
                continue
            part = self._repeated(self._element())
            one = _Cost(one.ways * part.ways, one.longest + part.longest)
        return _Cost(ways + one.ways, max(longest, one.longest))

    def _element(self) -> _Cost:
        sign = self._pattern[self._place]
        if sign == "(":
            return self._group()
        if sign == "[":
            match = _CLASS.match(self._pattern, self._place)
            self._place = match.end() if match else self._place + 1
            return _Cost(1, 1)
        self._place += 2 if sign == "\\" else 1
        return _Cost(1, 1)

    def _group(self) -> _Cost:
        head = _GROUP_HEAD.match(self._pattern, self._place)
        self._place = head.end() if head else self._place + 1
        if head and head.group().endswith(")"):  # flags
            return _Cost(1, 0)
        inner = self.read()
        self._place += 1
        looks = head is not None and head.group()[-1] in "=!"
        return _Cost(inner.ways, 0 if looks else inner.longest)

    def _repeated(self, part: _Cost) -> _Cost:
        match = _QUANTIFIER.match(self._pattern, self._place)
        if match is None:
            return part
        least, most = self._range(match)
        self._place = match.end()
        if most > MOST_CHARACTERS:
            raise KeepPatternError(f"repeats {most} times, at most {MOST_CHARACTERS} are allowed")
        ways = 0
        for times in range(least, most + 1):
            ways += part.ways**times
            if ways > MOST_WAYS:  # enough to refuse; the exact number could be astronomical
                break
        return _Cost(max(ways, 1), part.longest * most)

    def _range(self, match: re.Match[str]) -> tuple[int, int]:
        sign, first, comma, last = match.groups()
        if sign == "?":
            return 0, 1
        if sign in "*+" or (comma and not last):
            raise KeepPatternError(
                f"repeats {sign!r} without an end at character {match.start() + 1}: "
                "write a range such as {1,20}"
            )
        least = int(first or 0)
        return least, int(last) if comma else least
