"""Budgets, in memory and in the store: all books pass the same tests."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation import ConversationState
from bot.measure.catalogue import measure
from bot.measure.ending import MeasureContext
from bot.spend import Account, Books, Cap, Caps, Cost, Ledger, MemoryLedger, Prices, Scope
from bot.store import Store
from tests.bot.small_store import NOW, exchanged, handed_over, started

DAY = date(2026, 11, 23)
CALL = Cost(1, 90, 10, 500)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    if request.param == "memory":
        yield MemoryLedger()
        return
    if request.param == "sqlite":
        path = tmp_path / "firstline.db"
        shutil.copyfile(request.getfixturevalue("sqlite_blank"), path)
        store = Store(f"sqlite:///{path}")
    else:
        blank = request.getfixturevalue("postgres_blank")
        store = Store(request.getfixturevalue("postgres_server").create(blank))
    books = Books()
    books.keep_in(store.spend)
    yield books
    store.close()


def test_a_call_is_charged_to_all_concerned_and_corrected(ledger: Ledger) -> None:
    entries = Caps().entries(Account("", "visitor", "site"), DAY)
    assert [entry.scope for entry in entries] == [Scope.VISITOR, Scope.SITE, Scope.DAY]
    assert ledger.charge(entries, CALL) is None
    ledger.correct(entries, Cost(0, -40, 5, -100))
    for entry in entries:
        assert ledger.spent(entry.scope, entry.key, entry.day) == Cost(1, 50, 15, 400)
    assert ledger.spent(Scope.DAY, "", "2026-11-24") == Cost()


@pytest.mark.parametrize("cap", [Cap(tokens=150), Cap(micros=600)])
def test_what_passes_a_cap_is_less_than_a_call(ledger: Ledger, cap: Cap) -> None:
    entries = Caps(visitor=cap).entries(Account("", "visitor"), DAY)
    assert [ledger.charge(entries, CALL) for _ in range(4)] == [None, None, *[Scope.VISITOR] * 2]
    assert ledger.spent(Scope.VISITOR, "visitor", "2026-11-23").calls == 2
    assert ledger.spent(Scope.DAY, "", "2026-11-23").calls == 2  # all scopes, or none
    others = Caps(visitor=cap).entries(Account("", "another"), DAY)
    assert ledger.charge(others, CALL) is None


def test_many_at_once_pass_a_cap_by_less_than_a_call(ledger: Ledger) -> None:
    entries = Caps(day=Cap(tokens=450)).entries(Account("", "visitor"), DAY)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: ledger.charge(entries, CALL), range(24)))
    assert done.count(None) == 5
    assert ledger.spent(Scope.DAY, "", "2026-11-23").tokens == 500


def test_prices_are_for_a_million_tokens_and_nonsense_is_bounded() -> None:
    assert Prices(0.5, 1.5).cost(1_000_000, 2_000_000).micros == 3_500_000
    assert Prices(1, 1).cost(-5, 10**30) == Cost(1, 0, 10_000_000, 10_000_000)


def test_the_bill_is_shared_by_the_contained(store: Store) -> None:
    contained, silent, handed = started(store), started(store), handed_over(store)
    store.keep(exchanged(contained), before=contained, ticket=None)
    for each in (contained, handed):
        store.spend.charge(Caps().entries(Account(each.id), DAY), CALL)
    store.spend.charge(Caps().entries(Account(), DAY), CALL)
    assert silent.state is ConversationState.OPEN
    bill = store.spend.bill(NOW - timedelta(days=1))
    assert (bill.cost.calls, bill.conversations, bill.contained) == (3, 2, 1)
    assert bill.micros_per_contained == 1000
    assert store.spend.bill(NOW + timedelta(days=1)).micros_per_contained is None


def test_episodes_tell_what_models_cost(store: Store) -> None:
    dear, cheap, unpriced = started(store), started(store), started(store)
    for each in (dear, cheap, unpriced):
        store.keep(exchanged(each), before=each, ticket=None)
    for each, cost in ((dear, CALL), (unpriced, Cost(1, 90, 10, 0))):
        store.spend.charge(Caps().entries(Account(each.id), DAY), cost)
    context = MeasureContext(NOW + timedelta(days=1), infra_cost=0.03)
    rows, _ = store.logged.measured(context)
    told = {row.conversation_id: row.cost_model for row in rows}
    assert told == {dear.id: 0.0005, cheap.id: 0.0, unpriced.id: None}
    priced = [row for row in rows if row.conversation_id != unpriced.id]
    costs = measure(priced, context)
    assert costs["cost_per_contact"].value == pytest.approx((0.0005 + 0.03) / 2)


def test_what_a_conversation_cost_goes_with_it_and_the_days_stay(store: Store) -> None:
    talk = started(store)
    store.spend.charge(Caps().entries(Account(talk.id, "visitor"), DAY), CALL)
    store.erasure.erase(talk.id, datetime.now(UTC), "operator")
    assert store.spend.spent(Scope.CONVERSATION, talk.id, "") == Cost()
    assert store.spend.spent(Scope.DAY, "", "2026-11-23") == CALL
    late = NOW + timedelta(days=31)
    assert store.retention.clear(late, late)["budgets of visitors"] == 1
    assert store.spend.spent(Scope.VISITOR, "visitor", "2026-11-23") == Cost()
