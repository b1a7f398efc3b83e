"""Cards as people type them: issuer ranges by grouping, separator, script and sentence."""

# ruff: noqa: S311, E501 - repeatable test data, no secrets; tables

import random

from redaction.recognisers.checksum import luhn
from redaction.redactor import Redactor

ISSUERS = (
    ("4", 16), ("4", 13), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15),
    ("37", 15), ("36", 14), ("38", 14), ("3056", 14), ("6011", 16), ("65", 16), ("644", 19), ("3528", 16),
    ("3589", 16), ("1800", 15), ("2131", 15), ("62", 16), ("62", 19), ("5018", 16), ("6759", 18),
    ("6304", 13), ("2200", 16), ("6062", 16), ("81", 16),
)  # fmt: skip
SEPARATORS = (
    " ", "-", ".", "/", "_", ",", "–", "—", "\u00a0", "\u200b", "\u2009", "\u202f", "\n", "\r\n", "\t", "  ",
    " - ", " . ", "|", "*", ";", ":", "+", "~", "•", "x", "\u2060", "\u2212",
)  # fmt: skip
SCRIPTS = "0０٠०۰๐০𝟎"
SENTENCES = (
    "{}", "my card number is {}", "card{}please", "refund {} today", "visa: {}, exp 12/27", '"{}"', "#{}",
    "{} is my card, why was I charged 20 euros on 12/03/2024?", "no. is:{} cvv 123", "why is {}declined",
    "I paid (order 12345) with {}.", "Karte {} gesperrt", "order {}", "{}\nThanks",
)  # fmt: skip
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number(rng: random.Random, prefix: str, length: int) -> str:
    body = prefix + "".join(rng.choices("0123456789", k=length - len(prefix) - 1))
    return next(body + check for check in "0123456789" if luhn(body + check))


def grouped(digits: str, how: str) -> list[str]:
    if how == "amex":
        return [digits[:4], digits[4:10], digits[10:]]
    size = {"whole": 99, "ones": 1, "twos": 2, "fours": 4}[how]
    return [digits[place : place + size] for place in range(0, len(digits), size)]


def typed(rng: random.Random) -> tuple[str, int, int]:
    """A sentence with a card in it, and the card's span."""
    prefix, length = rng.choice(ISSUERS)
    how = rng.choice(("whole", "fours", "fours", "amex", "ones", "twos"))
    value = rng.choice(SEPARATORS).join(grouped(number(rng, prefix, length), how))
    zero = ord(rng.choice(SCRIPTS))
    value = "".join(chr(zero + int(each)) if each.isdecimal() else each for each in value)
    sentence = rng.choice(SENTENCES)
    start = sentence.index("{}")
    return sentence.replace("{}", value), start, start + len(value)


def covered(redactor: Redactor, text: str, start: int, end: int) -> bool:
    spans = [(each.start, each.end) for each in redactor.find(text) if each.kind == "CARD"]
    return all(
        any(first <= place < last for first, last in spans)
        for place in range(start, end)
        if text[place].isdecimal()
    )


def test_999_of_1000_typed_cards_are_covered_whole(rules: Redactor) -> None:
    rng = random.Random(20261123)
    cases = [typed(rng) for _ in range(4000)]
    missed = [text for text, start, end in cases if not covered(rules, text, start, end)]
    assert len(missed) <= len(cases) * 0.001, missed[:5]


def test_spelled_cards_are_covered(rules: Redactor) -> None:
    rng = random.Random(7)
    for _ in range(300):
        digits = number(rng, *rng.choice(ISSUERS))
        text = "it is " + " ".join(WORDS[int(each)] for each in digits) + " thanks"
        assert [each.kind for each in rules.find(text)] == ["CARD"], text


def test_at_most_1_in_20_random_16_digit_numbers_passes_for_a_card(rules: Redactor) -> None:
    rng = random.Random(3)
    for template in ("number {}", "number {0:.4} {1:.4} {2:.4} {3:.4}"):
        hits = 0
        for _ in range(2000):
            digits = "".join(rng.choices("0123456789", k=16))
            parts = grouped(digits, "fours") if "0" in template else [digits]
            text = template.format(*parts)
            hits += any(each.kind == "CARD" for each in rules.find(text))
        assert hits <= 100


def test_no_number_of_12_digits_or_fewer_passes_for_a_card(rules: Redactor) -> None:
    rng = random.Random(4)
    for length in (6, 8, 9, 10, 11, 12):
        for _ in range(300):
            text = "number " + "".join(rng.choices("0123456789", k=length))
            assert not any(each.kind == "CARD" for each in rules.find(text)), text
