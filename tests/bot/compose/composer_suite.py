"""What every composer must do, and the articles it is tried on."""

import re
from datetime import date

from bot.compose.composer import Composer, Draft, Source
from redaction.redactor import RedactedText
from retrieval.article import Article, Audience, Passage

QUESTION = RedactedText("How do I freeze my card?")


def article(name: str, title: str) -> Article:
    return Article(
        name, title, "", f"{name}.md", "", "", Audience.CUSTOMER, "en", (), date(2026, 11, 1),
        180, (), "0" * 12,
    )  # fmt: skip


def passage(article_id: str, number: int, heading: str, text: str) -> Passage:
    anchor = "" if number == 0 else heading.lower().replace(" ", "-")
    return Passage(f"{article_id}#{number}", article_id, heading, anchor, text)


FREEZE = Source(
    article("freeze-card", "Freeze your card"),
    (
        passage(
            "freeze-card",
            1,
            "Steps",
            "1. Open **Cards**.\n2. Tap **Freeze**. It takes 5 seconds.\n\n"
            "See [Lost card](lost-card.md) or https://kestrel.example/freeze.",
        ),
        passage(
            "freeze-card", 0, "Freeze your card", "You can freeze your card in the app for free."
        ),
        passage(
            "freeze-card",
            2,
            "Limits",
            "| What | Limit |\n|---|---|\n| Freezes a day | 10 |\n| Replacement card | €6.50 |\n\n"
            "A new card arrives within 3 working days.",
        ),
    ),
)
UNFREEZE = Source(
    article("unfreeze-card", "Unfreeze your card"),
    (
        passage(
            "unfreeze-card",
            0,
            "Unfreeze your card",
            "Tap **Unfreeze** under **Cards** to use your card again.",
        ),
    ),
)
SOURCES = (FREEZE, UNFREEZE)
SINGLE = Source(
    article("one-liner", "Opening hours"),
    (passage("one-liner", 0, "Opening hours", "We answer from 8 to 20."),),
)


class ComposerSuite:
    def composer(self) -> Composer:
        raise NotImplementedError

    async def draft(self) -> Draft:
        return await self.composer().compose(QUESTION, SOURCES)

    async def test_an_answer_has_words_and_citations(self) -> None:
        draft = await self.draft()
        assert draft.text.strip()
        assert draft.citations

    async def test_every_citation_quotes_a_given_passage_word_for_word(self) -> None:
        known = {p.id: (s.article, p) for s in SOURCES for p in s.passages}
        for citation in (await self.draft()).citations:
            of, cited = known[citation.passage_id]
            assert (citation.article_id, citation.title) == (of.id, of.title)
            assert (citation.anchor, citation.quote) == (cited.anchor, cited.text)

    async def test_no_passage_is_cited_twice(self) -> None:
        cited = [citation.passage_id for citation in (await self.draft()).citations]
        assert len(cited) == len(set(cited))

    async def test_nothing_a_customer_could_click_or_run_is_added(self) -> None:
        text = (await self.draft()).text
        assert "](" not in text
        assert not re.search(r"<[a-z/!]|javascript:|evil", text, re.IGNORECASE)

    async def test_no_number_is_invented(self) -> None:
        source = " ".join(p.text for s in SOURCES for p in s.passages)
        numbers = set(re.findall(r"\d+(?:\.\d+)?", (await self.draft()).text))
        assert numbers <= set(re.findall(r"\d+(?:\.\d+)?", source))

    async def test_it_stays_short(self) -> None:
        assert len((await self.draft()).text.split()) <= 150

    async def test_one_short_passage_is_enough(self) -> None:
        draft = await self.composer().compose(RedactedText("When do you answer?"), [SINGLE])
        assert [c.passage_id for c in draft.citations] == ["one-liner#0"]

    async def test_the_same_question_gets_the_same_answer(self) -> None:
        assert await self.draft() == await self.draft()
