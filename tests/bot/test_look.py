import pytest

from bot.look import bare_text


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("How do I top up? my card is [CARD_1]", "How do I top up?"),
        ("My card number is [CARD_1], how do I top up?", "how do I top up?"),
        ("My PIN is [PIN_1], how do I change it?", "My PIN is , how do I change it?"),
        ("my card is [CARD_1] and was declined", "my card is and was declined"),
        ("My card number is [CARD_1]", ""),
        (
            "my name is [NAME_1], my e-mail [EMAIL_1]. Where is it?",
            "my name is , my e-mail . Where is it?",
        ),
        ("someone stole my card [CARD_1]", "someone stole my card"),
        ("they used my card number [CARD_1] to pay", "they used my card number to pay"),
        ("my pin [PIN_1] does not work", "my pin does not work"),
        ("[CARD_1]", ""),
        ("...", "..."),
        ("my card is lost", "my card is lost"),
    ],
)
def test_what_was_removed_goes_with_the_words_that_introduce_it(text: str, bare: str) -> None:
    assert bare_text(text) == bare
