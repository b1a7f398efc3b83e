"""A composer that lets a chat model word the answer, and trusts it with nothing.

Every sentence shown cites a passage and passes the minimal check of ``bot.compose.cited``. Whatever
goes wrong, the extractive composer's quotation takes its place. Risk, article and decision were
settled before the model is asked.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.compose.cited import cited_sentences, is_supported
from bot.compose.composer import Composer, Draft, Source
from bot.compose.extractive import WORD_LIMIT
from bot.compose.quotation import word_count
from bot.decision import Citation
from bot.llm.chat_model import ChatModel, Prompt
from bot.prompts import fenced, load_template
from redaction.redactor import RedactedText
from retrieval.article import Article, Passage

logger = logging.getLogger(__name__)

_MOST_PASSAGES = 6


@dataclass(frozen=True, slots=True)
class _Numbered:
    article: Article
    passage: Passage

    @property
    def text(self) -> str:
        return f"{self.article.title}\n{self.passage.heading}\n{self.passage.text}"


class AssistedComposer:
    """Has a model word one short answer from numbered passages.

    Args:
        model: Words the answer.
        fallback: Takes over when nothing of it can be shown.
        timeout: Seconds after which the fallback takes over, whatever the model does.
        word_limit: Most words of an answer; later sentences are left out.
    """

    def __init__(
        self,
        model: ChatModel,
        fallback: Composer,
        *,
        timeout: float = 8.0,
        word_limit: int = WORD_LIMIT,
    ) -> None:
        self._model = model
        self._fallback = fallback
        self._timeout = timeout
        self._limit = word_limit

    async def compose(self, question: RedactedText, sources: Sequence[Source]) -> Draft:
        """Word an answer, or quote one."""
        numbered = [_Numbered(s.article, p) for s in sources for p in s.passages][:_MOST_PASSAGES]
        try:
            async with asyncio.timeout(self._timeout):
                completion = await self._model.complete(_prompt(question, numbered))
        except Exception as error:  # noqa: BLE001  whatever breaks, the quoted article stands in
            # The message of the error may quote the prompt, so only its type is logged.
            logger.warning(
                "answer quoted model=%s error=%s", self._model.name, type(error).__name__
            )
            return await self._fallback.compose(question, sources)
        draft = self._checked(completion.text, numbered)
        if not draft.citations:
            logger.info("answer quoted model=%s: no sentence was supported", self._model.name)
            return await self._fallback.compose(question, sources)
        return draft

    def _checked(self, reply: str, numbered: Sequence[_Numbered]) -> Draft:
        shown: list[str] = []
        cited: dict[int, Citation] = {}
        words = 0
        for sentence in cited_sentences(reply):
            if not all(1 <= number <= len(numbered) for number in sentence.cites):
                continue
            rests_on = [numbered[number - 1] for number in sentence.cites]
            if not is_supported(sentence, [each.text for each in rests_on]):
                continue
            words += word_count(sentence.text)
            if words > self._limit:
                break
            shown.append(sentence.text)
            cited.update(zip(sentence.cites, map(_citation, rests_on), strict=True))
        return Draft(" ".join(shown), tuple(cited.values()))


def _prompt(question: str, numbered: Sequence[_Numbered]) -> Prompt:
    passages = "\n\n".join(
        f"[{number}] {each.article.title}: {each.passage.heading}\n{each.passage.text}"
        for number, each in enumerate(numbered, 1)
    )
    values = {"passages": fenced(passages), "question": fenced(question)}
    return load_template("answer").fill(values)


def _citation(numbered: _Numbered) -> Citation:
    article, passage = numbered.article, numbered.passage
    return Citation(article.id, passage.id, article.title, passage.anchor, passage.text)
