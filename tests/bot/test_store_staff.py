from datetime import UTC, datetime, timedelta

import pytest

from bot.accounts import Account, KeyScope, StaffRole
from bot.staff import add_account
from bot.store import Store
from bot.store_errors import (
    AccountTaken,
    SignInRefused,
    UnknownAccount,
    UnknownKey,
)
from bot.store_keys import ApiKey
from bot.store_staff import digest_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=30)


@pytest.fixture
def ana(store: Store) -> Account:
    return add_account(store, "Ana", login="ana@example.com", clock=lambda: NOW)


def test_a_link_works_once_and_in_time_and_leaves_nothing(store: Store, ana: Account) -> None:
    for token in ("t1", "t2"):
        store.staff.add_link(token, ana.id, now=NOW, expires_at=SOON)
    assert store.staff.use_link("t1", "s1", NOW).account == ana
    for token, at in (("t1", NOW), ("t2", SOON), ("t3", NOW)):
        with pytest.raises(SignInRefused):
            store.staff.use_link(token, "s2", at)
    store.staff.add_link("t4", ana.id, now=SOON, expires_at=SOON + timedelta(minutes=1))
    with store._database.read() as connection:
        left = connection.exec_driver_sql("SELECT token_hash FROM sign_in").scalars().all()
    assert left == [digest_of("t4")]


@pytest.mark.parametrize(
    ("visits", "lasts"),
    [
        ([29], True),
        ([30], False),
        ([20, 40, 60], True),
        ([20, 51], False),
        ([*range(20, 720, 20), 719], True),
        ([*range(20, 720, 20), 720], False),
    ],
)
def test_a_session_ends_when_idle_or_old(
    store: Store, ana: Account, visits: list[int], *, lasts: bool
) -> None:
    store.staff.open(ana.id, "s1", NOW)
    for minute in visits[:-1]:
        store.staff.session("s1", NOW + timedelta(minutes=minute))
    last = NOW + timedelta(minutes=visits[-1])
    if lasts:
        assert store.staff.session("s1", last).name == "Ana"
    else:
        with pytest.raises(SignInRefused):
            store.staff.session("s1", last)


def test_signing_in_ends_the_browsers_earlier_session(store: Store, ana: Account) -> None:
    store.staff.open(ana.id, "s1", NOW)
    store.staff.open(ana.id, "s2", NOW, replaces="s1")
    assert store.staff.session("s2", NOW).account == ana
    with pytest.raises(SignInRefused):
        store.staff.session("s1", NOW)


def test_a_session_follows_its_account(store: Store, ana: Account) -> None:
    store.staff.open(ana.id, "s1", NOW)
    store.accounts.set_roles(ana.id, [StaffRole.ADMIN, StaffRole.EVALUATOR])
    assert store.staff.session("s1", NOW).account.roles == {StaffRole.ADMIN, StaffRole.EVALUATOR}
    store.accounts.disable(ana.id, NOW)
    with pytest.raises(SignInRefused):
        store.staff.session("s1", NOW)
    with pytest.raises(SignInRefused):
        store.staff.open(ana.id, "s2", NOW)
    store.accounts.enable(ana.id)
    with pytest.raises(SignInRefused):
        store.staff.session("s1", NOW)  # it ended for good
    store.staff.open(ana.id, "s2", NOW)


def test_a_link_of_a_disabled_account_is_dead(store: Store, ana: Account) -> None:
    store.staff.add_link("t1", ana.id, now=NOW, expires_at=SOON)
    store.accounts.disable(ana.id, NOW)
    store.accounts.enable(ana.id)
    with pytest.raises(SignInRefused):
        store.staff.use_link("t1", "s1", NOW)


def test_a_new_password_ends_every_other_session(store: Store, ana: Account) -> None:
    for session in ("s1", "s2"):
        store.staff.open(ana.id, session, NOW)
    store.accounts.set_password(ana.id, "hash", digest_of("s1"))
    assert store.staff.session("s1", NOW).account.has_password
    with pytest.raises(SignInRefused):
        store.staff.session("s2", NOW)
    assert store.accounts.password_of("ana@example.com") is not None
    assert store.accounts.password_of("nobody") is None


@pytest.mark.parametrize(
    ("login", "name"), [("ana@example.com", "Other"), ("other", "Ana"), ("other", "ANA")]
)
def test_logins_and_names_are_unique(store: Store, ana: Account, login: str, name: str) -> None:
    with pytest.raises(AccountTaken):
        store.accounts.add(login, name, [StaffRole.AGENT], now=NOW)
    assert store.accounts.list() == [ana]


def test_an_account_is_found_by_login_or_name(store: Store, ana: Account) -> None:
    for who in ("Ana", " ana ", "ANA@example.com"):
        assert store.accounts.find(who) == ana
    with pytest.raises(UnknownAccount):
        store.accounts.find("Bea")
    with pytest.raises(UnknownAccount):
        store.accounts.set_roles("no-such-id", [StaffRole.AGENT])


def test_the_provider_knows_an_account_by_its_subject(store: Store, ana: Account) -> None:
    assert store.accounts.of_subject("d1") is None
    store.accounts.set_subject(ana.id, "d1")
    found = store.accounts.of_subject("d1")
    assert found is not None
    assert found.external
    bea = store.accounts.add("bea", "Bea", [StaffRole.AGENT], now=NOW, subject="d2")
    assert store.accounts.of_subject("d2") == bea


def test_failures_add_up_and_are_forgotten(store: Store) -> None:
    for minute in range(3):
        store.staff.failed("ana from here", NOW + timedelta(minutes=minute))
    assert store.staff.failures("ana from here") == (3, NOW + timedelta(minutes=2))
    assert store.staff.failures("ana from there") is None
    store.staff.failed("bea", NOW + timedelta(days=2))
    assert store.staff.failures("ana from here") is None
    store.staff.forget_failures("bea")
    assert store.staff.failures("bea") is None


def key(name: str, id_: str = "k1") -> ApiKey:
    return ApiKey(id_, name, StaffRole.AGENT, KeyScope.WRITE, NOW, NOW + timedelta(days=1))


def test_a_key_works_until_it_ends_or_is_revoked(store: Store) -> None:
    store.api_keys.add(key("CRM"), "d1")
    store.api_keys.add(key("Other", "k2"), "d2")
    assert store.api_keys.use("d1", NOW).name == "CRM"
    later = NOW + timedelta(minutes=5)
    store.api_keys.use("d1", later)
    (first,) = (each for each in store.api_keys.list() if each.id == "k1")
    assert first.last_used_at == later
    with pytest.raises(SignInRefused):
        store.api_keys.use("d1", NOW + timedelta(days=1))
    with pytest.raises(SignInRefused):
        store.api_keys.use("d3", NOW)
    store.api_keys.revoke("k1", NOW)
    with pytest.raises(SignInRefused):
        store.api_keys.use("d1", NOW)
    assert store.api_keys.use("d2", NOW).id == "k2"
    with pytest.raises(UnknownKey):
        store.api_keys.revoke("k1", NOW)


def test_a_key_and_a_person_never_share_a_name(store: Store, ana: Account) -> None:
    with pytest.raises(AccountTaken):
        store.api_keys.add(key("ana"), "d1")
    store.api_keys.add(key("CRM"), "d1")
    with pytest.raises(AccountTaken):
        store.api_keys.add(key("crm", "k2"), "d2")
    with pytest.raises(AccountTaken):
        add_account(store, "Crm", login="x")
    assert ana.name == "Ana"
