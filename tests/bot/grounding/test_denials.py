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


CLUB = Passage(
    "club#0",
    "club",
    "",
    "",
    "Entry isn't affected for the first 3 days. Vouchers or cheques aren't taken at the till. The "
    "guard keeps the key, not the trainer. Each person may hold only one badge. Don't wear shoes "
    "in the hall. Diving isn't allowed. You can cancel a course up to 2 days before the start. "
    "The locker has a minimum deposit £20. Tickets can't be exchanged, except season tickets. "
    "Trainers pay the fee. The pool is open 24 hours a day. A badge works until "
    "its expiry. Two batteries (not included) run the clock for 10 days.",
)


@pytest.mark.parametrize(
    ("supported", "near_miss"),
    [
        ("In the first 3 days, entry isn't affected.", "In the first 3 days, entry is affected."),
        ("Neither vouchers nor cheques are taken at the till.", "Cheques are taken at the till."),
        (
            "The guard keeps the key rather than the trainer.",
            "The trainer keeps the key rather than the guard.",
        ),
        (
            "Each person can't hold more than one badge.",
            "Each person can't hold more than two badges.",
        ),
        ("Avoid wearing shoes in the hall.", "Wear shoes in the hall."),
        ("Diving is prohibited.", "Diving is permitted."),
        (
            "You can cancel a course until 2 days before the start.",
            "You can cancel a course within 2 days of the start.",
        ),
        ("The locker has a minimum deposit of £20.", "The locker has a deposit up to £20."),
        ("Season tickets can be exchanged.", "Day tickets can be exchanged."),
        ("Trainers pay the fee, not you.", "You pay the fee, not trainers."),
        ("The pool is open around the clock.", "The pool is heated around the clock."),
        ("A badge works until it expires.", "A badge works until it breaks."),
        ("Two batteries run the clock for 10 days.", "Two batteries are included."),
    ],
)
def test_the_same_turned_otherwise_passes_and_its_near_miss_does_not(
    supported: str, near_miss: str
) -> None:
    check = GroundingCheck()
    assert check.check(supported, [CLUB]).supported
    assert not check.check(near_miss, [CLUB]).supported
