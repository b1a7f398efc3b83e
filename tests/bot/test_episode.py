from datetime import UTC, datetime

import pytest

from bot.conversation import Conversation, Speaker, Turn
from bot.decision import Answer, Citation, Clarify, Handoff, HandoffReason, Option
from bot.episode import asked_before, chosen_option, episode_of, just_clarified, leans
from redaction.redactor import RedactedText

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OPTIONS = (
    Option("Top up by card", "card", "by_card"),
    Option("Top up by transfer", "transfer", "by_transfer"),
    Option("Top-up limits", "limits", "limits"),
)
ASKED = (
    Turn("1", NOW, Speaker.CUSTOMER, RedactedText("top up")),
    Turn("2", NOW, Speaker.ASSISTANT, RedactedText("Which?"), Clarify("Which?", OPTIONS, 0.6)),
)


@pytest.mark.parametrize(
    ("said", "article_id"),
    [
        ("1", "card"),
        ("2.", "transfer"),
        ("option 3", "limits"),
        ("the second one please", "transfer"),
        ("number two", "transfer"),
        ("2nd", "transfer"),
        ("the last one", "limits"),
        ("both", "card"),
        ("1 please", "card"),
        ("TOP-UP LIMITS", "limits"),
    ],
)
def test_an_option_is_chosen_by_place_or_name(said: str, article_id: str) -> None:
    option = chosen_option(ASKED, said)
    assert option is not None
    assert option.article_id == article_id


@pytest.mark.parametrize("said", ["neither", "4", "1 day ago", "how do I top up", "second card"])
def test_what_names_no_option_chooses_none(said: str) -> None:
    assert chosen_option(ASKED, said) is None


def test_nothing_is_chosen_where_nothing_was_asked() -> None:
    assert chosen_option(ASKED[:1], "1") is None
    assert just_clarified(ASKED)
    assert not just_clarified(ASKED[:1])


def test_a_new_episode_begins_after_a_handoff() -> None:
    handoff = Handoff(HandoffReason.NO_ARTICLE, "A colleague takes over.", "")
    after = Turn("4", NOW, Speaker.CUSTOMER, RedactedText("hello?"))
    turns = (*ASKED, Turn("3", NOW, Speaker.ASSISTANT, RedactedText("…"), handoff), after)
    assert episode_of(Conversation("c", turns=turns)) == (after,)
    assert asked_before(turns) == "hello?"


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
