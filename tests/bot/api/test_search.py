import pytest

from bot.api.search import excerpt


@pytest.mark.parametrize(
    ("markdown", "query", "expected"),
    [
        ("Wait. Tap **Freeze** now. Done.", "how to freeze", "Tap Freeze now."),
        ("First. Second.", "nothing shared", "First."),
        ("- One\n- [Two](two.md) here", "two", "Two here"),
        ("", "anything", ""),
        (
            "Card declined\n\nYour card was declined. Wait.",
            "card declined",
            "Your card was declined.",
        ),
        ("Card declined\n\nPlease wait a moment.", "card declined", "Card declined"),
        ("Is it frozen?\n\nThaw a frozen card.", "frozen", "Thaw a frozen card."),
        ("word " * 100, "word", "word " * 39 + "word …"),
    ],
)
def test_an_excerpt_is_the_sentence_that_shares_most_words(
    markdown: str, query: str, expected: str
) -> None:
    assert excerpt(markdown, query) == expected
