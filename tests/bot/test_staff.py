from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.accounts import Account, KeyScope, StaffRole
from bot.api_keys import is_key, make_key
from bot.errors import ConfigurationError
from bot.staff import SignInDelayed, StaffAccess, add_account, make_sign_in
from bot.store import Store
from bot.store_errors import SignInRefused

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "four unrelated green boats"  # noqa: S105  a made-up one


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(sqlite_blank: Path, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "firstline.db"
    path.write_bytes(sqlite_blank.read_bytes())
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()


@pytest.fixture
def access(store: Store, clock: Clock) -> StaffAccess:
    return StaffAccess(store, b"k" * 32, clock)


@pytest.fixture
def ana(store: Store, access: StaffAccess) -> Account:
    account = add_account(store, "Ana", login="ana@example.com")
    access.set_password(account, PASSWORD)
    return account


@pytest.mark.parametrize("name", ["", " ", "a" * 65, "A\x1bna"])
def test_a_name_that_customers_cannot_read_is_refused(store: Store, name: str) -> None:
    with pytest.raises(ConfigurationError, match="printable characters"):
        add_account(store, name, login="x")


@pytest.mark.parametrize("login", ["", "a b", "ä", "-x", "a" * 255, "a\nb"])
def test_a_login_is_one_plain_word(store: Store, login: str) -> None:
    with pytest.raises(ConfigurationError, match="login"):
        add_account(store, "Ana", login=login or "\t")


def test_a_password_opens_a_fresh_session_and_ends_the_earlier_one(
    access: StaffAccess, ana: Account
) -> None:
    first = access.sign_in_with_password(" ANA@example.com ", PASSWORD, "192.0.2.1")
    second = access.sign_in_with_password(ana.login, PASSWORD, "192.0.2.1", replaces=first)
    assert access.session(second).name == "Ana"
    with pytest.raises(SignInRefused):
        access.session(first)


@pytest.mark.parametrize(
    ("login", "password"),
    [("ana@example.com", "wrong"), ("nobody", PASSWORD), ("", ""), ("\ud800", "\ud800")],
)
def test_a_wrong_login_and_a_wrong_password_are_answered_alike(
    access: StaffAccess, ana: Account, login: str, password: str
) -> None:
    with pytest.raises(SignInRefused, match="login or the password"):
        access.sign_in_with_password(login, password, "192.0.2.1")


def test_a_disabled_person_does_not_get_in(store: Store, access: StaffAccess, ana: Account) -> None:
    store.accounts.disable(ana.id, NOW)
    with pytest.raises(SignInRefused):
        access.sign_in_with_password(ana.login, PASSWORD, "192.0.2.1")
    with pytest.raises(SignInRefused, match="firstline staff enable"):
        make_sign_in(store, store.accounts.find("Ana"))


def test_wrong_passwords_cost_time_but_only_where_they_came_from(
    access: StaffAccess, ana: Account, clock: Clock
) -> None:
    waits = []
    for _ in range(6):
        try:
            access.sign_in_with_password(ana.login, "wrong password", "192.0.2.1")
        except SignInDelayed as error:
            waits.append(error.seconds)
            clock.now += timedelta(seconds=error.seconds)
        except SignInRefused:
            waits.append(0)
    assert waits == [0, 0, 0, 1, 0, 2]
    with pytest.raises(SignInRefused):
        access.sign_in_with_password(ana.login, "wrong password", "192.0.2.1")
    with pytest.raises(SignInDelayed):
        access.sign_in_with_password(ana.login, PASSWORD, "192.0.2.1")
    assert access.sign_in_with_password(ana.login, PASSWORD, "192.0.2.2")
    clock.now += timedelta(minutes=10)
    assert access.sign_in_with_password(ana.login, PASSWORD, "192.0.2.1")
    with pytest.raises(SignInRefused):  # a success forgets the failures
        access.sign_in_with_password(ana.login, "wrong password", "192.0.2.1")


def test_a_key_is_shown_once_and_known_by_its_form(
    store: Store, access: StaffAccess, tmp_path: Path
) -> None:
    key, kept = make_key(store, StaffRole.AGENT, now=NOW)
    assert is_key(key)
    assert not is_key(key[:-1] + ("0" if key[-1] != "0" else "1"))
    assert (kept.name, kept.scope, kept.role) == ("Agent key", KeyScope.WRITE, StaffRole.AGENT)
    assert make_key(store, StaffRole.AGENT, now=NOW)[1].name == "Agent key 2"
    assert access.key(key).id == kept.id
    for wrong in ("", "flk_", key + "x", key.upper(), "é" * 50):
        with pytest.raises(SignInRefused):
            access.key(wrong)
    store.close()
    for file in tmp_path.iterdir():
        assert key.encode() not in file.read_bytes()


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_key_lasts_up_to_a_year(store: Store, days: int) -> None:
    with pytest.raises(ConfigurationError, match="1 to 366 days"):
        make_key(store, StaffRole.AGENT, now=NOW, days=days)


def test_no_secret_of_staff_is_in_the_files(
    store: Store, access: StaffAccess, ana: Account, tmp_path: Path
) -> None:
    link = make_sign_in(store, ana, clock=lambda: NOW)
    session = access.sign_in(link)
    unused = make_sign_in(store, ana, clock=lambda: NOW)
    with pytest.raises(SignInRefused):
        access.sign_in_with_password(ana.login, "a wrong password", "192.0.2.77")
    store.close()
    for file in tmp_path.iterdir():
        data = file.read_bytes()
        for secret in (link, session, unused, PASSWORD, "a wrong password", "192.0.2.77"):
            assert secret.encode() not in data
