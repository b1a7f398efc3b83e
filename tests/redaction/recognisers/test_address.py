import time
from collections.abc import Callable

import pytest

from redaction.recognisers import address

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("we live at 7 The Old Maltings", [("ADDRESS", "7 The Old Maltings")]),
    ("I live at 12 High Street, London SW1A 1AA", [("ADDRESS", "12 High Street, London SW1A 1AA")]),
    (
        "742 Evergreen Terrace, Springfield, OR 97403",
        [("ADDRESS", "742 Evergreen Terrace, Springfield, OR 97403")],
    ),
    ("Musterstraße 12, 10115 Berlin", [("ADDRESS", "Musterstraße 12, 10115 Berlin")]),
    ("12 rue de la Paix, 75002 Paris", [("ADDRESS", "12 rue de la Paix, 75002 Paris")]),
    ("Meet me at 25615 Tawastinkuja 72 Apt. 4", [("ADDRESS", "25615 Tawastinkuja 72 Apt. 4")]),
    (
        "4419 Trg Slobode 17\nSuite 3\nCelje\nSlovenia 30101",
        [("ADDRESS", "4419 Trg Slobode 17\nSuite 3\nCelje\nSlovenia 30101")],
    ),
    ("send it to Rákóczi út 13", [("ADDRESS", "Rákóczi út 13")]),
    ("ul. Długa 10/4, Kraków", [("ADDRESS", "ul. Długa 10/4, Kraków")]),
    (
        "I am on the corner of Elm Street and Baker Row",
        [("ADDRESS", "the corner of Elm Street and Baker Row")],
    ),
    ("12 High Street\nUnited Kingdom", [("ADDRESS", "12 High Street\nUnited Kingdom")]),
    ("PO Box 1234", [("ADDRESS", "PO Box 1234")]),
    ("Am Alten Weg 5", [("ADDRESS", "Am Alten Weg 5")]),
    ("12-Hafenstraße 5", [("ADDRESS", "Hafenstraße 5")]),
    ("Karl-Marx-Allee 7 please", [("ADDRESS", "Karl-Marx-Allee 7")]),
    ("postcode M1 1AE", [("POSTCODE", "M1 1AE")]),
    ("zip 90210", [("POSTCODE", "90210")]),
    ("EC1A 1BB", [("POSTCODE", "EC1A 1BB")]),
]

NEAR_MISSES = [
    "it costs 5847, is there a way to pay later",
    "number 44 is the right place to ask",
    "is 2 the right approach",
    "5 working days",
    "2 cards in the drawer",
    "I waited 3 weeks on the way",
    "on the street",
    "24 hour road side help",
    "1 way to pay",
    "what is my zip code",
    "During 1980 I moved",
    "article A12 3",
    "10 pounds a place",
    "I made 3 payments this way",
    "between 120 March 2024 and 130 April 2025",
    "100 Euro 50",
    "500 Galaxy 24",
    "delivered to Spain on 12 May 2024",
    "around the corner of the shop and back",
    "United 12 times",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []


@pytest.mark.parametrize("unit", ["A1-", "AB1-", "Ab cd Ef 1", "Ab-str. 1 "])
def test_4000_hostile_characters_cost_little(unit: str) -> None:
    started = time.process_time()
    list(address.find((unit * 4000)[:4000]))
    assert time.process_time() - started < 0.1
