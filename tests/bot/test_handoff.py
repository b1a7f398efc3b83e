from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation import Conversation, Speaker, Turn
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
from bot.handoff import briefing, new_ticket, summarise
from bot.ticket import Sentiment, Ticket, TicketState
from redaction.redactor import RedactedText

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANSWER = Answer("Tap Freeze.", (Citation("a", "a#0", "Freeze", "", "Tap."),), 0.9, False)
CLARIFY = Clarify("Which?", (Option("A", "a", None), Option("B", "b", None)), 0.4)
HELLO = Reply(ReplyReason.SMALL_TALK, "Hello!")


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


ASKED = Handoff(HandoffReason.CUSTOMER_ASKED, "Of course.", "asked")
RISK = Handoff(HandoffReason.HIGH_RISK, "A person comes.", "risk")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (["my card is frozen", ANSWER, "agent please", ASKED], "my card is frozen"),
        (["hello", HELLO, "agent please", ASKED], "agent please"),
        (
            ["frozen", ANSWER, "I need a person to look at my second card please", ASKED],
            "I need a person to look at my second card please",
        ),
        (["frozen", ANSWER, "it was stolen", RISK, "thanks", HELLO], "it was stolen"),
        (["agent please", ASKED, "it was stolen", RISK, "agent", ASKED], "it was stolen"),
    ],
)
def test_the_problem_is_what_called_for_a_person(said: list[str | Decision], problem: str) -> None:
    assert summarise(talk(*said)).startswith(f"Problem: {problem}\n")


def test_what_an_agent_dealt_with_is_left_out() -> None:
    before = talk("it was stolen", RISK)
    agent = Turn("a", NOW, Speaker.AGENT, RedactedText("Done."), author="Ana")
    after = talk("a person please", ASKED)
    both = Conversation("c", turns=(*before.turns, agent, *after.turns))
    new = new_ticket(both)
    assert new is not None
    assert new.reason is HandoffReason.CUSTOMER_ASKED
    assert "stolen" not in new.summary
    assert new_ticket(Conversation("c", turns=(*before.turns, agent))) is None


@pytest.mark.parametrize(
    ("said", "sentiment"),
    [
        (["agent please", ASKED], Sentiment.NEUTRAL),
        (["that didn't help", ANSWER, "agent please", ASKED], Sentiment.FRUSTRATED),
        (["I want to kill myself", ASKED], Sentiment.DISTRESSED),
    ],
)
def test_a_ticket_tells_how_the_customer_sounds(
    said: list[str | Decision], sentiment: Sentiment
) -> None:
    new = new_ticket(talk(*said))
    assert new is not None
    assert new.sentiment is sentiment


def test_the_briefing_ends_with_owner_next_update_id_and_status() -> None:
    ticket = Ticket(
        "K-7F3Q", "c", HandoffReason.NO_ARTICLE, None, None, None, Sentiment.NEUTRAL, "Problem: x",
        "cards", NOW, None, TicketState.WAITING, NOW, 1, None, None, None, None,
    )  # fmt: skip
    assert briefing(ticket, NOW).splitlines() == [
        "Problem: x",
        "Owner: nobody yet; queue cards",
        "Next update due: 2026-11-23 09:00 UTC",
        "Tracking id: K-7F3Q",
        "Status: waiting",
    ]
    late = briefing(ticket, NOW + timedelta(seconds=1))
    assert late.endswith("Status: waiting, first reply overdue")
