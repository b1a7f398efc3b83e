import pytest

from redaction.pieces import find_pieces
from redaction.redactor import Redactor


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
