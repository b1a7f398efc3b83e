from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("cashpoint won't accept 4402, that's my PIN!", [("PIN", "4402")]),
    ("the PIN they posted me reads like 7731", [("PIN", "7731")]),
    ("cvc? I have 557 there", [("CVV", "557")]),
    ("enter 30194 it says, the otp expired", [("CODE", "30194")]),
    ("your two-factor thing: 118 204", [("CODE", "118 204")]),
    ("it wants the small number on the reverse, mine says 884", [("CVV", "884")]),
    ("three digits: 7 2 4", [("CVV", "7 2 4")]),
    ("typed the 3 number thingy 478 off the back", [("CVV", "478")]),
    ("which are the four digits for the ATM, 5093?", [("PIN", "5093")]),
    ("p i n 8121", [("PIN", "8121")]),
    ("el código que me llegó es 129834", [("CODE", "129834")]),
    ("557201 was texted to me", [("CODE", "557201")]),
    ("the app rejected my code again, 90 45 12", [("CODE", "90 45 12")]),
    ("pin blocked after 4402 7731 and 9054", [("PIN", "4402"), ("PIN", "7731"), ("PIN", "9054")]),
    ("the pin has six digits? 440277 for me", [("PIN", "440277")]),
    ("keeps entering 1936 and the pin is refused", [("PIN", "1936")]),
    ("he asked me for the digits you sent, 557201", [("CODE", "557201")]),
    ("557201 came through by itself", [("CODE", "557201")]),
    ("phone says 118204, not 118205, for the otp", [("CODE", "118204"), ("CODE", "118205")]),
    ("los tres números de atrás son 582", [("CVV", "582")]),
    ("meine Kartenprüfziffer, 582, klappt nicht", [("CVV", "582")]),
    ("min pinkod är 5824", [("PIN", "5824")]),
    ("my pim is 5824", [("PIN", "5824")]),
    ("mon mdp c'est Bretagne71", [("PASSWORD", "Bretagne71")]),
    ("my pasword marmite is refused", [("PASSWORD", "marmite")]),
    ('my passphrase: "seven tall boats"', [("PASSWORD", "seven tall boats")]),
    ("could you sign me in? use Snowdrop!44.", [("PASSWORD", "Snowdrop!44")]),
    ("You sent 582913, it says invalid", [("CODE", "582913")]),
    ("doğrulama kodu 582913", [("CODE", "582913")]),
    ("I've typed in 582913 six times", [("CODE", "582913")]),
    ("my password, which is cathedral, got leaked", [("PASSWORD", "cathedral")]),
    ("kart pinim 5824 bloke", [("PIN", "5824")]),
    ("pin 5824, cvv 913, the rest you have", [("PIN", "5824"), ("CVV", "913")]),
    ("pins 5824 and 5842", [("PIN", "5824"), ("PIN", "5842")]),
    ("it's still Fluffy!2019, isn't it?", [("PASSWORD", "Fluffy!2019")]),
    ("i type bluebird77 to get in and nothing happens", [("PASSWORD", "bluebird77")]),
    (
        "ich habe es von Hund11 auf Hund12 geändert",
        [("PASSWORD", "Hund11"), ("PASSWORD", "Hund12")],
    ),
    ("my app password is qmzd tuvk rwpa xkle", [("PASSWORD", "qmzd tuvk rwpa xkle")]),
    ("the robot read 4, 0, 9, 1, 1, 7 for the code", [("CODE", "4, 0, 9, 1, 1, 7")]),
    ("passphrase: four small marmots", [("PASSWORD", "four small marmots")]),
]

NEAR_MISSES = [
    "use daylight and avoid glare",
    "intents: [cancel_transfer, change_pin]",
    "someone else used my card",
    "high-cash-2 says where the cash went",
    "3f6c1a52-9d2e-4c11-8a55-6b0f1d7e9c3a is the id that you said",
    "can i use my nickname as password",
    "4821",
    "Fluffy2011",
    "password for invoice_2024.pdf please",
    "your text came from 60777, is that really you?",
    "three numbers in the app are different: 310, 298 and 305",
    "since 2019 my pin has never failed",
    "at 1430 my pin got blocked",
    "meine PIN wurde 2023 geändert",
    "Bestellung 448120 und mein Passwort geht nicht",
    "J'ai payé 1250 avec ma carte et mon code",
    "card ending 4821 pin not working",
    "use code SAVE20 at the checkout",
    "you will pass a library on the left",
    "I used to know my password",
    "your message said 129 would be refunded",
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
    "the three digits on the back of my ticket are 884",
    "there is a number on the label at the back, 884",
    "the promo code I got by text, 448812, is wrong",
    "error code 5012 came after I entered it",
    "the cash machine gave me 1500 twice",
    "my cvv worked and it took 300",
    "a pin has 1000 combinations",
    "the branch does pins until 1730",
    "to log in I typed my member number, 118204",
    "557201 is the meter reading, I sent it by text",
    "security code was fine but 640 left my account",
    "my pin works for a 1300 payment, why not here",
    "contract 55720188, forgot the password",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
