from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("cvv 123", [("CVV", "123")]),
    ("415 cvv", [("CVV", "415")]),
    ("Sicherheitscode: 512", [("CVV", "512")]),
    ("le cryptogramme visuel est 834", [("CVV", "834")]),
    ("mi código de seguridad es 227", [("CVV", "227")]),
    ("gültig bis 08/27", [("EXPIRY", "08/27")]),
    ("mon code secret est 4821", [("PIN", "4821")]),
    ("mijn pincode is 7193", [("PIN", "7193")]),
    ("my CVC is: 4321.", [("CVV", "4321")]),
    ("security code 987", [("CVV", "987")]),
    ("the three digits on the back are 456", [("CVV", "456")]),
    ("123 is my cvv", [("CVV", "123")]),
    (
        "4111 1111 1111 1111 12/27 123",
        [("CARD", "4111 1111 1111 1111"), ("EXPIRY", "12/27"), ("CVV", "123")],
    ),
    ("expiry date 03/2028", [("EXPIRY", "03/2028")]),
    ("my card expires 11/27", [("EXPIRY", "11/27")]),
    ("valid thru 01/29", [("EXPIRY", "01/29")]),
    ("my pin is 4821", [("PIN", "4821")]),
    ("PIN: 0000", [("PIN", "0000")]),
    ("changed my pin from 1234 to 9876", [("PIN", "1234"), ("PIN", "9876")]),
    ("5512 is my pin", [("PIN", "5512")]),
    ("passcode 482913", [("PIN", "482913")]),
    ("my pin is four eight two one", [("PIN", "four eight two one")]),
    ("security code on the back 332", [("CVV", "332")]),
    ("they asked for my pin so I gave 4417", [("PIN", "4417")]),
    ("exp: 1027 cvc 737", [("EXPIRY", "1027"), ("CVV", "737")]),
    (
        "%B4111111111111111^DOE/J^27121010000000000000?",
        [("CARD", "4111111111111111"), ("CVV", "DOE/J^27121010000000000000")],
    ),
]

NEAR_MISSES = [
    "my pin is blocked",
    "change my PIN",
    "passcode not working",
    "I entered my PIN 3 times",
    "my pin has 4 digits",
    "is the CVV 3 digits long?",
    "what is a cvv",
    "the offer expires 12/26",
    "expiry date of my card?",
    "PIN 12",
    "I tried the pin twice in 2023",
    "my card expires next month",
    "the security code is wrong",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
