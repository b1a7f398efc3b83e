"""The default composer: quotes the part of the article that answers. No model, nothing invented."""

import re
from collections.abc import Sequence

from bot.compose.composer import Draft, Source
from bot.decision import Citation
from redaction.redactor import RedactedText
from retrieval.article import Passage

WORD_LIMIT = 120
"""Most words of an answer, unless a single passage is longer: it is never cut."""

_LOOKED_AT = 4
_LEAD_SLACK = 1.25
_WORD = re.compile(r"\w+(?:['’.,]\w+)*")
_LINK_LIST = re.compile(r"^\s*(?:[-*+]\s+\[[^\]]+\]\([^)]+\)\s*)+$")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\([^)]+\)")


class ExtractiveComposer:
    """Quotes the best passage, and the article's short answer before it where both fit.

    Args:
        word_limit: Most words of an answer.
        way_to_a_person: What articles call the way to a person.
    """

    def __init__(
        self, word_limit: int = WORD_LIMIT, way_to_a_person: str = "Talk to a person"
    ) -> None:
        self._limit = word_limit
        self._way_to_a_person = way_to_a_person

    async def compose(self, question: RedactedText, sources: Sequence[Source]) -> Draft:
        """Quote from the first source; the passages are already ranked for the question."""
        source = sources[0]
        chosen = self._choose(source)
        citations = tuple(
            Citation(source.article.id, p.id, source.article.title, p.anchor, p.text)
            for p in chosen
        )
        reading_order = sorted(chosen, key=lambda p: int(p.id.rpartition("#")[2]))
        return Draft("\n\n".join(_shown(p) for p in reading_order), citations)

    def _choose(self, source: Source) -> list[Passage]:
        """The passages to quote, the best for the question first.

        The lead is the article's short answer: it goes with the best passage even where that runs
        a little over. Passages that merely send the reader to a person add nothing to it: every
        reply offers that already.
        """
        ranked = [p for p in source.passages if not _LINK_LIST.match(p.text)]
        ranked = ranked or list(source.passages)
        chosen = [ranked[0]]
        lead = next((p for p in ranked if not p.anchor and p.id.endswith("#0")), None)
        if lead is not None and lead not in chosen and self._fits(chosen, lead, _LEAD_SLACK):
            return [*chosen, lead]
        for passage in ranked[1:_LOOKED_AT]:
            if self._way_to_a_person not in passage.text and self._fits(chosen, passage):
                return [*chosen, passage]
        return chosen

    def _fits(self, chosen: Sequence[Passage], passage: Passage, slack: float = 1.0) -> bool:
        words = sum(word_count(each.text) for each in (*chosen, passage))
        return words <= self._limit * slack


def word_count(markdown: str) -> int:
    """Words of a Markdown text as a reader counts them; link targets are not read."""
    return len(_WORD.findall(_LINK.sub(r"\1", markdown)))


def _shown(passage: Passage) -> str:
    """The passage as shown in a chat: under its heading, which says what a table or list is of.

    Relative links lead nowhere there, so they are shown as their words.
    """
    text = _LINK.sub(r"\1", passage.text).strip()
    return f"**{passage.heading}**\n\n{text}" if passage.anchor and passage.heading else text
