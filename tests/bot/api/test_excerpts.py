import pytest

from bot.api.excerpts import excerpt, telling


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
        ("Card declined\n\nPlease wait a moment.", "card declined", "Please wait a moment."),
        ("It is free. More: [fees](f.md), [all limits](l.md).", "limits", "It is free."),
        ("Go on.\n\n- [All transfer times](t.md)\n- One day", "day", "One day"),
        ("If it is lost, [order a new one](n.md).", "lost", "If it is lost, order a new one."),
        (
            "Two transfers were limited. Rest well, please.",
            "transfer limit",
            "Two transfers were limited.",
        ),
        ("![A map](m.png) Here we are now.", "map", "Here we are now."),
        ("Is it frozen?\n\nThaw a frozen card.", "frozen", "Thaw a frozen card."),
        ("word " * 100, "word", "word " * 39 + "word …"),
    ],
)
def test_an_excerpt_is_the_sentence_that_shares_most_words(
    markdown: str, query: str, expected: str
) -> None:
    assert excerpt(markdown, query) == expected


def test_a_table_or_links_are_told_by_a_sentence_of_the_article() -> None:
    table = "| Bike | Price |\n|---|---|\n| City | €14 |"
    body = f"A city bike costs €14 a day.\n\n{table}\n\n[All prices](p.md)"
    assert telling(table, body, "price of a city bike") == "A city bike costs €14 a day."
    assert telling("[All prices](p.md)", body, "prices") == "A city bike costs €14 a day."
    assert telling("[All prices](p.md)", "[All prices](p.md)", "prices") == "All prices"
