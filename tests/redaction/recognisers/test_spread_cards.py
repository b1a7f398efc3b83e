# ruff: noqa: S311, E501 - repeatable test data, no secrets; a table
import random
from collections.abc import Callable

import pytest

Found = Callable[[str], list[tuple[str, str]]]

TOLD = [
    "first half is 4111 1111 1111 and the rest 1111",
    "first half 4539 5787 and second half 6362 1486",
    "4539 5787 then 6362 1486",
    "starts with 4539, then 5787, then 6362, ends 1486",
    "4539 and 5787 and 6362 and 1486",
    "4539 a 5787 b 6362 c 1486",
    "4539q5787q6362q1486",
    "4539 5787\n\nsorry\n\n6362 1486",
    "it is 453957876362 then 1486",
    "4539      5787      6362      1486",
    "4539......5787......6362......1486",
    "4539\n\n\n\n\n\n5787\n\n\n\n\n\n6362\n\n\n\n\n\n1486",
    "4539-578763-62148 6",
    "(453) 957-8763 621486",
    "the card starts 45395 and then 7876362 and 1486",
]

STAY = [
    "4539 5787 then 6362 1487",
    "orders 4539 5787 and 6362 1486",
    "4539 euros, then 5787, then 6362, ends 1486",
    "invoice 45395787 and 63621486",
    "in 2019 4539, in 2020 5787 6362",
    "45395 and then 7876362 and 1486",
]

PARTS = (
    "order {8}", "order {4} {4}", "invoice {6}", "ref {10}", "ticket {5}", "on {d}/{d}/20{d}",
    "{d}.{d}.20{d}", "{4}-{d}-{d}", "at {d}:{d}", "£{3}.{d}", "{4} euros", "{3},{d} EUR", "{1} {3} {3}",
    "07{3} {6}", "+44 20 {4} {4}", "({3}) {3}-{4}", "{3} {3} {4}", "20{d}", "{4}", "{4} {4}", "{8}", "{d} items",
    "{12}", "page {d}", "room {3}", "parcel {4} {4} {2}",
)  # fmt: skip
GLUE = (" ", ", ", " and ", " then ", "; ", "\n", " but not ", " or ", ". I also see ")


def said(rng: random.Random) -> str:
    """A message with two to five numbers of other kinds."""

    def filled(part: str) -> str:
        for size in ("1", "2", "3", "4", "5", "6", "8", "10", "12"):
            while f"{{{size}}}" in part:
                digits = str(rng.randint(1, 9)) + "".join(
                    rng.choices("0123456789", k=int(size) - 1)
                )
                part = part.replace(f"{{{size}}}", digits, 1)
        while "{d}" in part:
            part = part.replace("{d}", f"{rng.randint(1, 28):02}", 1)
        return part

    message = filled(rng.choice(PARTS))
    for _ in range(rng.randint(1, 4)):
        message += rng.choice(GLUE) + filled(rng.choice(PARTS))
    return message


@pytest.mark.parametrize("text", TOLD)
def test_a_card_told_in_pieces_leaves_no_digit(text: str, found: Found) -> None:
    cards = [value for kind, value in found(text) if kind == "CARD"]
    assert sum(map(str.isdigit, "".join(cards))) == sum(map(str.isdigit, text))


@pytest.mark.parametrize("text", STAY)
def test_other_numbers_in_one_message_stay(text: str, found: Found) -> None:
    assert not any(kind == "CARD" for kind, _ in found(text))


def test_fewer_than_1_in_100_messages_with_several_numbers_hold_a_card(found: Found) -> None:
    rng = random.Random(20261123)
    messages = [said(rng) for _ in range(2000)]
    taken = [text for text in messages if any(kind == "CARD" for kind, _ in found(text))]
    assert len(taken) < 20, taken
