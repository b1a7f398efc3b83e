from typing import Any

import pytest

from bot.insights.miss import MissReason, find_misses

ASKED = ("c", "do you lend umbrellas?")


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([ASKED, ("a", "handoff", "no_article")], MissReason.NO_ARTICLE),
        ([ASKED, ("a", "handoff", "low_confidence")], MissReason.LOW_CONFIDENCE),
        ([ASKED, ("a", "handoff", "not_grounded")], MissReason.NOT_GROUNDED),
        ([ASKED, ("a", "handoff", "high_risk")], MissReason.NOTHING_NEAR),
        ([ASKED, ("a", "clarify")], MissReason.QUESTION_UNANSWERED),
        ([ASKED, ("a", "reply", "out_of_scope")], MissReason.DECLINED),
        ([ASKED], MissReason.UNKNOWN),
        ([ASKED, ("a", "answer", "top-up")], None),
        ([ASKED, ("a", "reply", "thanks")], None),
        ([ASKED, ("a", "clarify"), ("c", "the first"), ("a", "answer", "top-up")], None),
        ([("c", "a person please"), ("a", "handoff", "customer_asked")], None),
        ([], None),
    ],
)
def test_what_was_decided_says_whether_a_message_was_missed(
    said: Any, turns: list[tuple[str, ...]], reason: MissReason | None
) -> None:
    found = find_misses([said(*turns)])
    assert [miss.reason for miss in found] == ([] if reason is None else [reason])
    assert all(miss.text == ASKED[1] for miss in found)


def test_after_a_question_the_message_before_it_says_what_was_asked(said: Any) -> None:
    asked_back = said(ASKED, ("a", "clarify"), ("c", "neither"), ("a", "handoff", "no_article"))
    asked_on = said(
        ASKED,
        ("a", "answer", "top-up"),
        ("c", "let me talk to somebody"),
        ("a", "handoff", "customer_asked"),
    )
    assert [m.text for m in find_misses([asked_back, asked_on])] == [ASKED[1], ASKED[1]]


def test_a_thumb_down_counts_with_the_article_that_failed(said: Any) -> None:
    found = find_misses([said(ASKED, ("a", "answer", "top-up"), unhelpful=1)])
    assert [(m.reason, m.cited) for m in found] == [(MissReason.NOT_HELPFUL, ("top-up",))]


def test_who_comes_back_within_a_week_may_not_have_been_helped(said: Any) -> None:
    first = said(ASKED, ("a", "answer", "top-up"), customer="ann")
    later = said(("c", "umbrellas again"), ("a", "answer", "top-up"), customer="ann", days=3)
    much_later = said(("c", "hello"), ("a", "answer", "top-up"), customer="ann", days=20)
    other = said(("c", "hi"), ("a", "answer", "top-up"), customer="bob")
    found = find_misses([much_later, later, first, other])
    assert [(m.conversation_id, m.again) for m in found] == [("c1", ("umbrellas again",))]


def test_test_traffic_is_left_out(said: Any) -> None:
    assert find_misses([said(ASKED, ("a", "handoff", "no_article"), is_test=True)]) == ()


DECLINED = ("a", "reply", "out_of_scope")
PERSON = ("a", "handoff", "customer_asked")


@pytest.mark.parametrize(
    ("turns", "unhelpful", "reason"),
    [
        ([ASKED, DECLINED], 1, MissReason.DECLINED_IN_VAIN),
        ([ASKED, DECLINED, ("c", "a person please"), PERSON], None, MissReason.DECLINED_IN_VAIN),
        ([ASKED, DECLINED, PERSON], None, MissReason.DECLINED_IN_VAIN),
        ([ASKED, DECLINED, ("c", "ok"), ("a", "reply", "thanks")], None, MissReason.DECLINED),
        ([ASKED, DECLINED, ("c", "my pin"), ("a", "answer", "pin")], 3, MissReason.NOT_HELPFUL),
        ([ASKED, ("a", "reply", "small_talk")], 1, MissReason.NOT_HELPFUL),
        ([ASKED, ("a", "reply", "small_talk")], None, None),
    ],
)
def test_a_protest_shows_that_what_was_declined_is_no_chatter(
    said: Any, turns: list[tuple[str, ...]], unhelpful: int | None, reason: MissReason | None
) -> None:
    found = find_misses([said(*turns, unhelpful=unhelpful)])
    assert [miss.reason for miss in found] == ([] if reason is None else [reason])
    assert all(m.text == ASKED[1] for m in found if m.reason is MissReason.DECLINED_IN_VAIN)
