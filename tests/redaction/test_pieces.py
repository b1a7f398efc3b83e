import random
from itertools import pairwise

import pytest

from redaction.kinds import PLACEHOLDER
from redaction.pieces import LOOK_BACK, find_appendix, find_pieces
from redaction.recognisers.checksum import luhn
from redaction.redactor import Redactor

BEGINNINGS = (
    ("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("6011", 16), ("3528", 16), ("6212", 16),
    ("36", 14), ("4", 13), ("6212", 19), ("5018", 16), ("2200", 16),
)  # fmt: skip


@pytest.mark.parametrize(
    "messages",
    [
        ["4111 1111", "1111 1111"],
        ["4111", "1111", "1111", "1111"],
        ["41", "11", "11", "11", "11", "11", "11", "11"],
        ["my card starts 4111 1111", "hang on", "and the rest: 1111 1111"],
        ["four one one one one one one one", "11111111"],
    ],
)
def test_a_card_in_pieces_is_masked_with_its_earlier_pieces(
    messages: list[str], rules: Redactor
) -> None:
    result = rules.redact(messages[-1], recent=messages[:-1])
    whole = " ".join((*result.recent, result.text))
    assert "[CARD_1]" in result.text
    assert not any(map(str.isdigit, whole.replace("[CARD_1]", "")))
    assert list(result.placeholders.values()) == ["[CARD_1]"]


@pytest.mark.parametrize(
    ("recent", "text"),
    [
        (["4111 1111"], "1111 1112"),
        (["4111 1111"], "ok"),
        (["I paid 41 euros for it on the eleventh of November in the shop"], "11111111111111"),
        ([], "1111 1111"),
        (["2024"], "50"),
    ],
)
def test_other_numbers_in_a_row_stay(recent: list[str], text: str, rules: Redactor) -> None:
    result = rules.redact(text, recent=recent)
    assert (result.text, list(result.recent)) == (text, recent)


def test_tells_where_the_pieces_stand() -> None:
    pieces = find_pieces(["hello", "it is 4111 1111", "yes"], "then 1111 1111")
    assert pieces is not None
    assert (pieces.earlier, pieces.current) == (((1, (6, 15)),), (5, 14))


@pytest.mark.parametrize(
    "messages",
    [
        ["4539 5787", "order 1042?", "6362 1486"],
        ["4539 5787", "it is 2 pm", "6362 1486"],
        ["4539", "5787", "room 12 or 14", "6362", "1486"],
        ["4539 5787", "1042 1043", "6362 1486"],
    ],
)
def test_other_numbers_between_the_pieces_do_not_save_them(
    messages: list[str], rules: Redactor
) -> None:
    kept = sent(messages, rules)
    assert [text for text in kept if text != "[CARD_1]"] == [
        text for text in messages if any(map(str.isalpha, text)) or text.startswith("1042")
    ]


def test_told_pieces_are_joined_around_another_number(rules: Redactor) -> None:
    messages = ["it starts with 4539 5787", "order 1042?", "and the rest is 6362 1486"]
    assert sent(messages, rules) == [
        "it starts with [CARD_1]",
        "order 1042?",
        "and the rest is [CARD_1]",
    ]


def test_numbers_in_sentences_make_no_card_with_those_around_others(rules: Redactor) -> None:
    messages = ["order 4539 5787", "it is 2 pm", "6362 1486"]
    assert sent(messages, rules) == messages


def sent(parts: list[str], rules: Redactor) -> list[str]:
    """What the store holds after these messages, one after another."""
    kept: list[str] = []
    placeholders: dict[str, str] = {}
    for part in parts:
        result = rules.redact(part, placeholders, recent=kept[-LOOK_BACK:])
        placeholders = result.placeholders
        kept = [*kept[:-LOOK_BACK], *result.recent, result.text]
    return kept


def in_parts(source: random.Random) -> list[str]:
    beginning, length = source.choice(BEGINNINGS)
    body = beginning + "".join(
        source.choice("0123456789") for _ in range(length - 1 - len(beginning))
    )
    number = next(body + last for last in "0123456789" if luhn(body + last))
    cuts = [0, *sorted(source.sample(range(1, length), source.randint(1, 7))), length]
    return [number[first:last] for first, last in pairwise(cuts)]


def test_any_card_in_two_to_eight_messages_leaves_no_digit(rules: Redactor) -> None:
    source = random.Random(20261123)  # noqa: S311  a repeatable sample, no secret
    for _ in range(600):
        parts = in_parts(source)
        kept = sent(parts, rules)
        assert all(PLACEHOLDER.fullmatch(text) for text in kept), (parts, kept)


@pytest.mark.parametrize(
    "parts",
    [
        ["51", "60", "4844", "1", "428", "938", "0"],  # 60… is a number by itself one part early
        ["3", "4", "57", "0812", "1346", "4", "9", "0"],
        ["6", "2126", "9", "58", "68240452297"],  # so are the last two parts
    ],
)
def test_what_was_sent_before_a_number_that_fits_by_chance_is_masked(
    parts: list[str], rules: Redactor
) -> None:
    kept = sent(parts, rules)
    assert all(PLACEHOLDER.fullmatch(text) for text in kept), kept


@pytest.mark.parametrize(
    ("messages", "kept"),
    [
        (["4111 1111 1111 1111", "123"], ["[CARD_1]", "[CVV_1]"]),
        (["4111 1111 1111 1111", "12/27", "123"], ["[CARD_1]", "[EXPIRY_1]", "[CVV_1]"]),
        (["4111 1111 1111 1111", "12 27"], ["[CARD_1]", "[EXPIRY_1]"]),
        (["4111 1111 1111 1111", "ok", "123"], ["[CARD_1]", "ok", "123"]),
        (["4111 1111 1111 1111", "12345678"], ["[CARD_1]", "12345678"]),
        (["4111 1111 1111 1111", "3 weeks ago"], ["[CARD_1]", "3 weeks ago"]),
        (["my card is 4111 1111 1111 1111", "123"], ["my card is [CARD_1]", "123"]),
        (["22", "007249398852", "3"], ["[CARD_1]", "[PHONE_1]", "[CARD_1]"]),
        (["my number", "07700 900123", "3"], ["my number", "[PHONE_1]", "3"]),
    ],
)
def test_digits_alone_after_a_card_alone_belong_to_it(
    messages: list[str], kept: list[str], rules: Redactor
) -> None:
    assert sent(messages, rules) == kept


def test_what_was_taken_for_a_phone_is_named_when_it_was_a_piece(rules: Redactor) -> None:
    assert rules.redact("3", recent=["22", "[PHONE_1]"]).mistaken == ("[PHONE_1]",)
    assert find_appendix([], "123") is None
