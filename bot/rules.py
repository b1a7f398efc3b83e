"""Answer, clarify, hand off or reply: pure rules over evidence, thresholds from ``bot.policy``.

The rules are tried in the order in which they stand in :func:`rule`; the first that fits decides,
and its name is kept with the decision.
"""

from bot.decision import HandoffReason, ReplyReason, Risk
from bot.policy import Policy, Thresholds
from bot.ruling import (
    ONLY_DATA,
    WAITING,
    AnswerFrom,
    AskBetween,
    Candidate,
    HandOver,
    ReplyWith,
    Ruling,
    Situation,
)

_RISKY = 0.5
_MOST_QUESTIONS = 2
"""Questions of one message that are answered: more would be a page, not an answer."""


def rule(situation: Situation, policy: Policy) -> Ruling:
    """Decide. The first rule that fits wins."""
    return (
        _person_at_once(situation)
        or _only_data(situation)
        or _unhelped_chatter(situation, policy)
        or _risk(situation, policy)
        or _topic_for_people(situation)
        or _patience(situation)
        or _scope(situation)
        or _repeated(situation, policy)
        or _answer(situation, policy)
        or _clarify(situation, policy)
        or _thin(situation, policy)
    )


def is_outside(in_scope: float, top: float, high_risk: float, thresholds: Thresholds) -> bool:
    """Whether a message is about none of our topics.

    Args:
        in_scope: Probability of being about our topics.
        top: Probability of the most probable intent.
        high_risk: Summed probability of the high-risk intents.
        thresholds: The policy's.
    """
    if top >= thresholds.certain:
        return False
    risky = high_risk >= _RISKY
    return in_scope < (thresholds.in_scope_risky if risky else thresholds.in_scope)


def rule_on_choice(choice: Candidate, policy: Policy) -> Ruling:
    """Decide after the customer picked an option of a clarifying question."""
    if _must_hand_over(choice, policy):
        return HandOver(HandoffReason.HIGH_RISK, "chosen_option_is_high_risk")
    return AnswerFrom(choice, policy.tiers[choice.risk].offers_agent, "option_chosen")


def rule_while_waiting(ruling: Ruling) -> Ruling:
    """Decide while a person is awaited: low-risk answers still help, the rest is added for them.

    Args:
        ruling: What would be decided otherwise.
    """
    match ruling:
        case AnswerFrom(candidate=Candidate(risk=Risk.LOW)):
            return ruling
        case HandOver(reason=HandoffReason.HIGH_RISK | HandoffReason.SENSITIVE):
            # Said every time: the reason so far may have been a false alarm, and this one real.
            return ReplyWith(ReplyReason.WAITING, ruling.rule, ruling.reason)
        case _:
            return ReplyWith(ReplyReason.WAITING, WAITING)


def _person_at_once(situation: Situation) -> Ruling | None:
    if situation.tone.distressed:
        return HandOver(HandoffReason.SENSITIVE, "distress_or_legal_matter")
    if situation.tone.asks_for_person:
        return HandOver(HandoffReason.CUSTOMER_ASKED, "person_asked_for")
    if situation.tone.names_high_risk:
        return HandOver(HandoffReason.HIGH_RISK, "high_risk_phrase")
    greeting = situation.tone.greets or situation.tone.thanks
    if situation.foreign and not greeting:
        return HandOver(HandoffReason.OTHER_LANGUAGE, "language_without_articles")
    return None


def _only_data(situation: Situation) -> Ruling | None:
    if situation.only_data:
        return ReplyWith(ReplyReason.SMALL_TALK, ONLY_DATA)
    return None


def _unhelped_chatter(situation: Situation, policy: Policy) -> Ruling | None:
    if situation.tone.unhelpful:
        return None  # "thanks for nothing" is no thanks
    return _chatter(situation, policy)


def _chatter(situation: Situation, policy: Policy) -> Ruling | None:
    if situation.tone.thanks:
        return ReplyWith(ReplyReason.THANKS, "thanks")
    if situation.tone.greets:
        return ReplyWith(ReplyReason.SMALL_TALK, "small_talk")
    if situation.chatter and situation.chatter[1] >= policy.thresholds.chatter:
        return ReplyWith(situation.chatter[0], situation.chatter[0].value)
    return None


def _risk(situation: Situation, policy: Policy) -> Ruling | None:
    if situation.riskiest_sentence >= policy.thresholds.high_risk_sentence:
        return HandOver(HandoffReason.HIGH_RISK, "a_sentence_is_high_risk")
    if situation.out_of_scope or not situation.has_intents:
        return None
    threshold = policy.thresholds.high_risk
    if situation.labelled and policy.thresholds.high_risk_labelled is not None:
        threshold = policy.thresholds.high_risk_labelled
    elif situation.candidates and situation.candidates[0].support >= policy.thresholds.clear:
        threshold = max(threshold, policy.thresholds.high_risk_clear)
    if situation.tone.furious or situation.tone.unhelpful:
        threshold = max(threshold, _RISKY)  # a complaint alone looks a little like everything
    if situation.high_risk >= threshold:
        return HandOver(HandoffReason.HIGH_RISK, "summed_high_risk")
    return None


def _topic_for_people(situation: Situation) -> Ruling | None:
    if situation.tone.for_people:
        return HandOver(HandoffReason.NO_ARTICLE, "topic_for_people")
    return None


def _patience(situation: Situation) -> Ruling | None:
    """Fury, or an answer that did not help; after risk, which must not be hidden by either."""
    if situation.tone.furious:
        return HandOver(HandoffReason.REPEATED, "furious")
    if situation.tone.unhelpful and situation.clarified:
        return HandOver(HandoffReason.LOW_CONFIDENCE, "no_option_fits")
    if situation.tone.unhelpful and situation.answered:
        return HandOver(HandoffReason.LOW_CONFIDENCE, "answer_did_not_help")
    return None


def _scope(situation: Situation) -> Ruling | None:
    if situation.out_of_scope:
        return ReplyWith(ReplyReason.OUT_OF_SCOPE, "far_from_every_example")
    return None


def _repeated(situation: Situation, policy: Policy) -> Ruling | None:
    if situation.came_up >= policy.repeats:
        return HandOver(HandoffReason.REPEATED, "same_thing_again")
    return None


def _must_hand_over(candidate: Candidate, policy: Policy) -> bool:
    own = policy.intents.get(candidate.intent or "")
    return not policy.tiers[candidate.risk].answer or (own is not None and own.hand_over)


def _answer(situation: Situation, policy: Policy) -> Ruling | None:
    asked = situation.asked[:_MOST_QUESTIONS]
    if asked and not any(_must_hand_over(candidate, policy) for candidate in asked):
        offers = any(_offers_agent(candidate, situation, policy) for candidate in asked)
        return AnswerFrom(asked[0], offers, "several_questions", asked[1:])
    if not situation.candidates:
        return None
    best = situation.candidates[0]
    own = policy.intents.get(best.intent or "")
    floor = policy.thresholds.answer if situation.floor is None else situation.floor
    if own is not None and own.answer is not None:
        floor = own.answer
    if best.support < floor:
        return None
    if _must_hand_over(best, policy):
        if situation.few_words and not situation.clarified:
            return None  # "verify" alone is asked back
        return HandOver(HandoffReason.HIGH_RISK, "best_intent_hands_over")
    return AnswerFrom(best, _offers_agent(best, situation, policy), "supported")


def _offers_agent(candidate: Candidate, situation: Situation, policy: Policy) -> bool:
    return (
        policy.tiers[candidate.risk].offers_agent
        or situation.account_or_high >= policy.thresholds.offer_agent
    )


def _clarify(situation: Situation, policy: Policy) -> Ruling | None:
    if situation.clarified:
        return None
    found = situation.options[: policy.max_options]
    if not situation.has_intents:
        return _ask_what_is_near(found, policy)
    options = tuple(c for c in found if c.support >= policy.thresholds.option)
    if len(options) < 2:
        return None
    if situation.few_words:
        return AskBetween(options, "too_few_words")
    if sum(c.support for c in options) < policy.thresholds.clarify:
        return None
    return AskBetween(options, "several_articles_close")


def _ask_what_is_near(found: tuple[Candidate, ...], policy: Policy) -> Ruling | None:
    """Without intents nothing says what a thin message is about, but the nearest articles may."""
    near = tuple(c for c in found if c.support >= policy.thresholds.near)
    if not near or len(found) < 2:
        return None
    return AskBetween(near if len(near) > 1 else found[:2], "nearest_articles")


def _thin(situation: Situation, policy: Policy) -> Ruling:
    if situation.clarified:
        return HandOver(HandoffReason.LOW_CONFIDENCE, "thin_after_clarifying")
    if situation.candidates and situation.candidates[0].support >= policy.thresholds.option:
        return HandOver(HandoffReason.LOW_CONFIDENCE, "support_too_thin")
    return HandOver(HandoffReason.NO_ARTICLE, "no_article_near")
