from datetime import UTC, datetime

import pytest

from bot.conversation import Conversation, Speaker, Turn
from bot.decision import Clarify, Handoff, HandoffReason, Option
from bot.episode import asked_before, chosen_option, episode_of, just_clarified
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
