import pytest

from bot.insights.gist import gist


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("IBAN [IBAN_1] - how many cards can I hold?", "how many cards can I hold?"),
        (
            "My name is [NAME_1], email [EMAIL_1]. Could I have two cards?",
            "Could I have two cards?",
        ),
        ("Hi [NAME_1], do you lend umbrellas", "do you lend umbrellas"),
        ("Mein Name ist [NAME_1]. Verleiht ihr Schirme?", "Verleiht ihr Schirme?"),
        # A part that says more than who writes stays, without its placeholder.
        ("I lost [CARD_1], what now?", "I lost, what now?"),
        ("money to [NAME_1] never arrived", "money to never arrived"),
        # Nothing to leave out, or nothing else to go by.
        ("do you lend umbrellas?", "do you lend umbrellas?"),
        ("my email is [EMAIL_1]", "my email is"),
        ("[CARD_1]", "[CARD_1]"),
    ],
)
def test_the_masks_of_who_writes_say_nothing_of_what_is_asked(text: str, about: str) -> None:
    assert gist(text) == about
