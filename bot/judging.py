"""What a redacted message is about, and which rule holds for it. No words, no waiting, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation import Conversation, ConversationState, Turn
from bot.decision import HandoffReason, Option, Risk
from bot.episode import (
    asked_before,
    came_up,
    chosen_option,
    episode_of,
    has_answered,
    just_clarified,
)
from bot.evidence import ArticleScore, Evidence, IntentScore
from bot.knowledge import Knowledge
from bot.language import Language, identify
from bot.leaning import leans, may_lean, may_point_back
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
    timed,
)
from bot.rules import rule, rule_on_choice, rule_while_waiting
from bot.ruling import Candidate, HandOver, ReplyWith, Ruling, Situation
from bot.tone import Tone, ToneReader
from redaction.redactor import RedactedText

_TOP_INTENTS = 5
_TOP_ARTICLES = 5
_HABIT = 0.9
"""Of its own support is enough for a message that points back to be taken with the one before."""

_RISK_OF_BOTH = 0.85
"""High risk of a message together with the one before, from which it counts: neither named it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a message is taken for.

    Attributes:
        evidence: What the ruling rests on, with timings in milliseconds.
        ruling: What to do.
        look: What the message looks like to the knowledge base.
        locale: The language to answer in, where the articles are in several.
        asked: What is asked: after a choice, the first question in the option's words.
    """

    evidence: Evidence
    ruling: Ruling
    look: Look
    locale: str | None
    asked: RedactedText


def judge(
    knowledge: Knowledge,
    tones: ToneReader,
    conversation: Conversation,
    text: RedactedText,
    reworded: RedactedText | None = None,
) -> Judged:
    """Judges the newest message of a conversation.

    Args:
        knowledge: The knowledge in use.
        tones: Reads its tone.
        conversation: The exchange before the message.
        text: The redacted message.
        reworded: The message as a question of its own, where a model worded one.
    """
    timings: dict[str, float] = {}
    turns = episode_of(conversation)
    waiting = conversation.state is ConversationState.WAITING
    chosen = chosen_option(turns, text)
    with timed(timings, "tone"):
        language = identify(text)
        tone = tones.read(text)
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
        look = _look_back(knowledge, turns, text, look, timings, locale)
    situation = _situation(knowledge, turns, text, alone, look, tone, language)
    option = None if chosen is None else _candidate_of(knowledge, chosen)
    ruling = (
        rule(situation, knowledge.policy)
        if option is None
        else rule_on_choice(option, knowledge.policy)
    )
    if waiting:
        ruling = rule_while_waiting(ruling)
    evidence = _evidence(knowledge, situation, look, language, ruling, timings)
    if option is not None and option.intent is not None:
        evidence = replace(evidence, intents=_led_by(option, evidence.intents))
    # The choice is that of the whole conversation: an episode may have begun with it.
    asked = _asked(conversation.turns, used, chosen_option(conversation.turns, text))
    return Judged(evidence, ruling, look, locale, asked)


def _look_back(
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


def _situation(
    knowledge: Knowledge,
    turns: Sequence[Turn],
    text: RedactedText,
    alone: Look,
    look: Look,
    tone: Tone,
    language: Language,
) -> Situation:
    """What the rules go by; ``alone`` is the look at the message without the one before it."""
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
        high_risk=_risk(knowledge, turns, alone, look, high),
        riskiest_sentence=max((s.high_risk for s in alone.sentences), default=0.0),
        only_data=not bare_text(text),
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


def _risk(
    knowledge: Knowledge, turns: Sequence[Turn], alone: Look, look: Look, of_both: float
) -> float:
    """A risk named now is not made smaller by the message before, nor made up by both."""
    risk = high_risk_in(knowledge, alone)
    if look is not alone and is_off_topic(knowledge, alone, risk):
        risk = 0.0
    if just_clarified(turns) or of_both >= _RISK_OF_BOTH:
        risk = max(risk, of_both)
    return risk


def _evidence(
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
        model=embedder.name if embedder is not None else "",
        timings=timings,
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
