from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("mi móvil es 612 345 678", [("PHONE", "612 345 678")]),
    ("+44 7700 900123", [("PHONE", "+44 7700 900123")]),
    ("call me on 07700 900123", [("PHONE", "07700 900123")]),
    ("my number is 555-0123-88", [("PHONE", "555-0123-88")]),
    ("(020) 7946 0018", [("PHONE", "(020) 7946 0018")]),
    ("reach me at +1 (212) 555-0123", [("PHONE", "+1 (212) 555-0123")]),
    ("07911123456", [("PHONE", "07911123456")]),
    ("+49 30 901820", [("PHONE", "+49 30 901820")]),
    ("0049 30 901820", [("PHONE", "0049 30 901820")]),
    ("phone: 655 437 108", [("PHONE", "655 437 108")]),
]

NEAR_MISSES = [
    "order 07911123456",
    "1 200 000 euros",
    "12/03/2024",
    "2024-01-15",
    "I paid 1500",
    "version 10.2.3.4",
    "from 2019-2023",
    "call me in 10 minutes",
    "ref 020 7946 0018",
    "10:30-11:45",
    "0.00012345678",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
