import threading
import time

import pytest

from bot.store import Store
from bot.store_errors import StoreUnavailable
from tests.bot.small_store import exchanged, handed_over, started


def test_events_replay_from_any_of_them_and_their_ids_grow(store: Store) -> None:
    before = handed_over(store)
    events = store.events.of(before.id)
    assert [each.kind for each in events] == ["started", "turn", "turn", "handoff"]
    ids = [each.id for each in events]
    assert ids == sorted(set(ids))
    assert store.events.of(before.id, after=ids[1]) == events[2:]
    assert store.events.of(before.id, limit=2) == events[:2]
    assert store.events.last_id(before.id) == ids[-1]
    assert store.events.last_id("nobody") == 0


def test_a_feed_tells_of_news_from_another_process_once_it_is_kept(store: Store, url: str) -> None:
    before, other = started(store), started(store)
    writer = Store(url)
    with store.events.feed() as feed:
        assert feed.wait(0) == set()
        thread = threading.Timer(
            0.2, lambda: writer.keep(exchanged(before), before=before, ticket=None)
        )
        thread.start()
        began = time.monotonic()
        assert feed.wait(10) == {before.id}
        assert time.monotonic() - began < 5
        thread.join()
        writer.keep(exchanged(other), before=other, ticket=None)
        assert feed.wait(10) == {other.id}
        assert feed.wait(0) == set()
    writer.close()


def test_what_is_rolled_back_is_no_news(store: Store) -> None:
    before = started(store)
    store.keep(exchanged(before), before=before, ticket=None)
    with store.events.feed() as feed:
        with pytest.raises(Exception, match=before.id):
            store.keep(exchanged(before), before=before, ticket=None)
        assert feed.wait(0.3) == set()


def test_a_feed_whose_database_hangs_up_says_so(store: Store, url: str) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no connection to lose")
    with store.events.feed() as feed:
        with store._database.write() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
            )
        with pytest.raises(StoreUnavailable, match="hung up"):
            feed.wait(5)
