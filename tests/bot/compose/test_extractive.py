import pytest

from bot.compose.composer import Composer, Source
from bot.compose.extractive import ExtractiveComposer, word_count
from redaction.redactor import RedactedText
from tests.bot.compose.composer_suite import FREEZE, QUESTION, ComposerSuite, article, passage


class TestExtractiveComposer(ComposerSuite):
    def composer(self) -> Composer:
        return ExtractiveComposer()


async def test_the_best_passage_is_cited_first_and_the_lead_is_read_first() -> None:
    draft = await ExtractiveComposer().compose(QUESTION, [FREEZE])
    assert [c.passage_id for c in draft.citations][:2] == ["freeze-card#1", "freeze-card#0"]
    assert draft.text.startswith("You can freeze your card in the app for free.")


async def test_links_are_shown_as_their_words() -> None:
    draft = await ExtractiveComposer().compose(QUESTION, [FREEZE])
    assert "See Lost card or" in draft.text


async def test_a_long_best_passage_is_quoted_whole_and_alone() -> None:
    long = "word " * 200
    source = Source(
        article("long", "Long"),
        (passage("long", 1, "More", long), passage("long", 0, "Long", "A short lead.")),
    )
    draft = await ExtractiveComposer().compose(QUESTION, [source])
    assert draft.text == f"**More**\n\n{long.strip()}"
    assert len(draft.citations) == 1


async def test_a_passage_that_does_not_fit_is_left_out_whole() -> None:
    draft = await ExtractiveComposer(word_limit=20).compose(QUESTION, [FREEZE])
    assert [c.passage_id for c in draft.citations] == ["freeze-card#1"]


async def test_a_list_of_links_answers_nothing() -> None:
    links = "- [Lost card](lost.md)\n- [New card](new.md)"
    source = Source(
        article("cards", "Cards"),
        (passage("cards", 1, "See also", links), passage("cards", 2, "How", "Open **Cards**.")),
    )
    draft = await ExtractiveComposer().compose(QUESTION, [source])
    assert [c.passage_id for c in draft.citations] == ["cards#2"]


async def test_where_there_are_only_links_they_are_quoted() -> None:
    source = Source(
        article("cards", "Cards"), (passage("cards", 0, "Cards", "- [Lost card](lost.md)"),)
    )
    draft = await ExtractiveComposer().compose(RedactedText("cards"), [source])
    assert draft.text == "- Lost card"


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
