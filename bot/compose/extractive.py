"""The default composer: quotes the part of the article that answers. No model, nothing invented."""

import re
from collections.abc import Sequence

from bot.compose.composer import Draft, Source
from bot.decision import Citation
from redaction.redactor import RedactedText
from retrieval.article import Passage

WORD_LIMIT = 120
"""Most words of an answer, unless a single passage is longer: it is never cut."""

_WORD = re.compile(r"\w+(?:['’.,]\w+)*")
_LINK_LIST = re.compile(r"^\s*(?:[-*+]\s+\[[^\]]+\]\([^)]+\)\s*)+$")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\([^)]+\)")


class ExtractiveComposer:
    """Quotes the best passage, and the article's short answer before it where both fit.

    Args:
        word_limit: Most words of an answer.
    """

    def __init__(self, word_limit: int = WORD_LIMIT) -> None:
        self._limit = word_limit

    async def compose(self, question: RedactedText, sources: Sequence[Source]) -> Draft:
        """Quote from the first source; the passages are already ranked for the question."""
        source = sources[0]
        chosen = self._choose(source)
        citations = tuple(
            Citation(source.article.id, p.id, source.article.title, p.anchor, p.text)
            for p in chosen
        )
        reading_order = sorted(chosen, key=lambda p: int(p.id.rpartition("#")[2]))
        return Draft("\n\n".join(_shown(p.text) for p in reading_order), citations)

    def _choose(self, source: Source) -> list[Passage]:
        ranked = [p for p in source.passages if not _LINK_LIST.match(p.text)]
        ranked = ranked or list(source.passages)
        best = ranked[0]
        chosen, words = [best], word_count(best.text)
        lead = next((p for p in ranked if not p.anchor and p.id.endswith("#0")), None)
        others = [lead, *ranked[1:2]] if lead is not None else ranked[1:2]
        for passage in others:
            if passage in chosen:
                continue
            if words + word_count(passage.text) <= self._limit:
                chosen.append(passage)
                words += word_count(passage.text)
        return chosen


def word_count(markdown: str) -> int:
    """Words of a Markdown text as a reader counts them; link targets are not read."""
    return len(_WORD.findall(_LINK.sub(r"\1", markdown)))


def _shown(markdown: str) -> str:
    """The passage as shown in a chat, where the article's relative links lead nowhere."""
    return _LINK.sub(r"\1", markdown).strip()
