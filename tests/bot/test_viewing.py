from datetime import UTC, date, datetime

from bot.store import Store
from bot.store_views import Views
from bot.viewing import ViewCounter

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_views_are_summed_by_article_and_day(store: Store) -> None:
    store.views.add(date(2026, 11, 20), {"pin": Views(5, 5)})
    counter = ViewCounter(store, lambda: NOW, every=0.0)
    counter.count("pin", found=True)
    counter.count("pin", found=False)
    counter.count("fees", found=False)
    assert store.views.since(date(2026, 11, 21)) == {"pin": Views(2, 1), "fees": Views(1, 0)}
    assert store.views.since(date(2026, 11, 20))["pin"] == Views(7, 6)


def test_counts_are_gathered_before_they_are_written(store: Store) -> None:
    counter = ViewCounter(store, lambda: NOW, every=3600.0)
    counter.count("pin", found=False)  # written at once
    counter.count("pin", found=False)
    assert store.views.since(NOW.date()) == {"pin": Views(1, 0)}


def test_records_out_of_reach_lose_counts_and_raise_nothing() -> None:
    store = Store("sqlite:////nowhere/at/all/firstline.db")
    ViewCounter(store, lambda: NOW).count("pin", found=False)
    store.close()
