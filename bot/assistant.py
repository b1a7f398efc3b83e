"""The spine: a redacted message and the conversation so far become a decision with its evidence.

A pure decision maker: it saves nothing and calls nobody. Any failure of a part becomes a handoff.
"""

import asyncio
import logging
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bot.compose.composer import Composer
from bot.compose.wordsmiths import Wordsmiths
from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import (
    Handoff,
    HandoffReason,
    Option,
    Risk,
)
from bot.dialogue import Judgement
from bot.episode import (
    asked_before,
    came_up,
    chosen_option,
    episode_of,
    has_answered,
    just_clarified,
)
from bot.evidence import ArticleScore, Evidence, IntentScore
from bot.follow_up import reworded_by
from bot.knowledge import Knowledge
from bot.language import Language, identify
from bot.leaning import leans, may_lean, may_point_back
from bot.lines import LinesSource
from bot.llm.turn import model_turn
from bot.look import (
    Look,
    asked_in,
    bare_text,
    chatter_in,
    floor_of,
    high_risk_in,
    is_off_topic,
    is_thin,
    look_at,
    look_closer,
    look_past_slips,
    milliseconds,
    timed,
)
from bot.rules import (
    Candidate,
    HandOver,
    ReplyWith,
    Ruling,
    Situation,
    rule,
    rule_on_choice,
    rule_while_waiting,
)
from bot.tone import Phrases, Tone, ToneReader
from bot.wording import Wording
from redaction.redactor import RedactedText

logger = logging.getLogger(__name__)

_TOP_INTENTS = 5
_TOP_ARTICLES = 5
_HALF_OUTSIDE = 0.1
_HABIT = 0.9
"""Of its own support is enough for a message that points back to be taken with the one before."""

_RISK_OF_BOTH = 0.85
"""High risk of a message together with the one before, from which it counts: neither named it."""


class KnowledgeSource(Protocol):
    """Gives the knowledge in use."""

    def current(self) -> Knowledge:
        """The generation in use."""
        ...


class Assistant:
    """Decides what to do with a customer's message.

    Args:
        knowledge: Gives the knowledge base in use.
        composer: Words answers.
        lines: Gives the fixed lines the assistant speaks.
        phrases: Phrases that hold for any company.
        settings_hash: Kept with each decision, for replay.
        wordsmiths: What language models do beside wording answers.
    """

    def __init__(
        self,
        knowledge: KnowledgeSource,
        composer: Composer,
        lines: LinesSource,
        phrases: Phrases,
        settings_hash: str = "",
        wordsmiths: Wordsmiths | None = None,
    ) -> None:
        self._wordsmiths = wordsmiths or Wordsmiths()
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
            with model_turn(self._wordsmiths.seconds) as turn:
                reworded = await reworded_by(
                    self._wordsmiths.rewriter, knowledge, self._tone(knowledge), conversation, text
                )
                evidence, ruling, look, locale, used = await asyncio.to_thread(
                    self._judge, knowledge, conversation, text, reworded
                )
                started = time.perf_counter()
                again = any(t.speaker is Speaker.ASSISTANT for t in conversation.turns)
                asked = _asked(conversation.turns, used, chosen_option(conversation.turns, text))
                lines = self._lines.current(locale or "")
                wording = Wording(self._composer, lines, self._wordsmiths)
                decision = await wording.word(knowledge, ruling, asked, look, evidence, again=again)
                evidence = replace(evidence, worded_by=tuple(turn.used))
        except Exception as error:  # noqa: BLE001  whatever broke, the customer gets a person
            # The message of an error may quote the customer, so only its type and place are logged.
            logger.error(  # noqa: TRY400  a trace could quote the customer
                "decision failed conversation=%s error=%s at=%s",
                conversation.id,
                type(error).__name__,
                _place(error),
            )
            return self._failed("component_failed")
        timings = {**evidence.timings, "word": milliseconds(started)}
        if turn.first_told is not None:
            timings["first_sentence"] = round((turn.first_told - turn.began) * 1000, 3)
        return Judgement(decision, replace(evidence, timings=timings))

    def _failed(self, rule_name: str) -> Judgement:
        evidence = Evidence(language="und", rule=rule_name, settings_hash=self._settings_hash)
        reason = HandoffReason.FAILURE
        return Judgement(
            Handoff(reason, self._lines.current().handoff(reason), rule_name), evidence
        )

    def _judge(
        self,
        knowledge: Knowledge,
        conversation: Conversation,
        text: RedactedText,
        reworded: RedactedText | None = None,
    ) -> tuple[Evidence, Ruling, Look, str | None, RedactedText]:
        timings: dict[str, float] = {}
        turns = episode_of(conversation)
        waiting = conversation.state is ConversationState.WAITING
        chosen = chosen_option(turns, text)
        with timed(timings, "tone"):
            language = identify(text)
            tone = self._tone(knowledge).read(text)
        locale = _locale(knowledge, conversation, language)
        look = look_at(knowledge, _asked(turns, text, chosen), timings, locale)
        if chosen is None:
            look = look_past_slips(knowledge, text, look, timings, locale)
            look = look_closer(knowledge, text, look, timings)
        alone = look
        used = text
        if reworded is not None:
            both = look_at(knowledge, reworded, timings, locale)
            if both.support > look.support or may_point_back(text):
                look, used = both, reworded
        if used is text and chosen is None and not waiting and not tone.unhelpful:
            look = self._look_back(knowledge, turns, text, look, timings, locale)
        situation = _situation(knowledge, turns, look, tone, language)
        # A risk named now is not made smaller by the message before, nor made up by both.
        risk = high_risk_in(knowledge, alone)
        if look is not alone and is_off_topic(knowledge, alone, risk):
            risk = 0.0
        if just_clarified(turns) or situation.high_risk >= _RISK_OF_BOTH:
            risk = max(risk, situation.high_risk)
        situation = replace(
            situation,
            high_risk=risk,
            riskiest_sentence=max((s.high_risk for s in alone.sentences), default=0.0),
            only_data=not bare_text(text),
        )
        option = None if chosen is None else _candidate_of(knowledge, chosen)
        ruling = (
            rule(situation, knowledge.policy)
            if option is None
            else rule_on_choice(option, knowledge.policy)
        )
        if waiting:
            ruling = rule_while_waiting(ruling)
        evidence = self._evidence(knowledge, situation, look, language, ruling, timings)
        if option is not None and option.intent is not None:
            evidence = replace(evidence, intents=_led_by(option, evidence.intents))
        return evidence, ruling, look, locale, used

    def _tone(self, knowledge: Knowledge) -> ToneReader:
        if self._tones is None or self._tones[0] != knowledge.version:
            reader = ToneReader(self._phrases + knowledge.catalogue.phrases)
            self._tones = (knowledge.version, reader)
        return self._tones[1]

    def _look_back(
        self,
        knowledge: Knowledge,
        turns: Sequence[Turn],
        text: str,
        look: Look,
        timings: dict[str, float],
        locale: str | None,
    ) -> Look:
        """Look again at a short or clarifying message together with the one before it."""
        before = asked_before(turns)
        leaning = leans(turns, text)
        if before is None or not (leaning or is_thin(knowledge, look)):
            return look
        if not just_clarified(turns) and not may_lean(text):
            return look
        both = look_at(knowledge, f"{before}\n{text}", timings, locale)
        return both if both.support > look.support * (_HABIT if leaning else 1.0) else look

    def _evidence(
        self,
        knowledge: Knowledge,
        situation: Situation,
        look: Look,
        language: Language,
        ruling: Ruling,
        timings: dict[str, float],
    ) -> Evidence:
        ranked = sorted(look.probabilities.items(), key=lambda item: (-item[1], item[0]))
        if isinstance(ruling, HandOver) and ruling.reason is HandoffReason.OTHER_LANGUAGE:
            ranked = []  # what the examples' language makes of another means nothing
        embedder = knowledge.index.embedder
        return Evidence(
            language=language.code if language.sure or language.code == "en" else "und",
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
            raises=ruling.raises if isinstance(ruling, ReplyWith) else None,
            index_version=knowledge.version,
            policy_version=knowledge.policy.version,
            settings_hash=self._settings_hash,
            model=embedder.name if embedder is not None else "",
            timings=timings,
        )


def _situation(
    knowledge: Knowledge, turns: Sequence[Turn], look: Look, tone: Tone, language: Language
) -> Situation:
    risks = {name: intent.risk for name, intent in knowledge.catalogue.intents.items()}
    account = sum(p for name, p in look.probabilities.items() if risks[name] is Risk.ACCOUNT)
    high = high_risk_in(knowledge, look)
    model = knowledge.intent_model
    return Situation(
        tone=tone,
        foreign=(
            language.sure and bool(knowledge.languages) and language.code not in knowledge.languages
        ),
        chatter=chatter_in(look),
        out_of_scope=is_off_topic(knowledge, look, high),
        high_risk=high,
        account_or_high=high + account,
        has_intents=bool(risks),
        labelled=model is not None and model.calibration.held_out == "labelled",
        floor=floor_of(knowledge, look),
        candidates=look.candidates,
        options=look.options,
        asked=asked_in(look),
        few_words=look.keywords is not None,
        clarified=just_clarified(turns),
        answered=has_answered(turns),
        came_up=came_up(turns, look),
    )


def _asked(turns: Sequence[Turn], text: RedactedText, chosen: Option | None) -> RedactedText:
    """What is asked: after a choice, the question that was asked first, in the option's words."""
    if chosen is None:
        return text
    return RedactedText(f"{asked_before(turns) or ''}\n{chosen.label}".strip())


def _locale(knowledge: Knowledge, conversation: Conversation, language: Language) -> str | None:
    """The language to search in, where the articles are in several."""
    if len(knowledge.languages) < 2:
        return None
    page = conversation.locale.partition("-")[0].lower()
    wanted = language.code if language.sure else page
    return wanted if wanted in knowledge.languages else None


def _led_by(option: Candidate, intents: Sequence[IntentScore]) -> tuple[IntentScore, ...]:
    """The intents with the chosen one first: the customer said which it is."""
    chosen = IntentScore(option.intent or "", 1.0, option.risk)
    return (chosen, *(i for i in intents if i.intent != option.intent))[:_TOP_INTENTS]


def _candidate_of(knowledge: Knowledge, option: Option) -> Candidate | None:
    if option.article_id not in knowledge.index.articles:
        return None  # the article went while the customer was choosing
    intent = knowledge.catalogue.intents.get(option.intent or "")
    risk = intent.risk if intent else Risk.LOW
    return Candidate(option.article_id, option.intent, risk, 1.0)


def _place(error: BaseException) -> str:
    """File and line where an error was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
