from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("exp is 12/28 then 449, house 17", [("EXPIRY", "12/28"), ("CVV", "449")]),
    ("268 and expiry 07/28, charge it", [("CVV", "268"), ("EXPIRY", "07/28")]),
    ("expiry 04/29 and 300 points left", [("EXPIRY", "04/29")]),
    ("the card is good until 08/30", [("EXPIRY", "08/30")]),
    ("expiring 1/26", [("EXPIRY", "1/26")]),
    ("caduca el 02/29", [("EXPIRY", "02/29")]),
    ("telephone banking pin 93 71 24", [("PIN", "93 71 24")]),
    (
        "4532-0151-1283-0366 / 02/29 / 884",
        [("CARD", "4532-0151-1283-0366"), ("EXPIRY", "02/29"), ("CVV", "/ 884")],
    ),
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
    ("cvv123", [("CVV", "123")]),
    ("cvv019", [("CVV", "019")]),
    ("cw 019 for the visa", [("CVV", "019")]),
    ("the 3 on the back are 914", [("CVV", "914")]),
    ("last three on reverse 019", [("CVV", "019")]),
    ("the little number behind the card is 551", [("CVV", "551")]),
    ("my sec. code: 737", [("CVV", "737")]),
    ("code 737 on back", [("CVV", "737")]),
    ("cvc: o19", [("CVV", "o19")]),
    ("cvv_code=737", [("CVV", "737")]),
    ("card_cvv=737", [("CVV", "737")]),
    ('"securityCode":"737"', [("CVV", "737")]),
    *[
        (
            f"4111111111111111{rest}",
            [("CARD", "4111111111111111"), ("EXPIRY", date), ("CVV", "123")],
        )
        for rest, date in (
            (":07:29:123", "07:29"),
            ("/07/29/123", "07/29"),
            (" exp 7/29 sec 123", "7/29"),
            (" 7/29 and 123", "7/29"),
        )
    ],
    ("exp0729", [("EXPIRY", "0729")]),
    ("card expires august 2027", [("EXPIRY", "august 2027")]),
    ("pin4932", [("PIN", "4932")]),
    ("my p.i.n. is 4932", [("PIN", "4932")]),
    ("secret number 4932", [("PIN", "4932")]),
    ("user_pin=4932", [("PIN", "4932")]),
    ("pin_code: 4932", [("PIN", "4932")]),
]

NEAR_MISSES = [
    "the card runs out and 300 points are left",
    "paid 268 and expiry is next year",
    "the lease is good until 08/30",
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
    "cw 019 is on my list",
    "the 3 on the back are broken",
    "the last three on the front page",
    "discount code 737 on the site",
    "exported 0729 rows",
    "the offer expires august 2027",
    "my card expires soon",
    "shipping4932",
    "the secret number of stars",
    "cvv2 and cvc2",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
