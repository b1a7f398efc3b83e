from datetime import UTC, datetime

import pytest

from bot.conversation import Speaker, Turn
from bot.decision import (
    Answer,
    Citation,
    Clarify,
    Decision,
    Handoff,
    HandoffReason,
    Option,
    Reply,
    ReplyReason,
)
from bot.golden import Expected, GoldenCase, Played, Score, Step
from bot.golden_check import appears, check_case, check_step, plain, turns_to_goal
from redaction.redactor import RedactedText

QUOTE = "Sending costs **£4.50**.\nIt takes 2 to 4 working days."
ANSWER = Answer(
    QUOTE + "\n\nWould you like a colleague to look?",
    (Citation("transfer-fee", "transfer-fee#1", "Fees", "swift", QUOTE),),
    0.9,
    offers_agent=True,
)
CLARIFY = Clarify("Which one?", (Option("Fees", "transfer-fee", "fee"),), 0.4)
HANDOFF = Handoff(HandoffReason.HIGH_RISK, "A colleague takes over.", "rule x")
REPLY = Reply(ReplyReason.THANKS, "You're welcome!")
AT = datetime(2026, 1, 1, tzinfo=UTC)


def played(decision: Decision, customer: str = "hello", step: int = 0) -> Played:
    return Played(
        step,
        Turn("c", AT, Speaker.CUSTOMER, RedactedText(customer)),
        Turn("a", AT, Speaker.ASSISTANT, RedactedText("…"), decision=decision),
    )


def verdicts(expected: Expected, decision: Decision) -> dict[str, bool | None]:
    return {score.check: score.value for score in check_step(expected, decision)}


@pytest.mark.parametrize(
    ("expected", "decision", "wanted"),
    [
        (Expected(), ANSWER, {}),
        (Expected(decisions=frozenset({"answer"})), ANSWER, {"decision": True}),
        (Expected(decisions=frozenset({"answer", "clarify"})), CLARIFY, {"decision": True}),
        (Expected(decisions=frozenset({"answer"})), HANDOFF, {"decision": False}),
        (Expected(reasons=frozenset({"high_risk"})), HANDOFF, {"reason": True}),
        (Expected(reasons=frozenset({"high_risk"})), REPLY, {"reason": False}),
        (Expected(reasons=frozenset({"thanks"})), ANSWER, {"reason": False}),
        (Expected(articles=frozenset({"transfer-fee"})), ANSWER, {"article": True}),
        (Expected(articles=frozenset({"other"})), ANSWER, {"article": False}),
        (Expected(articles=frozenset({"other"})), HANDOFF, {}),
        (Expected(options=frozenset({"transfer-fee"})), CLARIFY, {"options": True}),
        (Expected(options=frozenset({"other"})), CLARIFY, {"options": False}),
        (Expected(facts=("£4.50", "takes 2 to 4  working days")), ANSWER, {"facts": True}),
        (Expected(facts=("£4.50", "£9")), ANSWER, {"facts": False}),
        (Expected(facts=("£4.50",)), REPLY, {}),
        (Expected(forbidden=("guaranteed",)), ANSWER, {"forbidden": True}),
        (Expected(forbidden=("SENDING COSTS £4.50",)), ANSWER, {"forbidden": False}),
        (Expected(forbidden=("fees",)), CLARIFY, {"forbidden": False}),
        (Expected(offers_agent=True), ANSWER, {"offer": True}),
        (Expected(offers_agent=False), ANSWER, {"offer": False}),
        (Expected(offers_agent=True), CLARIFY, {}),
    ],
)
def test_a_step_is_checked(
    expected: Expected, decision: Decision, wanted: dict[str, bool | None]
) -> None:
    assert verdicts(expected, decision) == wanted


def test_a_failed_check_says_what_was_wanted() -> None:
    (score,) = check_step(Expected(decisions=frozenset({"reply", "answer"})), HANDOFF, 2)
    assert score == Score("decision", 2, False, "wanted answer or reply, got handoff")


def test_a_conversation_that_ends_early_fails_the_steps_left() -> None:
    wants = Expected(decisions=frozenset({"answer"}))
    case = GoldenCase("x", (Step("a"), Step("b", expected=wants), Step("c")))
    scores = check_case(case, [played(CLARIFY)])
    assert [(s.step, s.value) for s in scores] == [(1, False)]


def test_the_last_turn_of_a_step_counts() -> None:
    wants = Expected(decisions=frozenset({"answer"}))
    case = GoldenCase("x", (Step("a", expected=wants),))
    (score,) = check_case(case, [played(CLARIFY), played(ANSWER)])
    assert score.value is True


def test_planted_data_is_found_wherever_it_is_kept() -> None:
    case = GoldenCase("x", (Step("a"),), must_not_appear=("4111 1111 1111 1111",))
    assert check_case(case, [played(ANSWER, "my card is [CARD_1]")])[0].value is True
    assert check_case(case, [played(ANSWER, "my card is 4111-1111-1111-1111")])[0].value is False
    assert check_case(case, [played(ANSWER)], "note 4111111111111111")[0].value is False


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ("Sam@Example.com", "write to sam@example.COM today", True),
        ("Sam@Example.com", "write to [EMAIL_1] today", False),
        ("07700 900123", "call 07700900123", True),
        ("07700 900123", "call 07700 900124", False),
        ("8251", "it costs 82 and 51", False),
        ("8251", "my pin 8251", True),
    ],
)
def test_values_are_sought_with_other_separators_too(value: str, text: str, found: bool) -> None:
    assert appears(value, text) is found


def test_plain_text_has_no_marks() -> None:
    assert plain("**Cards** →\n `Freeze`") == "cards → freeze"


def test_a_turn_without_a_decision_is_refused() -> None:
    turn = Turn("a", AT, Speaker.AGENT, RedactedText("hi"))
    with pytest.raises(ValueError, match="no decision"):
        _ = Played(0, turn, turn).decision


@pytest.mark.parametrize(
    ("expected", "passed"),
    [
        (Expected(most_words=30), {"length": True}),
        (Expected(most_words=5), {"length": False}),
        (Expected(most_grade=12), {"grade": True}),
        (Expected(most_grade=-3), {"grade": False}),
    ],
)
def test_how_long_and_how_hard_an_answer_is(expected: Expected, passed: dict[str, bool]) -> None:
    assert {s.check: s.value for s in check_step(expected, ANSWER)} == passed
    assert list(check_step(expected, HANDOFF)) == []


def test_how_many_messages_it_took() -> None:
    goal = Expected(frozenset({"answer"}), articles=frozenset({"transfer-fee"}))
    steps = (Step("a"), Step("b", expected=goal))
    quick = GoldenCase("x", steps, most_turns=2)
    talk = [played(CLARIFY), played(CLARIFY, step=1), played(ANSWER, step=1)]
    assert turns_to_goal(quick, talk) == 3
    assert turns_to_goal(quick, talk[:2]) is None
    assert [s.value for s in check_case(quick, talk) if s.check == "turns"] == [False]
    slow = GoldenCase("x", steps, most_turns=3)
    assert [s.value for s in check_case(slow, talk) if s.check == "turns"] == [True]
