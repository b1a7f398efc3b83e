import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation import Conversation
from bot.store import Store
from bot.store_vault import keep_sealed
from bot.values import rotate
from bot.vault import Sealed, ValueDamaged, Vault
from bot.vault_keys import VaultKeys

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.in_folder(tmp_path)
    store.upgrade()
    yield store
    store.close()


def filled(store: Store, keys: VaultKeys, count: int) -> dict[tuple[str, str], str]:
    """Values of several conversations, kept; by conversation and placeholder."""
    vault = Vault(keys)
    values = {}
    for number in range(count):
        conversation, placeholder = f"c{number % 7}", f"[EMAIL_{number + 1}]"
        if number < 7:
            store.start(Conversation(conversation), now=NOW)
        values[conversation, placeholder] = f"person{number}@example.com"
        keep(
            store,
            conversation,
            vault.seal(conversation, placeholder, f"person{number}@example.com"),
        )
    return values


def keep(store: Store, conversation_id: str, sealed: Sealed, at: datetime = NOW) -> None:
    with store._database.write() as connection:
        keep_sealed(connection, conversation_id, [sealed], at)


def opened(
    store: Store, vault: Vault, places: dict[tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    found = {}
    for conversation, placeholder in places:
        sealed = store.vault.get(conversation, placeholder)
        assert sealed is not None
        found[conversation, placeholder] = vault.open(conversation, sealed)
    return found


def test_changing_the_key_loses_no_value_and_leaves_none_under_the_old_one(
    store: Store, tmp_path: Path
) -> None:
    keys = VaultKeys(tmp_path)
    values = filled(store, keys, 1203)
    first = keys.newest().id
    done = rotate(store.vault, VaultKeys(tmp_path))
    assert (done.moved, done.damaged, done.dropped) == (1203, 0, ())
    assert opened(store, Vault(keys), values) == values
    assert store.vault.keys_in_use() == {done.key_id: 1203}
    assert {key.id for key in keys.all()} == {first, done.key_id}

    again = rotate(store.vault, VaultKeys(tmp_path))
    assert again.dropped == (first,)
    assert opened(store, Vault(keys), values) == values

    last = rotate(store.vault, VaultKeys(tmp_path), destroy=True)
    assert [key.id for key in keys.all()] == [last.key_id]
    assert opened(store, Vault(keys), values) == values


def test_a_value_sealed_while_keys_change_is_not_lost(store: Store, tmp_path: Path) -> None:
    keys = VaultKeys(tmp_path)
    filled(store, keys, 7)
    late = Vault(keys).seal("c1", "[PHONE_1]", "07700 900123")  # by a server, not yet committed
    rotate(store.vault, VaultKeys(tmp_path))
    keep(store, "c1", late)
    assert Vault(keys).open("c1", late) == "07700 900123"
    assert rotate(store.vault, VaultKeys(tmp_path)).moved == 8


def test_a_damaged_value_keeps_its_key_and_stops_no_other(store: Store, tmp_path: Path) -> None:
    keys = VaultKeys(tmp_path)
    values = filled(store, keys, 20)
    first = keys.newest().id
    with sqlite3.connect(tmp_path / "firstline.db") as connection:
        connection.execute("UPDATE vault SET box = zeroblob(40) WHERE placeholder = '[EMAIL_3]'")
    done = rotate(store.vault, VaultKeys(tmp_path), destroy=True)
    assert (done.moved, done.damaged, done.dropped) == (19, 1, ())
    assert first in {key.id for key in keys.all()}
    damaged = next(place for place in values if place[1] == "[EMAIL_3]")
    sealed = store.vault.get(*damaged)
    assert sealed is not None
    with pytest.raises(ValueDamaged):
        Vault(keys).open(damaged[0], sealed)


def test_the_first_value_of_a_placeholder_stays(store: Store, tmp_path: Path) -> None:
    vault = Vault(VaultKeys(tmp_path))
    store.start(Conversation("c1"), now=NOW)
    first = vault.seal("c1", "[EMAIL_1]", "a@example.com")
    keep(store, "c1", first)
    keep(store, "c1", vault.seal("c1", "[EMAIL_1]", "b@example.com"))
    assert store.vault.get("c1", "[EMAIL_1]") == first


def test_values_go_with_their_conversation_and_with_time(store: Store, tmp_path: Path) -> None:
    vault = Vault(VaultKeys(tmp_path))
    for name in ("c1", "c2"):
        store.start(Conversation(name), now=NOW)
        keep(store, name, vault.seal(name, "[EMAIL_1]", "a@example.com"), NOW)
        keep(store, name, vault.seal(name, "[NAME_1]", "Jane"), NOW + timedelta(days=2))
    assert store.vault.forget("c1") == 2
    assert (store.vault.placeholders("c1"), len(store.vault.placeholders("c2"))) == ((), 2)
    assert store.vault.forget_before(NOW + timedelta(days=1)) == 1
    assert store.vault.placeholders("c2") == ("[NAME_1]",)
    assert store.vault.forget("nobody") == 0
