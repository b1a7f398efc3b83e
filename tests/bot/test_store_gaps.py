from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bot.store import Store
from bot.store_gaps import GapCase, GapState, KnownGap, UnknownGap

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CENTRE = np.array([0.5, -0.25], np.float32)
GAP = KnownGap("gap-1", "live", GapState.OPEN, "", CENTRE, "model", "v1", 0.25, 7, NOW, NOW)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


def test_gaps_read_back_as_they_were_kept(store: Store) -> None:
    store.gaps.keep([GAP, replace(GAP, id="gap-2", source="export")])
    (found,) = store.gaps.known("live")
    assert np.array_equal(found.centre, CENTRE)
    assert replace(found, centre=CENTRE) == GAP
    store.gaps.keep([replace(GAP, contacts=9)])
    assert [gap.contacts for gap in store.gaps.known("live")] == [9]


def test_a_run_does_not_undo_what_somebody_did_meanwhile(store: Store) -> None:
    store.gaps.keep([GAP])
    later = NOW + timedelta(minutes=1)
    store.gaps.move("gap-1", GapState.DISMISSED, "not our business", "ana", later)
    store.gaps.keep([replace(GAP, contacts=9)])
    kept = store.gaps.get("gap-1")
    assert (kept.state, kept.reason, kept.contacts) == (
        GapState.DISMISSED,
        "not our business",
        9,
    )
    assert [e.action for e in store.audit.entries()] == ["gap.state"]


def test_a_state_that_a_run_changes_is_on_record(store: Store) -> None:
    store.gaps.keep([GAP])
    store.gaps.keep([replace(GAP, contacts=9)])
    later = NOW + timedelta(minutes=1)
    store.gaps.keep([replace(GAP, state=GapState.VERIFIED, changed_at=later)])
    (deed,) = store.insights.gap_deeds("gap-1")
    assert (deed.at, deed.actor, deed.detail) == (later, "a run", {"state": "verified"})
    assert store.insights.gap_deeds("gap-2") == ()
    assert store.insights.gap_standings()["gap-1"].state is GapState.VERIFIED


def test_tests_of_a_gap_replace_each_other(store: Store) -> None:
    store.gaps.keep([GAP])
    store.gaps.confirm("gap-1", [GapCase("one"), GapCase("two", "article")], "ana", NOW)
    store.gaps.confirm("gap-1", [GapCase("two", "article"), GapCase("three")], "ana", NOW)
    assert store.gaps.cases("gap-1") == (GapCase("two", "article"), GapCase("three"))
    assert store.gaps.cases("gap-2") == ()


def test_an_unknown_gap_says_where_ids_come_from(store: Store) -> None:
    with pytest.raises(UnknownGap, match="firstline gaps"):
        store.gaps.get("gap-9")
    with pytest.raises(UnknownGap):
        store.gaps.move("gap-9", GapState.OPEN, "", "ana", NOW)
    with pytest.raises(UnknownGap):
        store.gaps.confirm("gap-9", [], "ana", NOW)
