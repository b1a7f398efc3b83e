"""What is denied in another manner than the passage does, each beside what it doesn't deny."""

import pytest

from bot.grounding.check import GroundingCheck
from retrieval.article import Passage

POOL = Passage(
    "pool#0",
    "pool",
    "",
    "",
    "Children may swim in the deep basin only if they have a badge. Lockers are free. Visitors "
    "can hire towels and goggles, except members. We text you before a course. Only two courses "
    "a year are open to each visitor. Unopened goggles can be exchanged. If the sauna isn't hot, "
    "the light flashes. Swimsuits are non-returnable. The slide opens from version 4 of the app. "
    "No booking is needed for the whirlpool.",
)


def passes(sentence: str) -> bool:
    return GroundingCheck().check(sentence, [POOL]).supported


@pytest.mark.parametrize(
    ("supported", "near_miss"),
    [
        (
            "Children can't swim in the deep basin unless they have a badge.",
            "Children can swim in the deep basin unless they have a badge.",
        ),
        (
            "Without a badge, children can't swim in the deep basin.",
            "Without a badge, children can swim in the deep basin.",
        ),
        ("You don't pay for lockers.", "You don't pay for towels."),
        ("Members can't hire towels.", "Visitors can't hire towels."),
        ("We'll text you before a course.", "We've texted you before a course."),
        (
            "No more than two courses a year are open to each visitor.",
            "No more than three courses a year are open to each visitor.",
        ),
        ("Goggles that aren't opened can be exchanged.", "Opened goggles can be exchanged."),
        ("Swimsuits can't be returned.", "Swimsuits can be returned."),
        ("You don't need a booking for the whirlpool.", "You must have a booking there."),
        ("If the sauna isn't hot, the light flashes.", "If the sauna isn't hot, no light flashes."),
        ("From 4 of the app, the slide opens.", "After 5 of the app, the slide opens."),
    ],
)
def test_a_denial_in_another_manner_passes_and_another_denial_does_not(
    supported: str, near_miss: str
) -> None:
    assert passes(supported)
    assert not passes(near_miss)
