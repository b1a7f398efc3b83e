from dataclasses import replace

import pytest

from bot.compose.composer import Composer, Source
from bot.compose.extractive import ExtractiveComposer
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


TABLE = "| Card | Price |\n|---|---|\n| First | free |\n| Spare | £6 |\n| Express | £9.99 |"
STEPS = "1. Open **Cards**.\n2. Choose the kind of card.\n3. Confirm the address. It is sent."
AWAY = "We can look at your order for you and say where it is. **Talk to a person** in the chat."
LEAD = "You order a card in the app. It comes by post within 5 working days, free of charge."


def source(*closeness: float, intents: tuple[str, ...] = ()) -> Source:
    """An article with lead, steps, prices, a way out and a short section, each this near."""
    texts = (
        ("Order a card", LEAD),
        ("Steps", STEPS),
        ("Prices", TABLE),
        ("If it fails", AWAY),
        ("Post", "It comes by post."),
    )
    passages = tuple(passage("order", n, *text) for n, text in enumerate(texts))
    of = replace(article("order", "Order a card"), intents=intents)
    return Source(of, passages, closeness)


@pytest.mark.parametrize(
    ("question", "closeness", "quoted"),
    [
        # As near as the sections, the lead is quoted with the nearest one.
        ("card", (0.7, 0.7, 0.6, 0.5, 0.5), ["order#0", "order#1"]),
        # What has the form that was asked for wins over what is a little nearer.
        ("how much is a card", (0.7, 0.7, 0.66, 0.5, 0.5), ["order#0", "order#2"]),
        ("how do I get a card", (0.7, 0.66, 0.7, 0.5, 0.5), ["order#0", "order#1"]),
        # A section that is much nearer stands alone; a short one needs the lead.
        ("price of a spare card", (0.5, 0.4, 0.8, 0.4, 0.4), ["order#2"]),
        ("post", (0.5, 0.4, 0.4, 0.4, 0.8), ["order#4", "order#0"]),
        # Beside a lead that answers, a section without table or list adds nothing.
        ("is it free", (0.9, 0.3, 0.3, 0.7, 0.3), ["order#0"]),
        ("post", (0.8, 0.4, 0.4, 0.4, 0.7), ["order#0"]),
        # The way to a person is offered anyway.
        ("it has not come", (0.7, 0.6, 0.5, 0.7, 0.5), ["order#0", "order#1"]),
    ],
)
async def test_lead_and_section_are_chosen_by_closeness_and_form(
    question: str, closeness: tuple[float, ...], quoted: list[str]
) -> None:
    draft = await ExtractiveComposer().compose(RedactedText(question), [source(*closeness)])
    assert sorted(c.passage_id for c in draft.citations) == sorted(quoted)


async def test_the_lead_of_an_overview_makes_room_for_the_section_that_answers() -> None:
    near = (0.7, 0.6, 0.75, 0.4, 0.4)
    question = RedactedText("card")
    narrow = await ExtractiveComposer().compose(question, [source(*near, intents=("a",))])
    assert [c.passage_id for c in narrow.citations] == ["order#2", "order#0"]
    broad = source(*near, intents=("a", "b", "c", "d"))
    draft = await ExtractiveComposer().compose(question, [broad])
    assert draft.text == f"**Prices**\n\n{TABLE}"


async def test_where_both_are_too_long_the_form_that_was_asked_for_decides() -> None:
    composer = ExtractiveComposer(word_limit=20)
    near = source(0.7, 0.6, 0.72, 0.4, 0.4)
    asked = await composer.compose(RedactedText("how much is it"), [near])
    assert [c.passage_id for c in asked.citations] == ["order#2"]
    open_question = await composer.compose(RedactedText("card"), [near])
    assert [c.passage_id for c in open_question.citations] == ["order#0"]


async def test_a_heading_is_shown_once_for_passages_under_it() -> None:
    of = Source(
        article("a", "A"),
        (passage("a", 0, "A", "One thing to know."), passage("a", 1, "A", "Another thing.")),
    )
    draft = await ExtractiveComposer().compose(RedactedText("thing"), [of])
    assert draft.text.count("**A**") == 1
