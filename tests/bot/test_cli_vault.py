from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.conversation import Conversation
from bot.store import Store
from bot.store_vault import Access, Outcome, keep_sealed
from bot.vault import Vault
from bot.vault_keys import VaultKeys

NOW = datetime.now(UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one kept value, restored once."""
    store = Store.in_folder(tmp_path)
    store.upgrade()
    store.start(Conversation("c1"), now=NOW)
    sealed = Vault(VaultKeys(tmp_path)).seal("c1", "[EMAIL_1]", "jane@example.com")
    with store._database.write() as connection:
        keep_sealed(connection, "c1", [sealed], NOW)
    store.vault.record(Access(NOW, "Ana", "c1", "[EMAIL_1]", "to send\x1b[2J it", Outcome.RESTORED))
    store.close()
    return tmp_path


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["vault", *words, "--data", str(data)])


def opened(data: Path) -> str:
    store = Store.in_folder(data)
    sealed = store.vault.get("c1", "[EMAIL_1]")
    store.close()
    assert sealed is not None
    return Vault(VaultKeys(data)).open("c1", sealed)


def test_rotating_makes_a_key_and_loses_nothing(data: Path) -> None:
    first = VaultKeys(data).newest().id
    done = run(data, "rotate")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "1 values were sealed anew" in done.stderr
    assert opened(data) == "jane@example.com"
    assert VaultKeys(data).newest().id != first
    assert f"destroyed: {first}" in run(data, "rotate").stderr
    run(data, "rotate", "--destroy")
    assert len(VaultKeys(data).all()) == 1
    assert opened(data) == "jane@example.com"


def test_a_value_that_does_not_open_is_told_and_fails_the_command(data: Path) -> None:
    ring = data / "keys" / "vault.keys"
    ring.write_text(f"{VaultKeys(data).newest().id} {'00' * 32}\n", "ascii")
    done = run(data, "rotate")
    assert done.exit_code == 1
    assert "1 values could not be opened and stay as they are" in done.stderr


def test_a_damaged_ring_is_one_clear_line(data: Path) -> None:
    (data / "keys" / "vault.keys").write_text("damaged", "ascii")
    done = run(data, "rotate")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: keys/vault.keys is damaged in line 1")


def test_the_record_shows_who_and_why_and_no_value(data: Path) -> None:
    done = run(data, "log")
    assert done.stdout.rstrip("\n").endswith(" Ana c1 [EMAIL_1] restored: to send [2J it")
    assert done.stdout.count("\n") == 1


def test_clearing_deletes_the_values_and_keeps_the_record(data: Path) -> None:
    assert run(data, "clear").exit_code == 1  # nobody said yes
    assert opened(data) == "jane@example.com"
    assert "1 values deleted" in run(data, "clear", "--yes").stderr
    assert run(data, "log").stdout
    store = Store.in_folder(data)
    assert store.vault.placeholders("c1") == ()
    store.close()
