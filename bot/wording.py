"""A ruling becomes the decision that the customer sees: an answer, a question, a fixed line."""

from collections.abc import Sequence
from typing import assert_never

from bot.compose.assisted import language_of
from bot.compose.composer import Composer, Draft, Source
from bot.compose.wordsmiths import Wordsmiths
from bot.decision import (
    Answer,
    Clarify,
    Decision,
    Handoff,
    HandoffReason,
    Option,
    Reply,
    ReplyReason,
    Risk,
)
from bot.evidence import Evidence
from bot.knowledge import Knowledge
from bot.lines import Lines
from bot.look import Look, bare_text
from bot.ruling import ONLY_DATA, AnswerFrom, AskBetween, Candidate, HandOver, ReplyWith, Ruling
from redaction.redactor import RedactedText
from retrieval.embedder import Encoded


class Wording:
    """Words rulings.

    Args:
        composer: Words answers.
        lines: The fixed lines the assistant speaks.
        wordsmiths: Word clarifying questions in place of the fixed line, where there are any.
    """

    def __init__(
        self, composer: Composer, lines: Lines, wordsmiths: Wordsmiths | None = None
    ) -> None:
        self._composer = composer
        self._lines = lines
        self._wordsmiths = wordsmiths or Wordsmiths()

    async def word(
        self,
        knowledge: Knowledge,
        ruling: Ruling,
        text: RedactedText,
        look: Look,
        evidence: Evidence,
        *,
        again: bool,
    ) -> Decision:
        """Word a ruling.

        Args:
            knowledge: What the ruling rests on.
            ruling: What was decided.
            text: What is asked.
            look: What was seen in it.
            evidence: What is kept with the decision.
            again: Whether the assistant has spoken before in this conversation.
        """
        match ruling:
            case AnswerFrom():
                return await self._answer(knowledge, ruling, text, look)
            case AskBetween():
                options = tuple(_option(knowledge, c) for c in ruling.options)
                support = min(1.0, sum(c.support for c in ruling.options))
                question = await self._question(knowledge, text, options)
                return Clarify(question, options, round(support, 4))
            case HandOver():
                line = self._lines.handoff(ruling.reason, evidence.language)
                return Handoff(ruling.reason, line, _note(ruling, evidence))
            case ReplyWith():
                return Reply(ruling.reason, self._fixed(ruling, again=again))
            case _:
                assert_never(ruling)

    async def _question(
        self, knowledge: Knowledge, text: RedactedText, options: Sequence[Option]
    ) -> str:
        """The question, with the way out that the fixed line names."""
        fixed = self._lines.clarify(len(options))
        asker = self._wordsmiths.asker
        if asker is None:
            return fixed
        language = language_of(knowledge.index.articles[options[0].article_id])
        asked = await asker.ask(text, [option.label for option in options], language)
        return fixed if asked is None else f"{asked} {fixed.partition('? ')[2]}".strip()

    def _fixed(self, ruling: ReplyWith, *, again: bool) -> str:
        if ruling.rule == ONLY_DATA:
            return self._lines.only_data
        if again and ruling.reason is ReplyReason.SMALL_TALK:
            return self._lines.small_talk_again
        if ruling.reason is ReplyReason.WAITING:
            raises = ruling.raises
            return self._lines.waiting if raises is None else self._lines.handoff(raises)
        return self._lines.reply(ruling.reason)

    async def _answer(
        self, knowledge: Knowledge, ruling: AnswerFrom, text: RedactedText, look: Look
    ) -> Decision:
        drafts = [
            await self._draft(knowledge, candidate, text, look, about_account=ruling.offers_agent)
            for candidate in (ruling.candidate, *ruling.also)
        ]
        grounded = [draft for draft in drafts if draft.citations]
        if not grounded:
            reason = HandoffReason.NOT_GROUNDED
            return Handoff(reason, self._lines.handoff(reason), "no passage supports an answer")
        shown = grounded[0].text if len(grounded) == 1 else _one_by_one(grounded)
        if ruling.offers_agent and not self._lines.names_person(shown):
            shown = f"{shown}\n\n{self._lines.offer}"
        support = min(candidate.support for candidate in (ruling.candidate, *ruling.also))
        citations = tuple(citation for draft in grounded for citation in draft.citations)
        return Answer(shown, citations, round(support, 4), ruling.offers_agent)

    async def _draft(
        self,
        knowledge: Knowledge,
        candidate: Candidate,
        text: RedactedText,
        look: Look,
        *,
        about_account: bool,
    ) -> Draft:
        """Word the answer from one article, to the sentence that asks for it if there is one.

        Further articles that are near and of low risk stand behind it, for a composer that can
        draw on several. An answer that is not about an account may be one that was given before.
        """
        encoded = look.encoded
        for sentence in look.sentences:
            if sentence.candidate == candidate:
                text, encoded = RedactedText(sentence.text), sentence.encoded
        further = [
            each.article_id
            for each in look.candidates
            if each.risk is Risk.LOW and each.article_id != candidate.article_id
        ][: self._wordsmiths.near]
        sources = [
            _source(knowledge, article_id, bare_text(text) or text, encoded)
            for article_id in (candidate.article_id, *further)
        ]
        recall = self._wordsmiths.recall
        rules = f"{knowledge.version} {knowledge.policy.version}"
        key = recall.key(text, sources, rules) if recall is not None else None
        if (
            recall is None
            or key is None
            or encoded is None
            or about_account
            or candidate.risk is not Risk.LOW
        ):
            return await self._composer.compose(text, sources)
        known = await recall.find(key, encoded.vector)
        if known is not None:
            return known
        draft = await self._composer.compose(text, sources)
        if draft.worded:
            await recall.keep(key, encoded.vector, draft)
        return draft


def _source(knowledge: Knowledge, article_id: str, text: str, encoded: Encoded | None) -> Source:
    ranked = knowledge.index.rank_passages(article_id, text, encoded)
    near = tuple(hit.score for hit in ranked) if any(hit.late for hit in ranked) else ()
    passages = tuple(hit.passage for hit in ranked)
    return Source(knowledge.index.articles[article_id], passages, near)


def _one_by_one(drafts: Sequence[Draft]) -> str:
    """Several answers, each under the title of what it quotes."""
    return "\n\n".join(f"**{draft.citations[0].title}**\n\n{draft.text}" for draft in drafts)


def _option(knowledge: Knowledge, candidate: Candidate) -> Option:
    title = knowledge.index.articles[candidate.article_id].title
    return Option(title, candidate.article_id, candidate.intent)


def _note(ruling: HandOver, evidence: Evidence) -> str:
    parts = [f"rule {ruling.rule}"]
    if evidence.intents:
        top = evidence.intents[0]
        parts.append(f"intent {top.intent} ({top.risk.value}, {top.probability:.2f})")
    if evidence.articles:
        parts.append("nearest articles " + ", ".join(a.article_id for a in evidence.articles[:3]))
    return "; ".join(parts)
