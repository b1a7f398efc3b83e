from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("dob 12/03/1984", [("DOB", "12/03/1984")]),
    ("I was born on 3 March 1990", [("DOB", "3 March 1990")]),
    ("date of birth: 1984-03-12", [("DOB", "1984-03-12")]),
    ("geboren am 12.03.1984", [("DOB", "12.03.1984")]),
]

NEAR_MISSES = [
    "on 12/03/2024 I paid",
    "my birthday is soon",
    "I was born in Leeds",
    "since 1990",
    "the transfer of 3 March 2024",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
