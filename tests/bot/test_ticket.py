import pytest

from bot.ticket import LONGEST_QUOTE, masked_quotes, quoted

SUMMARY = (
    "Problem: 11\nBefore: 41 / 11 / it is 11 or so\nSteps already taken: 11 answers given\n"
    "Articles shown: 11"
)


@pytest.mark.parametrize(
    ("old", "new", "masked"),
    [
        ("41", "[CARD_1]", SUMMARY.replace("41", "[CARD_1]")),
        (
            "it is  11\nor so",
            "it is [CARD_1]\nor so",
            SUMMARY.replace("is 11 or", "is [CARD_1] or"),
        ),
        ("1", "[CARD_1]", SUMMARY),
        ("answers", "x", SUMMARY),
    ],
)
def test_only_whole_quotes_are_masked(old: str, new: str, masked: str) -> None:
    assert masked_quotes(SUMMARY, old, new) == masked


def test_quotes_side_by_side_are_all_masked() -> None:
    assert masked_quotes("Before: 11 / 11 / 11", "11", "[C]") == "Before: [C] / [C] / [C]"


def test_a_long_message_is_masked_where_its_quote_was_cut() -> None:
    old = "my card is 5425 2334 " + "and more " * 60
    assert len(quoted(old)) == LONGEST_QUOTE
    summary = f"Problem: {quoted(old)}\nBefore: x"
    masked = masked_quotes(summary, old, old.replace("5425 2334", "[CARD_1]"))
    assert "5425" not in masked
    assert masked.endswith("\nBefore: x")
