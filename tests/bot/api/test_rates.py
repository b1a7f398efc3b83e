import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.api.rates import WINDOW, RateLimiter, SharedRates
from bot.store import Store


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_lets_a_window_of_requests_through_then_names_the_wait() -> None:
    clock = Clock()
    limiter = RateLimiter(clock=clock)
    assert [limiter.wait("a", 2) for _ in range(2)] == [0, 0]
    clock.now = 10.0
    assert limiter.wait("a", 2) == 51
    clock.now = WINDOW
    assert limiter.wait("a", 2) == 0


def test_keys_do_not_share() -> None:
    limiter = RateLimiter(clock=Clock())
    assert limiter.wait("a", 1) == 0
    assert limiter.wait("b", 1) == 0
    assert limiter.wait("a", 1) > 0


def test_the_same_request_again_is_not_counted_even_at_the_limit() -> None:
    limiter = RateLimiter(clock=Clock())
    assert [limiter.wait("a", 1, once="m1") for _ in range(5)] == [0] * 5
    assert limiter.wait("a", 1, once="m2") > 0
    assert limiter.wait("a", 1) > 0


def test_a_limit_of_nothing_lets_nothing_through() -> None:
    assert RateLimiter(clock=Clock()).wait("a", 0) == WINDOW


def test_memory_is_bounded() -> None:
    limiter = RateLimiter(keys=3, clock=Clock())
    for key in "abcd":
        limiter.wait(key, 1)
    assert limiter.wait("d", 1) > 0
    assert limiter.wait("a", 1) == 0  # forgotten, the oldest


def shared(store: Store) -> SharedRates:
    return SharedRates(store.rates, b"k" * 32)


async def test_two_servers_on_one_database_count_together(url: str) -> None:
    stores = [Store(url), Store(url)]
    first, second = map(shared, stores)
    assert [await first.wait("a", 2), await second.wait("a", 2)] == [0, 0]
    for limiter in (first, second):
        assert 1 <= await limiter.wait("a", 2) <= 60
        assert await limiter.wait("b", 9) == 0
    with stores[0]._database.read() as connection:
        kept = connection.exec_driver_sql("SELECT who FROM rate_hit").scalars().all()
    assert len(kept) == 4
    assert all(len(who) == 32 for who in kept)
    for store in stores:
        store.close()


async def test_a_repeated_request_is_counted_once_by_all_servers(url: str) -> None:
    stores = [Store(url), Store(url)]
    waits = await asyncio.gather(
        *(shared(store).wait("a", 1, once="m1") for store in stores for _ in range(10))
    )
    assert waits == [0] * 20
    assert await shared(stores[0]).wait("a", 1, once="m2") > 0
    for store in stores:
        store.close()


async def test_a_minute_later_nothing_is_left(url: str) -> None:
    store, now = Store(url), [datetime.now(UTC)]
    limiter = SharedRates(store.rates, b"k" * 32, lambda: now[0])
    assert await limiter.wait("a", 1) == 0
    assert await limiter.wait("a", 1) == 60
    now[0] += timedelta(seconds=61)
    assert await limiter.wait("b", 1) == 0
    with store._database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM rate_hit").scalar_one() == 1
    assert await limiter.wait("a", 1) == 0
    store.close()


async def test_a_lost_database_stops_nobody(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'no' / 'folder.db'}")
    assert await shared(store).wait("a", 1) == 0
    store.close()
