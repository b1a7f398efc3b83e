from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

HITS: list[tuple[str, list[tuple[str, str]]]] = [
    ("from Sinead O'Rourke", [("NAME", "Sinead O'Rourke")]),
    ("Chukwuemeka Obi ordered a kettle", [("NAME", "Chukwuemeka Obi")]),
    ("my name is john smith and i need help", [("NAME", "john smith")]),
    ("I'm Priya, my card is lost", [("NAME", "Priya")]),
    ("this is Marta Kowalska", [("NAME", "Marta Kowalska")]),
    ("Regards, P. Whitmore", [("NAME", "P. Whitmore")]),
    ("i am david", [("NAME", "david")]),
    ("my card, last name richards", [("NAME", "richards")]),
    ("priya raman here, locked out again", [("NAME", "priya raman")]),
    ("Dear Mr Jones,", [("NAME", "Mr Jones")]),
    ("account with ms. Quinzia", [("NAME", "ms. Quinzia")]),
    ("my grandson Lorik can't log in", [("NAME", "Lorik")]),
    ("meine Frau Nesrin hat die Karte", [("NAME", "Frau Nesrin")]),
    ("mi hermano Yerai no puede entrar", [("NAME", "Yerai")]),
    (
        "add Zuzana, Éva and Łukasz Nowák",
        [("NAME", "Zuzana"), ("NAME", "Éva"), ("NAME", "Łukasz Nowák")],
    ),
    ("ship to:\nmonika žilková\nPrague", [("NAME", "monika žilková")]),
    ("Grace Hopper-Jones and Maya", [("NAME", "Grace Hopper-Jones"), ("NAME", "Maya")]),
    ("Regards,\nOlivia", [("NAME", "Olivia")]),
    ("mein Name ist Jürgen Weber", [("NAME", "Jürgen Weber")]),
    ("je m'appelle Chloé", [("NAME", "Chloé")]),
    ("cardholder name: PETER PARKER", [("NAME", "PETER PARKER")]),
    ("I sent money to Thomas Becker", [("NAME", "Thomas Becker")]),
    ("Name: Nayla Montero", [("NAME", "Nayla Montero")]),
    ("Mi chiamo Giulia Rossi e ho perso la carta", [("NAME", "Giulia Rossi")]),
]

NEAR_MISSES = [
    "j'ai donné le code à un monsieur au téléphone",
    "can the Mini Cooper plan include Harry Potter figures",
    "my name is wrong on the card",
    "my name is misspelled",
    "I am not sure",
    "this is urgent",
    "I'm Waiting",
    "Hi, Today my card was declined",
    "Thanks Kestrel",
    "I use Apple Pay and Google Pay",
    "is Visa or Mastercard better?",
    "transfer from Revolut to Monzo",
    "I live in London",
    "change from AUD to GBP",
    "call me back please",
    "may i will mark it",
    "dear customer team",
    "I am in Germany",
    "what is my last name for?",
    "last name is wrong",
    "it's here",
    "Bonjour Madame",
    "COVID delays",
    "I miss the old app",
    "May Bank Holiday",
    "nada funciona",
    "Ella no puede entrar",
    "Will prices rise?",
    "my son is 12",
    "my wife and I share an account",
    "Can Mark be spelled with a c?",
    "Georgia, Jordan or Florence",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_finds(text: str, expected: list[tuple[str, str]], found: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_leaves_near_misses_alone(text: str, found: Found) -> None:
    assert found(text) == []
