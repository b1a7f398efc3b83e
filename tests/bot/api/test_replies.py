import pytest

from bot.api.replies import sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("One", 1),
        ("One. Two! Three?", 3),
        ("Wait 3.5 days.", 1),
        ("Lead:\n\n- one\n- two\n", 3),
    ],
)
def test_pieces_joined_are_the_text(text: str, count: int) -> None:
    pieces = list(sentences(text))
    assert "".join(pieces) == text
    assert len(pieces) == count
