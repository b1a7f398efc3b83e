import pytest

from bot.sentences import sentences_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "How do I top up? Someone is using my card.",
            ("How do I top up?", "Someone is using my card."),
        ),
        (
            "How do I top up and also who took my money",
            ("How do I top up", "and also who took my money"),
        ),
        ("the card is late\nwhat does SWIFT cost", ("the card is late", "what does SWIFT cost")),
        ("Hello! How do I top up my account?", ()),  # a greeting is no question
        ("How do I top up", ()),
        ("It costs 3.50 euro per month", ()),  # a point within a number ends nothing
        ("", ()),
    ],
)
def test_a_message_is_parted_where_sentences_end(text: str, sentences: tuple[str, ...]) -> None:
    assert sentences_of(text) == sentences


def test_at_most_six_sentences_are_looked_at() -> None:
    assert len(sentences_of("One more question here. " * 40)) == 6
