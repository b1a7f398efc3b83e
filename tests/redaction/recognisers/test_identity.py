from collections.abc import Callable

import pytest

from redaction.recognisers.identity import find

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
    ("44051401359 is my pesel", [("NATIONAL_ID", "44051401359")]),
    ("85.07.30-033.28", [("NATIONAL_ID", "85.07.30-033.28")]),
    ("756.9217.0769.85", [("NATIONAL_ID", "756.9217.0769.85")]),
    ("131052-308T", [("NATIONAL_ID", "131052-308T")]),
    ("RSSMRA85T10A562S", [("NATIONAL_ID", "RSSMRA85T10A562S")]),
    ("Steuer-ID 86095742719", [("NATIONAL_ID", "86095742719")]),
    ("S1234567D", [("NATIONAL_ID", "S1234567D")]),
    ("MORGA657054SM9IJ", [("LICENCE", "MORGA657054SM9IJ")]),
    ("SSN078051120", [("SSN", "078051120")]),
    ("insurance policy #88291-LK", [("ACCOUNT", "88291-LK")]),
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
    "44051401358 points",
    "85.07.30-033.29",
    "756.9217.0769.84",
    "131052-308U",
    "RSSMRA85T10A562T",
    "S1234567A",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []


def test_ids_of_countries_that_are_not_wanted_stay() -> None:
    found = [each.kind for each in find("131052-308T, 85.07.30-033.28", ("BE",))]
    assert found == ["NATIONAL_ID"]


def test_words_tell_an_id_of_any_country() -> None:
    assert [each.kind for each in find("passport number C01X00T47", ())] == ["PASSPORT"]
