from datetime import UTC, datetime

import pytest

from bot.conversation import Speaker, Turn
from bot.decision import Answer, Citation
from bot.leaning import leans, may_point_back
from redaction.redactor import RedactedText

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ANSWER = Answer(
    "In the app.",
    (Citation("cards", "cards#0", "Cards", "", "In the app."),),
    0.9,
    offers_agent=False,
)
ANSWERED = (
    Turn("1", NOW, Speaker.CUSTOMER, RedactedText("How do I get a disposable card?")),
    Turn("2", NOW, Speaker.ASSISTANT, RedactedText("In the app."), ANSWER),
)


@pytest.mark.parametrize(
    "said",
    [
        "does it work in Japan?",
        "is there a fee for that",
        "can I do that at any cash machine?",
        "how many can i make",
        "and unfreeze?",
        "what if it was wrong",
        "How long does this take?",
    ],
)
def test_a_message_that_points_back_goes_on_with_the_answer(said: str) -> None:
    assert leans(ANSWERED, said)
    assert not leans(ANSWERED[:1], said)


@pytest.mark.parametrize(
    "said",
    [
        "How do I change my PIN?",
        "I think that card was copied by somebody",
        "which documents do you need to open an account for a child",
        "my statement, it has been on the way for two weeks and nobody answers the phone",
        "",
    ],
)
def test_a_question_of_its_own_does_not_point_back(said: str) -> None:
    assert not leans(ANSWERED, said)


@pytest.mark.parametrize("text", ["and by card?", "what about euros", "how long does it take"])
def test_a_message_may_point_back_to_what_was_said(text: str) -> None:
    assert may_point_back(text)


@pytest.mark.parametrize("text", ["how do I close my account", "top up by card", ""])
def test_most_messages_stand_by_themselves(text: str) -> None:
    assert not may_point_back(text)
