from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("my ssn is 123-45-6789", [("SSN", "123-45-6789")]),
    ("social security number 123456789", [("SSN", "123456789")]),
    ("NINO AB123456C", [("NATIONAL_ID", "AB123456C")]),
    ("AB 12 34 56 C", [("NATIONAL_ID", "AB 12 34 56 C")]),
    ("passport number 533380006", [("PASSPORT", "533380006")]),
    ("driving licence MORGA657054SM9IJ", [("LICENCE", "MORGA657054SM9IJ")]),
    ("NHS number 943 476 5919", [("HEALTH_ID", "943 476 5919")]),
    ("DNI 12345678Z", [("NATIONAL_ID", "12345678Z")]),
    ("cpf 529.982.247-25", [("NATIONAL_ID", "529.982.247-25")]),
    ("1EG4-TE5-MK73", [("HEALTH_ID", "1EG4-TE5-MK73")]),
    ("ni number QQ 12 34 56 C", [("NATIONAL_ID", "QQ 12 34 56 C")]),
]

NEAR_MISSES = [
    "000-12-3456",
    "12345678A",
    "my passport expired",
    "do you need my driving licence?",
    "529.982.247-26",
    "passport or id card",
    "national insurance question",
    "order 123-45-67890",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
