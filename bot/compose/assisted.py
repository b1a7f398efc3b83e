"""A composer that lets a chat model word the answer, and trusts it with nothing.

Every sentence shown cites a passage and passes the check, also where it goes out before the whole
is there. Whatever goes wrong, the extractive composer's quotation takes its place, also where the
answer leaves out the figure that was asked for. Risk, article and decision were settled before the
model is asked.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.compose.cited import CitedSentence, cited_sentences, whole_sentences
from bot.compose.composer import Composer, Draft, Source
from bot.compose.extractive import WORD_LIMIT
from bot.compose.figures import leaves_figure_out
from bot.compose.quotation import word_count
from bot.decision import Citation
from bot.grounding.check import GroundingCheck
from bot.grounding.verdict import Verdict
from bot.llm.chat_model import ChatModel, Prompt
from bot.llm.turn import Tell, current_turn
from bot.prompts import fenced, load_template
from redaction.redactor import RedactedText
from retrieval.article import Article, Audience, Passage

logger = logging.getLogger(__name__)

_MOST_PASSAGES = 6
_MOST_OF_FIRST = 4
"""Passages of the first article where there are others."""

_LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese",
    "it": "Italian", "nl": "Dutch", "pl": "Polish",
}  # fmt: skip


class SentenceCheck(Protocol):
    """Says whether a sentence may be shown."""

    def check(
        self, sentence: str, passages: Sequence[Passage], *, titles: Mapping[str, str] = ...
    ) -> Verdict:
        """Check one sentence against the passages that it cites."""
        ...


@dataclass(frozen=True, slots=True)
class Numbered:
    """A passage that a model may see, with its article."""

    article: Article
    passage: Passage


@dataclass(slots=True)
class _Shown:
    """What of a reply may be shown so far."""

    sentences: list[str] = field(default_factory=list)
    cited: dict[int, Citation] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    words: int = 0
    full: bool = False

    def draft(self, first: str) -> Draft:
        """Everything, what the first article says cited first."""
        citations = sorted(self.cited.values(), key=lambda each: each.article_id != first)
        return Draft(" ".join(self.sentences), tuple(citations), worded=True)


class AssistedComposer:
    """Has a model word one short answer from numbered passages.

    Args:
        model: Words the answer.
        fallback: Takes over when nothing of it can be shown.
        check: Says which sentences may be shown.
        timeout: Seconds after which the fallback takes over, whatever the model does.
        word_limit: Most words of an answer; later sentences are left out.
    """

    def __init__(
        self,
        model: ChatModel,
        fallback: Composer,
        *,
        check: SentenceCheck | None = None,
        timeout: float = 8.0,
        word_limit: int = WORD_LIMIT,
    ) -> None:
        self._model = model
        self._fallback = fallback
        self._check = check or GroundingCheck()
        self._timeout = timeout
        self._limit = word_limit

    async def compose(self, question: RedactedText, sources: Sequence[Source]) -> Draft:
        """Word an answer, or quote one."""
        numbered = numbered_passages(sources)
        turn = current_turn()
        say = None if turn is None or turn.tell is None else turn.say
        shown = _Shown()
        if not numbered:
            return await self._fallback.compose(question, sources)
        prompt = _prompt(question, numbered)
        try:
            async with asyncio.timeout(self._timeout):
                await self._word(prompt, numbered, shown, say)
        except Exception as error:  # noqa: BLE001  whatever breaks, the quoted article stands in
            # The message of the error may quote the prompt, so only its type is logged.
            logger.warning(
                "answer quoted model=%s error=%s", self._model.name, type(error).__name__
            )
            if say is not None and shown.sentences:
                say(None)
            return await self._fallback.compose(question, sources)
        if not shown.sentences:
            logger.info("answer quoted model=%s: no sentence was supported", self._model.name)
            return await self._fallback.compose(question, sources)
        quoted = await self._fallback.compose(question, sources)
        own = numbered[0].article is sources[0].article
        if own and leaves_figure_out(question, quoted, shown.told):
            logger.info("answer quoted model=%s: the figure was left out", self._model.name)
            if say is not None:
                say(None)
            return quoted
        if turn is not None:
            turn.used.append(f"{prompt.name} {self._model.name}")
        return shown.draft(numbered[0].article.id)

    async def _word(
        self, prompt: Prompt, numbered: Sequence[Numbered], shown: _Shown, say: Tell | None
    ) -> None:
        if say is None:
            completion = await self._model.complete(prompt)
            for sentence in cited_sentences(completion.text):
                await self._show(sentence, numbered, shown)
            return
        async for sentence in self._heard(prompt):
            if await self._show(sentence, numbered, shown):
                say(shown.sentences[-1])
            if shown.full:
                return

    async def _heard(self, prompt: Prompt) -> AsyncIterator[CitedSentence]:
        """The sentences of a reply, each as soon as it is whole."""
        text, told = "", 0
        async for piece in self._model.stream(prompt):
            text += piece.text
            whole = whole_sentences(text)
            for sentence in whole[told:]:
                yield sentence
            told = max(told, len(whole))
        for sentence in list(cited_sentences(text))[told:]:
            yield sentence

    async def _show(
        self, sentence: CitedSentence, numbered: Sequence[Numbered], shown: _Shown
    ) -> bool:
        """Take a sentence up if it may be shown and there is room."""
        if shown.full or not all(1 <= number <= len(numbered) for number in sentence.cites):
            return False
        rests_on = [numbered[number - 1] for number in sentence.cites]
        titles = {each.article.id: each.article.title for each in rests_on}
        passages = [each.passage for each in rests_on]
        verdict = await asyncio.to_thread(self._check.check, sentence.raw, passages, titles=titles)
        if not verdict.supported:
            return False
        words = word_count(sentence.text)
        if shown.words + words > self._limit:
            shown.full = True
            return False
        shown.words += words
        shown.sentences.append(sentence.text)
        shown.cited.update(zip(sentence.cites, map(_citation, rests_on), strict=True))
        for passage in passages:
            before = shown.told.get(passage.id, "")
            shown.told[passage.id] = f"{before} {sentence.text}".strip()
        return True


def numbered_passages(sources: Sequence[Source]) -> list[Numbered]:
    """The passages that a model may see: of articles for customers, those of the first lead."""
    public = [source for source in sources if source.article.audience is Audience.CUSTOMER]
    most = _MOST_OF_FIRST if len(public) > 1 else _MOST_PASSAGES
    return [
        Numbered(source.article, passage)
        for place, source in enumerate(public)
        for passage in source.passages[: _MOST_PASSAGES if place else most]
    ][:_MOST_PASSAGES]


def _prompt(question: str, numbered: Sequence[Numbered]) -> Prompt:
    passages = "\n\n".join(
        f"[{number}] {each.article.title}: {each.passage.heading}\n{each.passage.text}"
        for number, each in enumerate(numbered, 1)
    )
    values = {
        "passages": fenced(passages),
        "question": fenced(question),
        "language": language_of(numbered[0].article),
    }
    return load_template("answer").fill(values)


def language_of(article: Article) -> str:
    """The language of the article: the search chose it by the customer's."""
    code = article.locale.partition("-")[0].lower()
    return _LANGUAGES.get(code, code)


def _citation(numbered: Numbered) -> Citation:
    article, passage = numbered.article, numbered.passage
    return Citation(article.id, passage.id, article.title, passage.anchor, passage.text)
