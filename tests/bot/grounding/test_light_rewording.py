"""Sentences near the article's words, and false ones beside them."""

import pytest

from bot.grounding.check import GroundingCheck
from retrieval.article import Passage

_LOCKER = """If nobody opens, our courier leaves a note and comes again on Monday. The courier
never leaves parcels at the gate. Oversized parcels are excluded from the insurance. The joining
fee is waived with the Gold card. Unpaid, the customer loses access to the locker."""
_LAMP = """Check the lamp on the pump. Green: the pump is looking for a signal. Red: no signal."""
_MOVE = """To move a number elsewhere, unblock it and ask for the code. A number can't be moved in
the first month. A spare key is sent within 5 days."""


@pytest.mark.parametrize(
    ("text", "sentence", "supported"),
    [
        (_LOCKER, "The courier leaves a note if nobody opens and comes again on Monday.", True),
        (_LOCKER, "The courier leaves a note if somebody opens.", False),
        (_LOCKER, "The courier leaves parcels at the gate.", False),
        (_LOCKER, "Oversized parcels aren't covered by the insurance.", True),
        (_LOCKER, "Oversized parcels are covered by the insurance.", False),
        (_LOCKER, "You won't pay the joining fee with the Gold card.", True),
        (_LOCKER, "The joining fee isn't waived with the Gold card.", False),
        (_LOCKER, "Unpaid, the customer no longer has access to the locker.", True),
        (_LOCKER, "Unpaid, the customer doesn't lose access to the locker.", False),
        (_MOVE, "Before you move a number elsewhere, unblock it and ask for the code.", True),
        (_MOVE, "Before you move a number elsewhere, don't unblock it.", False),
        (_MOVE, "A number can be moved in the first month.", False),
        (_LAMP, "Green: no signal.", False),
    ],
)
def test_a_denial_is_held_to_its_own_clause(text: str, sentence: str, supported: bool) -> None:
    assert _passes(text, sentence) is supported


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("Unfortunately, a spare key is sent within 5 days.", True),
        ("If you want, a spare key is sent within 5 days.", True),
        ("The spare key of your contract is sent within 5 days.", True),
        ("The spare key of your boat is sent within 5 days.", False),
        ("A spare key is sent within 5 days by email.", False),
        ("A spare key is sent today.", False),
        ("The spare key of your contract is sent within 6 days.", False),
        ("A problem is sent within 5 days.", False),
    ],
)
def test_an_ordinary_word_counts_little_where_all_else_stands(
    sentence: str, supported: bool
) -> None:
    assert _passes(_MOVE, sentence) is supported


def _passes(text: str, sentence: str) -> bool:
    passage = Passage("a#0", "a", "", "", text.replace("\n", " "))
    return GroundingCheck().check(sentence, [passage], titles={"a": ""}).supported
