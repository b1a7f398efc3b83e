"""The seam for wording an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.decision import Citation
from redaction.redactor import RedactedText
from retrieval.article import Article, Passage


@dataclass(frozen=True, slots=True)
class Source:
    """An article to answer from.

    Attributes:
        article: The article.
        passages: Its passages, best for the question first.
        closeness: How near each passage is to the question, 0 to 1, in the same order; empty
            where only the order is known.
    """

    article: Article
    passages: tuple[Passage, ...]
    closeness: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A worded answer.

    Attributes:
        text: Markdown for the customer.
        citations: What it rests on, most important first; empty when nothing supports it.
        worded: Whether a language model worded it.
    """

    text: str
    citations: tuple[Citation, ...]
    worded: bool = False


class Composer(Protocol):
    """Words an answer from passages, and says which it used."""

    async def compose(self, question: RedactedText, sources: Sequence[Source]) -> Draft:
        """Word an answer to ``question``.

        Args:
            question: The customer's redacted message.
            sources: Articles to answer from, the best first, at least one.
        """
        ...
