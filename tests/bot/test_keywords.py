from pathlib import Path

import pytest

from bot.intents import IntentCatalogue, parse_intents
from bot.keywords import Keywords

KB = Path(__file__).parents[2] / "kb_content"


@pytest.fixture(scope="module")
def keywords() -> Keywords:
    text = (KB / "intents.yaml").read_text(encoding="utf-8")
    return Keywords(parse_intents(text, "intents.yaml"), "en")


@pytest.mark.parametrize(
    "text",
    [
        "card", "my card", "about my card", "payment", "my payment", "account", "verify", "app",
        "identity", "withdrawal", "not working", "why is it not working", "money not there",
        "help with card", "my balance", "it failed", "a charge", "cash machine",
    ],
)  # fmt: skip
def test_a_topic_alone_names_no_risk(keywords: Keywords, text: str) -> None:
    view = keywords.view(text)
    assert view is not None
    assert view.high_risk < 0.35


@pytest.mark.parametrize(
    "text",
    [
        "card stolen", "lost card", "fraud", "stolen", "hacked", "lost my phone", "scam",
        "unknown payment", "card gone", "wallet stolen", "i got scammed", "stole my money",
        "phone stolen", "compromised card", "unrecognised payment", "lost wallet",
    ],
)  # fmt: skip
def test_a_risk_in_a_word_is_named(keywords: Keywords, text: str) -> None:
    view = keywords.view(text)
    assert view is not None
    assert view.high_risk >= 0.35


@pytest.mark.parametrize(
    "text",
    [
        "Where is my card?",  # says what it asks
        "stollen crad",  # no example holds the words
        "",
        "?!",
    ],
)
def test_other_messages_are_left_to_the_sentence(keywords: Keywords, text: str) -> None:
    assert keywords.view(text) is None


def test_probabilities_sum_to_one_and_lead_to_the_words_intent(keywords: Keywords) -> None:
    view = keywords.view("apple pay")
    assert view is not None
    assert view.probabilities.sum() == pytest.approx(1.0)
    assert keywords.intents[int(view.probabilities.argmax())] == "apple_pay_or_google_pay"


def test_a_rare_word_is_no_topic(keywords: Keywords) -> None:
    common, rare = keywords.view("transfer"), keywords.view("scam")
    assert common is not None
    assert common.topical
    assert rare is not None
    assert not rare.topical


def test_without_examples_nothing_is_said() -> None:
    assert Keywords(IntentCatalogue(), "en").view("card") is None
