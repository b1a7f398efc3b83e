from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bot.insights.progress import GapStateError, Played, moved_by_hand, next_state
from bot.store_gaps import GapState, KnownGap

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GAP = KnownGap(
    "gap-1", "live", GapState.OPEN, "", np.ones(2, np.float32), "m", "v1", 0.1, 5, NOW, NOW
)


PUBLISHED = replace(GAP, state=GapState.PUBLISHED)


def played(
    passing: float,
    index: str = "v2",
    again: int = 0,
    tested: bool = False,
    indexed_at: datetime | None = None,
) -> Played:
    return Played(passing, index, NOW - timedelta(days=1), again, NOW, tested, indexed_at)


@pytest.mark.parametrize(
    ("before", "run", "after"),
    [
        (GAP, played(0.7), GapState.VERIFIED),
        (GAP, played(0.5), GapState.OPEN),
        (GAP, played(0.9, index="v1"), GapState.OPEN),  # nothing was published
        (replace(GAP, passing=0.6), played(0.7), GapState.OPEN),  # hardly better than it was
        (replace(GAP, index_version=""), played(0.7), GapState.OPEN),  # seen for the first time
        (replace(GAP, index_version=""), played(0.9), GapState.VERIFIED),
        (PUBLISHED, played(0.9), GapState.VERIFIED),
        (PUBLISHED, played(0.5), GapState.PUBLISHED),  # nobody missed since, nothing is confirmed
        (PUBLISHED, played(0.0, again=1), GapState.PUBLISHED),
        (PUBLISHED, played(0.0, again=25, tested=True), GapState.OPEN),
        (PUBLISHED, played(0.0, index="v1", again=2), GapState.OPEN),
        (PUBLISHED, played(0.9, again=25), GapState.VERIFIED),  # they missed before it was indexed
        (PUBLISHED, played(0.9, tested=True), GapState.OPEN),
        (PUBLISHED, played(0.0, index="v1", tested=True), GapState.PUBLISHED),  # not indexed yet
        (PUBLISHED, played(0.0, tested=True, indexed_at=NOW - SECOND), GapState.PUBLISHED),
        (PUBLISHED, played(0.0, tested=True, indexed_at=NOW + SECOND), GapState.OPEN),
        (GAP, played(0.9, tested=True), GapState.OPEN),  # a confirmed message still fails
        (GAP, played(1.0, index="v1", tested=True), GapState.VERIFIED),
        (replace(GAP, state=GapState.VERIFIED), played(0.7), GapState.VERIFIED),
        (replace(GAP, state=GapState.VERIFIED), played(0.5), GapState.OPEN),
        (replace(GAP, state=GapState.VERIFIED), played(0.9, again=2), GapState.OPEN),
        (replace(GAP, state=GapState.VERIFIED), played(0.9, tested=True), GapState.OPEN),
        (replace(GAP, state=GapState.DISMISSED), played(0.0, again=9), GapState.DISMISSED),
    ],
)
def test_a_gap_moves_by_what_becomes_of_its_messages(
    before: KnownGap, run: Played, after: GapState
) -> None:
    assert next_state(before, run).state is after


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (played(0.9, tested=True), "Its tests fail."),
        (played(0.5), "Too few of its messages are answered."),
        (played(1.0, again=2), "Customers missed again."),
    ],
)
def test_a_gap_that_opens_again_says_why_until_it_is_verified(run: Played, reason: str) -> None:
    opened = next_state(replace(GAP, state=GapState.VERIFIED), run)
    assert (opened.state, opened.reason) == (GapState.OPEN, reason)
    assert next_state(opened, played(1.0, index="v3", tested=True)).reason == ""


def test_a_new_gap_remembers_the_index_that_did_not_answer_it() -> None:
    seen = next_state(replace(GAP, index_version=""), played(0.2))
    assert (seen.index_version, seen.passing) == ("v2", 0.2)
    assert next_state(seen, played(0.3, index="v3")) == seen


@pytest.mark.parametrize("wanted", ["verified", "done"])
def test_a_person_sets_no_state_that_is_not_for_people(wanted: str) -> None:
    with pytest.raises(GapStateError, match="drafting"):
        moved_by_hand(GAP, wanted, "because")


def test_a_dismissal_needs_a_reason() -> None:
    with pytest.raises(GapStateError, match="--reason"):
        moved_by_hand(GAP, "dismissed", " ")
    assert moved_by_hand(GAP, "dismissed", "not our business") is GapState.DISMISSED
