from datetime import UTC, date, datetime, timedelta

import pytest

from bot.decision import HandoffReason, Reply, ReplyReason
from bot.web.views import age, day, decision_words, first_line, labelled, reason_words
from tests.web.installation import CLARIFY, HANDOFF, answer

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1, minutes=5), "1 h 5 min"),
        (timedelta(days=2, hours=3), "2 d"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_age_is_put_in_words(ago: timedelta, words: str) -> None:
    assert age(NOW - ago, NOW) == words


def test_days_are_written_out() -> None:
    assert day(date(2026, 11, 3)) == "3 November 2026"


def test_every_reason_has_words() -> None:
    assert len({reason_words(reason) for reason in HandoffReason}) == len(HandoffReason)


def test_every_decision_has_words() -> None:
    assert decision_words(answer(offers_agent=True)) == "Answer, 93% sure, offers a person"
    assert decision_words(CLARIFY) == "Clarifying question, 50% sure"
    assert decision_words(HANDOFF) == "Handoff: high-risk question"
    assert decision_words(Reply(ReplyReason.SMALL_TALK, "Hi")) == "Fixed reply: small talk"


def test_first_line_skips_empty_ones_and_its_label() -> None:
    assert first_line("\n\nProblem: a\nb\n") == "a"
    assert first_line("my card: gone\nb") == "my card: gone"
    assert first_line("") == ""


def test_a_summary_falls_into_labels_and_words() -> None:
    assert labelled("Problem: at 10:30\nArticles shown: none\n\nhello") == [
        ("Problem", "at 10:30"),
        ("Articles shown", "none"),
        ("", "hello"),
    ]
    assert labelled("my card\nhttps://example.com") == [
        ("", "my card"),
        ("", "https://example.com"),
    ]
