"""The spine: a redacted message and the conversation so far become a decision with its evidence.

A pure decision maker: it saves nothing and calls nobody. Any failure of a part becomes a handoff.
"""

import asyncio
import logging
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bot.candidates import by_retrieval, by_words, probability_by_name
from bot.compose.composer import Composer, Source
from bot.conversation import Conversation, Speaker, Turn
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
from bot.dialogue import Judgement
from bot.evidence import ArticleScore, Evidence, IntentScore
from bot.intent import IntentView
from bot.knowledge import Knowledge
from bot.language import Language, identify
from bot.lines import Lines
from bot.policy import (
    AnswerFrom,
    AskBetween,
    Candidate,
    HandOver,
    Ruling,
    Situation,
    is_outside,
    rule,
    rule_on_choice,
)
from bot.tone import Phrases, Tone, ToneReader, fold
from redaction.redactor import RedactedText
from retrieval.article import Audience
from retrieval.embedder import Encoded
from retrieval.hit import Hit, Query

logger = logging.getLogger(__name__)

_TOP_INTENTS = 5
_TOP_ARTICLES = 5
_HALF_OUTSIDE = 0.1
_SHORT_FOLLOW_UP = 10
"""Words up to which a message may lean on the one before it."""


class KnowledgeSource(Protocol):
    """Gives the knowledge in use."""

    def current(self) -> Knowledge:
        """The generation in use."""
        ...


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look at a text saw."""

    view: IntentView | None
    probabilities: dict[str, float]
    encoded: Encoded | None
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    options: tuple[Candidate, ...]

    @property
    def support(self) -> float:
        return self.candidates[0].support if self.candidates else 0.0


class Assistant:
    """Decides what to do with a customer's message.

    Args:
        knowledge: Gives the knowledge base in use.
        composer: Words answers.
        lines: The fixed lines the assistant speaks.
        phrases: Phrases that hold for any company.
        settings_hash: Kept with each decision, for replay.
    """

    def __init__(
        self,
        knowledge: KnowledgeSource,
        composer: Composer,
        lines: Lines,
        phrases: Phrases,
        settings_hash: str = "",
    ) -> None:
        self._knowledge = knowledge
        self._composer = composer
        self._lines = lines
        self._phrases = phrases
        self._settings_hash = settings_hash
        self._tones: tuple[str, ToneReader] | None = None

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        """Judge the newest message of a conversation.

        Args:
            conversation: The exchange before this message.
            text: The redacted message.
            withheld: Whether redaction failed, so that nothing may be looked at.
        """
        if withheld:
            return self._failed("redaction_failed")
        try:
            knowledge = self._knowledge.current()
            evidence, ruling, look = await asyncio.to_thread(
                self._judge, knowledge, conversation, text
            )
            started = time.perf_counter()
            decision = await self._word(knowledge, ruling, text, look, evidence)
        except Exception as error:  # noqa: BLE001  whatever broke, the customer gets a person
            # The message of an error may quote the customer, so only its type and place are logged.
            logger.error(  # noqa: TRY400
                "decision failed conversation=%s error=%s at=%s",
                conversation.id,
                type(error).__name__,
                _place(error),
            )
            return self._failed("component_failed")
        timings = {**evidence.timings, "word": _milliseconds(started)}
        return Judgement(decision, replace(evidence, timings=timings))

    def _failed(self, rule_name: str) -> Judgement:
        evidence = Evidence(language="und", rule=rule_name, settings_hash=self._settings_hash)
        reason = HandoffReason.FAILURE
        return Judgement(Handoff(reason, self._lines.handoff(reason), rule_name), evidence)

    def _judge(
        self, knowledge: Knowledge, conversation: Conversation, text: RedactedText
    ) -> tuple[Evidence, Ruling, _Look]:
        timings: dict[str, float] = {}
        turns = _episode(conversation)
        chosen = _chosen_option(turns, text)
        with _timed(timings, "tone"):
            language = identify(text)
            tone = self._tone(knowledge).read(text)
        look = self._look(knowledge, text, timings)
        if chosen is None and _is_thin(knowledge, look):
            look = self._look_back(knowledge, turns, text, look, timings)
        situation = _situation(knowledge, turns, look, tone, language)
        option = None if chosen is None else _candidate_of(knowledge, chosen)
        ruling = (
            rule(situation, knowledge.policy)
            if option is None
            else rule_on_choice(option, knowledge.policy)
        )
        evidence = self._evidence(knowledge, situation, look, language, ruling, timings)
        return evidence, ruling, look

    def _tone(self, knowledge: Knowledge) -> ToneReader:
        if self._tones is None or self._tones[0] != knowledge.version:
            reader = ToneReader(self._phrases + knowledge.catalogue.phrases)
            self._tones = (knowledge.version, reader)
        return self._tones[1]

    def _look(self, knowledge: Knowledge, text: str, timings: dict[str, float]) -> _Look:
        index = knowledge.index
        with _timed(timings, "embed"):
            encoded = index.encode(text) if index.embedder is not None else None
        with _timed(timings, "search"):
            hits = index.search(Query(text, None, Audience.CUSTOMER), encoded)
        with _timed(timings, "intent"):
            model = knowledge.intent_model
            if encoded is None:
                candidates, options = by_words(hits, knowledge.catalogue)
                return _Look(None, {}, None, hits, candidates, options)
            if model is None:
                candidates, options = by_retrieval(hits, knowledge.support)
                return _Look(None, {}, encoded, hits, candidates, options)
            view = model.view(encoded.vector)
            probabilities = probability_by_name(model.intents, view.probabilities)
            coverage = knowledge.coverage
            candidates = coverage.candidates(probabilities, hits)
            options = coverage.options(probabilities, hits, knowledge.policy.max_options)
        return _Look(view, probabilities, encoded, hits, candidates, options)

    def _look_back(
        self,
        knowledge: Knowledge,
        turns: Sequence[Turn],
        text: str,
        look: _Look,
        timings: dict[str, float],
    ) -> _Look:
        """Look again at a short or clarifying message together with the one before it."""
        before = next((t.text for t in reversed(turns) if t.speaker is Speaker.CUSTOMER), None)
        if before is None:
            return look
        if not _just_clarified(turns) and len(text.split()) > _SHORT_FOLLOW_UP:
            return look
        both = self._look(knowledge, f"{before}\n{text}", timings)
        return both if both.support > look.support else look

    def _evidence(
        self,
        knowledge: Knowledge,
        situation: Situation,
        look: _Look,
        language: Language,
        ruling: Ruling,
        timings: dict[str, float],
    ) -> Evidence:
        ranked = sorted(look.probabilities.items(), key=lambda item: (-item[1], item[0]))
        embedder = knowledge.index.embedder
        return Evidence(
            language=language.code,
            intents=tuple(
                IntentScore(name, round(value, 4), knowledge.catalogue.intents[name].risk)
                for name, value in ranked[:_TOP_INTENTS]
            ),
            high_risk=round(situation.high_risk, 4),
            account_or_high=round(situation.account_or_high, 4),
            in_scope=round(look.view.in_scope, 4) if look.view else 1.0,
            support=round(look.support, 4),
            articles=tuple(
                ArticleScore(
                    hit.passage.article_id,
                    hit.passage.id,
                    round(hit.score, 4),
                    round(hit.dense, 4),
                    round(hit.lexical, 4),
                    round(hit.late, 4),
                )
                for hit in look.hits[:_TOP_ARTICLES]
            ),
            rule=ruling.rule,
            index_version=knowledge.version,
            policy_version=knowledge.policy.version,
            settings_hash=self._settings_hash,
            model=embedder.name if embedder is not None else "",
            timings=timings,
        )

    async def _word(
        self,
        knowledge: Knowledge,
        ruling: Ruling,
        text: RedactedText,
        look: _Look,
        evidence: Evidence,
    ) -> Decision:
        match ruling:
            case AnswerFrom():
                return await self._answer(knowledge, ruling, text, look)
            case AskBetween():
                options = tuple(_option(knowledge, c) for c in ruling.options)
                support = min(1.0, sum(c.support for c in ruling.options))
                return Clarify(self._lines.clarify(len(options)), options, round(support, 4))
            case HandOver():
                line = self._lines.handoff(ruling.reason, evidence.language)
                return Handoff(ruling.reason, line, _note(ruling, evidence))
            case _:
                return Reply(ruling.reason, self._lines.reply(ruling.reason))

    async def _answer(
        self, knowledge: Knowledge, ruling: AnswerFrom, text: RedactedText, look: _Look
    ) -> Decision:
        article_id = ruling.candidate.article_id
        ranked = knowledge.index.rank_passages(article_id, text, look.encoded)
        article = knowledge.index.articles[article_id]
        sources = [Source(article, tuple(hit.passage for hit in ranked))]
        draft = await self._composer.compose(text, sources)
        if not draft.citations:
            reason = HandoffReason.NOT_GROUNDED
            return Handoff(reason, self._lines.handoff(reason), "no passage supports an answer")
        shown = draft.text
        if ruling.offers_agent:
            shown = f"{shown}\n\n{self._lines.offer}"
        return Answer(
            shown, draft.citations, round(ruling.candidate.support, 4), ruling.offers_agent
        )


def _situation(
    knowledge: Knowledge, turns: Sequence[Turn], look: _Look, tone: Tone, language: Language
) -> Situation:
    risks = {name: intent.risk for name, intent in knowledge.catalogue.intents.items()}
    high = sum(p for name, p in look.probabilities.items() if risks[name] is Risk.HIGH)
    account = sum(p for name, p in look.probabilities.items() if risks[name] is Risk.ACCOUNT)
    model = knowledge.intent_model
    if look.encoded is None and any(c.risk is Risk.HIGH for c in look.options[:2]):
        high = 1.0  # words alone give no probability: near a high-risk article, a person takes over
    return Situation(
        tone=tone,
        foreign=language.sure and language.code not in knowledge.languages,
        chatter=_chatter(look.view),
        out_of_scope=_is_outside(knowledge, look, high),
        high_risk=high,
        account_or_high=high + account,
        has_intents=bool(risks),
        labelled=model is not None and model.calibration.held_out == "labelled",
        floor=_floor(knowledge, look),
        candidates=look.candidates,
        options=look.options,
        clarified=_just_clarified(turns),
        came_up=_came_up(turns, look),
    )


def _is_outside(knowledge: Knowledge, look: _Look, high_risk: float) -> bool:
    if look.view is None:
        return False
    top = max(look.probabilities.values(), default=0.0)
    return is_outside(look.view.in_scope, top, high_risk, knowledge.policy.thresholds)


def _is_thin(knowledge: Knowledge, look: _Look) -> bool:
    """Whether a message says too little by itself; chatter says all there is."""
    thresholds = knowledge.policy.thresholds
    chatter = _chatter(look.view)
    if chatter is not None and chatter[1] >= thresholds.chatter:
        return False
    floor = _floor(knowledge, look)
    if look.support < (thresholds.answer if floor is None else floor):
        return True
    # Not quite about our topics alone, it may be with the message before: "can I pick it myself?"
    return look.view is not None and _HALF_OUTSIDE <= look.view.in_scope < thresholds.in_scope


def _floor(knowledge: Knowledge, look: _Look) -> float | None:
    """The calibrated threshold where there are no intents; ``None`` leaves it to the policy."""
    by_signals = look.view is None and look.encoded is not None
    return knowledge.support.threshold if by_signals else None


def _chatter(view: IntentView | None) -> tuple[ReplyReason, float] | None:
    if view is None:
        return None
    best = max((view.thanks, ReplyReason.THANKS), (view.small_talk, ReplyReason.SMALL_TALK))
    # A greeting before a question is nearer to the question's examples than to a greeting.
    return (best[1], best[0]) if best[0] > view.proximity else None


def _episode(conversation: Conversation) -> tuple[Turn, ...]:
    """The turns since the last handoff: old reasons don't count in a new episode."""
    turns = conversation.turns
    for place in range(len(turns) - 1, -1, -1):
        if isinstance(turns[place].decision, Handoff):
            return turns[place + 1 :]
    return turns


def _just_clarified(turns: Sequence[Turn]) -> bool:
    last = next((t for t in reversed(turns) if t.speaker is Speaker.ASSISTANT), None)
    return last is not None and isinstance(last.decision, Clarify)


_ORDINALS = (
    ("1", "first", "the first one"),
    ("2", "second", "the second one"),
    ("3", "third", "the third one"),
)


def _chosen_option(turns: Sequence[Turn], text: str) -> Option | None:
    """The option of the last clarifying question that the customer named, typed or clicked."""
    last = next((t for t in reversed(turns) if t.speaker is Speaker.ASSISTANT), None)
    if last is None or not isinstance(last.decision, Clarify):
        return None
    said = fold(text)
    for option, words in zip(last.decision.options, _ORDINALS, strict=False):
        if said == fold(option.label) or said in words:
            return option
    return None


def _candidate_of(knowledge: Knowledge, option: Option) -> Candidate | None:
    if option.article_id not in knowledge.index.articles:
        return None  # the article went while the customer was choosing
    intent = knowledge.catalogue.intents.get(option.intent or "")
    risk = intent.risk if intent else Risk.LOW
    return Candidate(option.article_id, option.intent, risk, 1.0)


def _option(knowledge: Knowledge, candidate: Candidate) -> Option:
    title = knowledge.index.articles[candidate.article_id].title
    return Option(title, candidate.article_id, candidate.intent)


def _came_up(turns: Sequence[Turn], look: _Look) -> int:
    """How often in a row the same intent, or without intents the same article, came up."""
    count = 1
    intent = max(look.probabilities, key=lambda n: look.probabilities[n], default=None)
    article = look.hits[0].passage.article_id if look.hits else None
    for turn in reversed(turns):
        if turn.speaker is not Speaker.ASSISTANT or turn.evidence is None:
            continue
        if isinstance(turn.decision, Reply):
            continue
        before = turn.evidence.articles[0].article_id if turn.evidence.articles else None
        same = turn.evidence.intent == intent if intent else before == article
        if not same:
            break
        count += 1
    return count


def _note(ruling: HandOver, evidence: Evidence) -> str:
    parts = [f"rule {ruling.rule}"]
    if evidence.intents:
        top = evidence.intents[0]
        parts.append(f"intent {top.intent} ({top.risk.value}, {top.probability:.2f})")
    if evidence.articles:
        parts.append("nearest articles " + ", ".join(a.article_id for a in evidence.articles[:3]))
    return "; ".join(parts)


def _place(error: BaseException) -> str:
    """File and line where an error was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings[stage] = timings.get(stage, 0.0) + _milliseconds(started)


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
