from datetime import UTC, datetime

import pytest

from bot.conversation import Conversation, Speaker, Turn
from bot.decision import Answer, Citation, Clarify, Decision, Handoff, HandoffReason, Option
from bot.handoff import summarise
from redaction.redactor import RedactedText

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANSWER = Answer("Tap Freeze.", (Citation("a", "a#0", "Freeze", "", "Tap."),), 0.9, False)
CLARIFY = Clarify("Which?", (Option("A", "a", None), Option("B", "b", None)), 0.4)


def talk(*said: str | Decision) -> Conversation:
    turns = []
    for number, each in enumerate(said):
        speaker = Speaker.CUSTOMER if isinstance(each, str) else Speaker.ASSISTANT
        text = RedactedText(each if isinstance(each, str) else "reply")
        decision = None if isinstance(each, str) else each
        turns.append(Turn(str(number), NOW, speaker, text, decision))
    return Conversation("c", turns=tuple(turns))


def test_a_summary_says_problem_steps_articles_wish_and_evidence() -> None:
    handoff = Handoff(HandoffReason.CUSTOMER_ASKED, "A colleague comes.", "rule asked")
    lines = summarise(talk("frozen?", ANSWER, "no, lost", CLARIFY, "a person", handoff))
    assert lines.splitlines() == [
        "Problem: no, lost",
        "Before: frozen?",
        "Since then: a person",
        "Steps already taken: 1 answer given, 1 clarifying question asked",
        "Articles shown: Freeze",
        "Customer wants: a person; the assistant was asked for one",
        "Workaround: what “Freeze” says",
        "Evidence: rule asked",
    ]


def test_a_summary_of_nothing_is_no_error() -> None:
    assert summarise(talk()).splitlines() == [
        "Problem: nothing was written yet",
        "Steps already taken: none by the assistant",
        "Articles shown: none",
        "Workaround: none known",
    ]


@pytest.mark.parametrize("reason", list(HandoffReason))
def test_every_reason_says_what_the_customer_wants(reason: HandoffReason) -> None:
    assert "Customer wants: " in summarise(talk("x", Handoff(reason, "text", "note")))


def test_long_words_are_cut_and_lines_joined() -> None:
    first = summarise(talk("a\nb " + "c" * 500)).splitlines()[0]
    assert first.startswith("Problem: a b ccc")
    assert first.endswith("…")
    assert len(first) <= 310


def test_an_article_that_was_shown_twice_is_named_once() -> None:
    assert "Articles shown: Freeze\n" in summarise(talk("x", ANSWER, "y", ANSWER)) + "\n"
