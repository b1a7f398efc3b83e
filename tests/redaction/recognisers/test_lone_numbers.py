from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("cashpoint won't accept 4402, that's my PIN!", [("PIN", "4402")]),
    ("the PIN they posted me reads like 7731", [("PIN", "7731")]),
    ("cvc? I have 557 there", [("CVV", "557")]),
    ("enter 30194 it says, the otp expired", [("CODE", "30194")]),
    ("your two-factor thing: 118 204", [("CODE", "118 204")]),
]

NEAR_MISSES = [
    "my pin stopped working in 2024",
    "forgot the pin of the card ending 4421",
    "pin blocked, I paid 5000 at the till",
    "error 5012 after I typed the pin",
    "wrong pin 3 times",
    "order 4402 and a pin question",
    "otp never came, ticket 884213",
    "room 404 has no cvv reader",
    "pin tries: 1200 or 1300",
    "I waited 1500 seconds for the otp? no, £1500",
    "pin it on 1234 boards",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
