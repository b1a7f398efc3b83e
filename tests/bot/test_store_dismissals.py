from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.store import Store
from bot.store_dismissals import Dismissal, UnknownDismissal

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


def test_a_dismissed_contradiction_is_kept_once_and_taken_back_on_record(store: Store) -> None:
    first = Dismissal("abc", "the one is of cash, the other of cards", "ana", NOW)
    store.dismissals.add(first)
    store.dismissals.add(Dismissal("abc", "again", "ben", NOW + timedelta(minutes=1)))
    assert store.dismissals.every() == [first]
    store.dismissals.take_back("abc", "ben", NOW + timedelta(minutes=2))
    assert store.dismissals.keys() == frozenset()
    with pytest.raises(UnknownDismissal, match="abc"):
        store.dismissals.take_back("abc", "ben", NOW)
    told = [(entry.actor, entry.action) for entry in store.audit.entries()]
    assert sorted(told) == [("ana", "contradiction.dismiss"), ("ben", "contradiction.name_again")]
