from dataclasses import replace
from typing import Any

import pytest

from bot.decision import HandoffReason, ReplyReason, Risk
from bot.policy import IntentRule, Policy, Thresholds
from bot.rules import is_outside, rule, rule_on_choice, rule_while_waiting
from bot.ruling import AnswerFrom, AskBetween, Candidate, HandOver, ReplyWith, Ruling, Situation
from bot.tone import Tone

POLICY = Policy(
    version="7",
    thresholds=Thresholds(
        high_risk=0.2,
        offer_agent=0.3,
        in_scope=0.5,
        answer=0.6,
        clarify=0.4,
        option=0.1,
        chatter=0.7,
    ),
    intents={"refund": IntentRule(hand_over=True), "exchange": IntentRule(answer=0.9)},
)


def candidate(support: float, risk: Risk = Risk.LOW, intent: str | None = "top_up") -> Candidate:
    return Candidate(f"{intent}-{risk.value}", intent, risk, support)


LOW, ACCOUNT, HIGH = (candidate(0.8, risk) for risk in Risk)
NEAR = (candidate(0.3), candidate(0.2, intent="transfer"), candidate(0.1, intent="cash"))
PLAIN = Situation(has_intents=True, candidates=(LOW,), options=(LOW,))
TORN = Situation(has_intents=True, candidates=NEAR[:1], options=NEAR)


def kind_and_reason(ruling: Ruling) -> tuple[str, str]:
    return type(ruling).__name__, ruling.rule


def test_the_usual_case_is_an_answer() -> None:
    assert rule(PLAIN, POLICY) == AnswerFrom(LOW, offers_agent=False, rule="supported")


@pytest.mark.parametrize(
    ("changes", "reason", "name"),
    [
        ({"tone": Tone(distressed=True)}, HandoffReason.SENSITIVE, "distress_or_legal_matter"),
        ({"tone": Tone(asks_for_person=True)}, HandoffReason.CUSTOMER_ASKED, "person_asked_for"),
        ({"tone": Tone(furious=True)}, HandoffReason.REPEATED, "furious"),
        ({"tone": Tone(names_high_risk=True)}, HandoffReason.HIGH_RISK, "high_risk_phrase"),
        ({"foreign": True}, HandoffReason.OTHER_LANGUAGE, "language_without_articles"),
        ({"high_risk": 0.2}, HandoffReason.HIGH_RISK, "summed_high_risk"),
        ({"came_up": 3}, HandoffReason.REPEATED, "same_thing_again"),
        ({"candidates": (HIGH,)}, HandoffReason.HIGH_RISK, "best_intent_hands_over"),
        (
            {"candidates": (candidate(0.8, intent="refund"),)},
            HandoffReason.HIGH_RISK,
            "best_intent_hands_over",
        ),
        ({"candidates": (), "options": ()}, HandoffReason.NO_ARTICLE, "no_article_near"),
        (
            {"candidates": (candidate(0.05),), "options": ()},
            HandoffReason.NO_ARTICLE,
            "no_article_near",
        ),
        (
            {"candidates": NEAR[:1], "options": NEAR[:1]},
            HandoffReason.LOW_CONFIDENCE,
            "support_too_thin",
        ),
        (
            {"candidates": NEAR[:1], "options": NEAR, "clarified": True},
            HandoffReason.LOW_CONFIDENCE,
            "thin_after_clarifying",
        ),
    ],
)
def test_a_person_takes_over(changes: dict[str, Any], reason: HandoffReason, name: str) -> None:
    assert rule(replace(PLAIN, **changes), POLICY) == HandOver(reason, name)


@pytest.mark.parametrize("reason", [ReplyReason.THANKS, ReplyReason.SMALL_TALK])
def test_chatter_gets_a_fixed_line(reason: ReplyReason) -> None:
    ruling = rule(replace(PLAIN, chatter=(reason, 0.7)), POLICY)
    assert ruling == ReplyWith(reason, reason.value)


def test_something_else_altogether_gets_a_fixed_line() -> None:
    ruling = rule(replace(PLAIN, out_of_scope=True), POLICY)
    assert ruling == ReplyWith(ReplyReason.OUT_OF_SCOPE, "far_from_every_example")


def test_close_options_are_asked_about() -> None:
    assert rule(TORN, POLICY) == AskBetween(NEAR, "several_articles_close")


def test_no_more_options_than_allowed_are_asked_about() -> None:
    policy = POLICY.model_copy(update={"max_options": 2})
    assert rule(TORN, policy) == AskBetween(NEAR[:2], "several_articles_close")


# Everything fires at once; each row takes away what has won so far.
ALL_AT_ONCE = Situation(
    tone=Tone(asks_for_person=True, distressed=True, furious=True, names_high_risk=True),
    foreign=True,
    only_data=True,
    chatter=(ReplyReason.THANKS, 1.0),
    out_of_scope=True,
    high_risk=1.0,
    account_or_high=1.0,
    has_intents=True,
    candidates=(LOW,),
    options=NEAR,
    came_up=3,
)


def test_the_rules_are_tried_in_their_order() -> None:
    situation = ALL_AT_ONCE
    tone = situation.tone
    names = []
    steps: list[dict[str, Any]] = [
        {},
        {"tone": (tone := replace(tone, distressed=False))},
        {"tone": (tone := replace(tone, asks_for_person=False))},
        {"tone": (tone := replace(tone, names_high_risk=False))},
        {"foreign": False},
        {"only_data": False},
        {"chatter": None},
        {"tone": replace(tone, furious=False)},
        {"out_of_scope": False},
        {"high_risk": 0.0},
        {"came_up": 1},
        {"candidates": NEAR[:1]},
        {"clarified": True},
    ]
    for step in steps:
        situation = replace(situation, **step)
        names.append(rule(situation, POLICY).rule)
    assert names == [
        "distress_or_legal_matter",
        "person_asked_for",
        "high_risk_phrase",
        "language_without_articles",
        "nothing_but_personal_data",
        "thanks",
        "furious",
        "far_from_every_example",  # what is out of scope is not handed over as high risk
        "summed_high_risk",
        "same_thing_again",
        "supported",
        "several_articles_close",
        "thin_after_clarifying",
    ]


@pytest.mark.parametrize(
    ("below", "at", "rule_below", "rule_at"),
    [
        ({"high_risk": 0.199}, {"high_risk": 0.2}, "supported", "summed_high_risk"),
        (
            {"chatter": (ReplyReason.THANKS, 0.699)},
            {"chatter": (ReplyReason.THANKS, 0.7)},
            "supported",
            "thanks",
        ),
        ({"came_up": 2}, {"came_up": 3}, "supported", "same_thing_again"),
        (
            {"candidates": (candidate(0.599),)},
            {"candidates": (candidate(0.6),)},
            "support_too_thin",
            "supported",
        ),
        (
            {"candidates": (candidate(0.899, intent="exchange"),)},
            {"candidates": (candidate(0.9, intent="exchange"),)},
            "support_too_thin",
            "supported",
        ),
        (
            {"candidates": (candidate(0.099),)},
            {"candidates": (candidate(0.1),)},
            "no_article_near",
            "support_too_thin",
        ),
        (
            {"candidates": (), "options": (candidate(0.25), candidate(0.149, intent="x"))},
            {"candidates": (), "options": (candidate(0.25), candidate(0.15, intent="x"))},
            "no_article_near",
            "several_articles_close",
        ),
        (
            {"candidates": (), "options": (candidate(0.5), candidate(0.099, intent="x"))},
            {"candidates": (), "options": (candidate(0.5), candidate(0.1, intent="x"))},
            "no_article_near",
            "several_articles_close",
        ),
    ],
)
def test_a_threshold_holds_from_its_value_on(
    below: dict[str, Any], at: dict[str, Any], rule_below: str, rule_at: str
) -> None:
    assert rule(replace(PLAIN, **below), POLICY).rule == rule_below
    assert rule(replace(PLAIN, **at), POLICY).rule == rule_at


@pytest.mark.parametrize(
    ("best", "account_or_high", "offers"),
    [(LOW, 0.299, False), (LOW, 0.3, True), (ACCOUNT, 0.0, True)],
)
def test_a_person_is_offered_where_it_may_be_about_an_account(
    best: Candidate, account_or_high: float, offers: bool
) -> None:
    ruling = rule(replace(PLAIN, candidates=(best,), account_or_high=account_or_high), POLICY)
    assert ruling == AnswerFrom(best, offers, "supported")


def test_without_intents_there_is_no_summed_risk() -> None:
    bare = replace(
        PLAIN, has_intents=False, high_risk=0.9, candidates=(candidate(0.8, intent=None),)
    )
    assert kind_and_reason(rule(bare, POLICY)) == ("AnswerFrom", "supported")


def test_an_option_is_chosen() -> None:
    assert rule_on_choice(LOW, POLICY) == AnswerFrom(LOW, False, "option_chosen")
    assert rule_on_choice(ACCOUNT, POLICY) == AnswerFrom(ACCOUNT, True, "option_chosen")


@pytest.mark.parametrize("choice", [HIGH, candidate(0.8, intent="refund")])
def test_a_chosen_option_of_high_risk_is_handed_over(choice: Candidate) -> None:
    expected = HandOver(HandoffReason.HIGH_RISK, "chosen_option_is_high_risk")
    assert rule_on_choice(choice, POLICY) == expected


def test_every_handoff_reason_but_the_composers_has_a_rule() -> None:
    reasons = {
        HandoffReason.NOT_GROUNDED,  # the composer found nothing to quote
        HandoffReason.FAILURE,  # a part broke
        HandoffReason.PAUSED,  # staff paused the assistant
    }
    rows: list[dict[str, Any]] = [
        {"tone": Tone(distressed=True)},
        {"tone": Tone(asks_for_person=True)},
        {"tone": Tone(furious=True)},
        {"foreign": True},
        {"high_risk": 1.0},
        {"candidates": (), "options": ()},
        {"candidates": NEAR[:1], "options": ()},
    ]
    for row in rows:
        ruling = rule(replace(PLAIN, **row), POLICY)
        assert isinstance(ruling, HandOver)
        reasons.add(ruling.reason)
    assert reasons == set(HandoffReason)


@pytest.mark.parametrize(
    ("in_scope", "top", "high_risk", "outside"),
    [
        (0.29, 0.5, 0.0, True),
        (0.30, 0.5, 0.0, False),
        (0.29, 0.9, 0.0, False),  # a single intent is certain
        (0.29, 0.5, 0.5, False),  # a stolen phone is never off topic
        (0.14, 0.5, 0.5, True),
    ],
)
def test_a_message_is_outside_by_proximity_certainty_and_risk(
    in_scope: float, top: float, high_risk: float, outside: bool
) -> None:
    assert is_outside(in_scope, top, high_risk, Thresholds()) is outside


def test_labelled_messages_may_have_a_threshold_of_their_own() -> None:
    policy = Policy(thresholds=Thresholds(high_risk=0.2, high_risk_labelled=0.1))
    assert isinstance(rule(replace(PLAIN, high_risk=0.15), policy), AnswerFrom)
    assert isinstance(rule(replace(PLAIN, high_risk=0.15, labelled=True), policy), HandOver)
    same = Policy(thresholds=Thresholds(high_risk=0.2))
    assert isinstance(rule(replace(PLAIN, high_risk=0.15, labelled=True), same), AnswerFrom)


def test_fury_does_not_hide_a_risk() -> None:
    furious = replace(PLAIN, tone=Tone(furious=True))
    assert rule(furious, POLICY) == HandOver(HandoffReason.REPEATED, "furious")
    assert rule(replace(furious, high_risk=0.4), POLICY).rule == "furious"
    assert rule(replace(furious, high_risk=1.0), POLICY).rule == "summed_high_risk"


def test_what_did_not_help_hands_over_only_after_an_answer_or_a_question() -> None:
    unhelped = replace(PLAIN, tone=Tone(unhelpful=True))
    assert rule(unhelped, POLICY).rule == "supported"
    assert rule(replace(unhelped, answered=True), POLICY).rule == "answer_did_not_help"
    assert rule(replace(unhelped, clarified=True), POLICY).rule == "no_option_fits"


@pytest.mark.parametrize(
    ("ruling", "name"),
    [
        (ReplyWith(ReplyReason.SMALL_TALK, "small_talk"), "waiting"),
        (AskBetween(NEAR, "several_articles_close"), "waiting"),
        (HandOver(HandoffReason.NO_ARTICLE, "no_article_near"), "waiting"),
        (HandOver(HandoffReason.HIGH_RISK, "summed_high_risk"), "summed_high_risk"),
        (HandOver(HandoffReason.SENSITIVE, "distress_or_legal_matter"), "distress_or_legal_matter"),
        (AnswerFrom(LOW, False, "supported"), "supported"),
    ],
)
def test_while_a_person_is_awaited_only_answers_and_new_risks_are_said(
    ruling: Ruling, name: str
) -> None:
    assert rule_while_waiting(ruling).rule == name


def test_a_risk_is_named_again_even_where_a_risk_was_the_reason_to_wait() -> None:
    risk = HandOver(HandoffReason.HIGH_RISK, "summed_high_risk")
    named = ReplyWith(ReplyReason.WAITING, "summed_high_risk", HandoffReason.HIGH_RISK)
    assert rule_while_waiting(risk) == named


def test_while_a_person_is_awaited_an_account_matter_is_left_to_them() -> None:
    assert rule_while_waiting(AnswerFrom(ACCOUNT, True, "supported")).rule == "waiting"


def test_a_message_of_a_few_words_is_asked_back_whatever_its_options_sum_to() -> None:
    faint = replace(PLAIN, candidates=(), options=tuple(replace(c, support=0.11) for c in NEAR))
    assert rule(faint, POLICY).rule == "no_article_near"
    asked = rule(replace(faint, few_words=True), POLICY)
    assert asked == AskBetween(faint.options, "too_few_words")
    assert rule(replace(faint, few_words=True, clarified=True), POLICY).rule != "too_few_words"


@pytest.mark.parametrize(
    ("supports", "expected"),
    [
        ((0.3, 0.02, 0.001), (0.3, 0.02)),
        ((0.3, 0.001), (0.3, 0.001)),  # a question needs two options
        ((0.03, 0.02, 0.01), (0.03, 0.02, 0.01)),
    ],
)
def test_without_intents_a_thin_message_is_asked_about_the_nearest_articles(
    supports: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    near = tuple(candidate(s, intent=None) for n, s in enumerate(supports))
    thin = Situation(candidates=near[:1], options=near)
    asked = rule(thin, POLICY)
    assert asked == AskBetween(near[: len(expected)], "nearest_articles")
    assert rule(replace(thin, clarified=True), POLICY).rule == "thin_after_clarifying"


def test_without_intents_and_with_nothing_near_nobody_is_asked() -> None:
    far = tuple(candidate(0.009, intent=None) for n in range(3))
    assert rule(Situation(candidates=far[:1], options=far), POLICY).rule == "no_article_near"
    only = (candidate(0.3, intent=None),)
    assert rule(Situation(candidates=only, options=only), POLICY).rule == "support_too_thin"


def test_a_single_word_near_a_high_risk_article_is_asked_back_once() -> None:
    high = candidate(0.9, Risk.HIGH, "lost")
    word = Situation(has_intents=True, few_words=True, candidates=(high,), options=(high, LOW))
    assert rule(word, POLICY).rule == "too_few_words"
    assert rule(replace(word, clarified=True), POLICY).rule == "best_intent_hands_over"


def test_a_risk_in_one_sentence_hands_over_whatever_the_others_ask() -> None:
    hidden = replace(PLAIN, riskiest_sentence=0.85)
    assert rule(hidden, POLICY) == HandOver(HandoffReason.HIGH_RISK, "a_sentence_is_high_risk")
    assert rule(replace(PLAIN, riskiest_sentence=0.84), POLICY).rule == "supported"


def test_two_questions_are_both_answered() -> None:
    asked = (LOW, candidate(0.9, intent="transfer"), candidate(0.9, intent="cash"))
    both = rule(replace(PLAIN, asked=asked), POLICY)
    assert both == AnswerFrom(LOW, False, "several_questions", asked[1:2])


def test_of_two_questions_one_about_an_account_offers_a_person() -> None:
    both = rule(replace(PLAIN, asked=(LOW, ACCOUNT)), POLICY)
    assert isinstance(both, AnswerFrom)
    assert both.offers_agent


def test_two_questions_one_of_which_must_be_handed_over_are_judged_as_one() -> None:
    assert rule(replace(PLAIN, asked=(LOW, HIGH)), POLICY).rule == "supported"


def test_a_topic_for_people_is_handed_over_for_want_of_an_article() -> None:
    ruling = rule(Situation(tone=Tone(for_people=True), out_of_scope=True), Policy())
    assert ruling == HandOver(HandoffReason.NO_ARTICLE, "topic_for_people")
