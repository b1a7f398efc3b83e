import pytest

from bot.compose.quotation import quotation, word_count
from tests.bot.compose.composer_suite import passage


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It takes a day. [All transfer times](times.md)", "It takes a day."),
        ("It takes a day. See [all transfer times](times.md).", "It takes a day."),
        ("It takes a day. More: [all times](a/times.md#x).", "It takes a day."),
        ("See also [times](times.md) and [fees](fees.md). It takes a day.", "It takes a day."),
        ("It takes a day. All rules: [card limits](limits.md).", "It takes a day."),
        ("It takes a day. Steps and help: [cards](cards.md)", "It takes a day."),
        ("[Mehr Informationen](x.md). Es dauert einen Tag.", "Es dauert einen Tag."),
        # A sentence that says something keeps its links, as their words.
        ("You can [order a card](order.md).", "You can order a card."),
        ("See [limits](l.md) if your payment fails.", "See limits if your payment fails."),
        ("Ask [Dr. No](no.md). He knows.", "Ask Dr. No. He knows."),
        ("See the app for more.", "See the app for more."),
        ("1. Open [Cards](c.md).\n2. See [Fees](f.md).", "1. Open Cards.\n2. See Fees."),
        ("| A | B |\n|---|---|\n| [x](x.md) | y |", "| A | B |\n|---|---|\n| x | y |"),
    ],
)
def test_a_sentence_that_only_leads_elsewhere_is_left_out(text: str, shown: str) -> None:
    assert quotation(passage("a", 1, "Times", text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "- [Lost card](lost.md)\n- [New card](new.md)",
        "See [top-up problems](top-up-problems.md).",
        "[Top-up problems](top-up-problems.md)",
    ],
)
def test_a_passage_that_only_leads_elsewhere_shows_nothing(text: str) -> None:
    assert quotation(passage("a", 1, "Related", text)) == ""


LEAD = "Transfers take time. A person can look at one that takes longer than the times below."


def test_a_sentence_that_points_below_needs_what_stands_there() -> None:
    lead = passage("a", 0, "Transfers", LEAD)
    assert quotation(lead) == "Transfers take time."
    assert quotation(lead, next_follows=True) == LEAD
    with_table = passage("a", 0, "Transfers", f"{LEAD}\n\n| To | Time |\n|---|---|\n| UK | 2 h |")
    assert LEAD in quotation(with_table)


@pytest.mark.parametrize("text", ["Above £1,000 it costs 0.5%.", "Below 18 you can't join us."])
def test_an_amount_above_or_below_points_nowhere(text: str) -> None:
    assert quotation(passage("a", 0, "Fees", text)) == text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one two", 2),
        ("don’t 1,000.50", 2),
        ("[Lost card](a/b/c.md#x)", 2),
        ("- **x**", 1),
    ],
)
def test_words_are_counted_as_read(text: str, count: int) -> None:
    assert word_count(text) == count
