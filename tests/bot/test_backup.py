import json
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.backup import back_up, restore
from bot.backup_file import LAST, BackupDamaged, BackupError
from bot.cli import app
from bot.keys import load_or_create
from bot.store import Store
from bot.store_errors import UnknownConversation
from bot.tombstones import FILE as ERASED
from bot.tombstones import add_tombstones
from tests.bot.small_store import exchanged, handed_over, started

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path, sqlite_blank: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copyfile(sqlite_blank, data / "firstline.db")
    load_or_create(data)
    return data


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    store = Store.in_folder(data)
    yield store
    store.close()


def counts(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    found = {
        name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608  their own
        for (name,) in names
    }
    connection.close()
    return found


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--data", str(data)])


def test_the_drill_wipe_restore_compare_and_erasures_stay_erased(
    data: Path, store: Store, tmp_path: Path
) -> None:
    kept, gone = handed_over(store), handed_over(store)
    store.audit.record(NOW, "ana", "handoff.claim", "ticket:K-1")
    head = store.audit.verify().head
    target = tmp_path / "backup"
    made = back_up(store, data, target, keys=True, now=NOW)
    before = counts(data / "firstline.db")
    assert dict(made.rows) == before
    assert (data / LAST).read_text() == "2026-11-23T09:00:00+00:00\n"

    add_tombstones(data / ERASED, [gone.id], NOW)
    store.erasure.erase(gone.id, NOW, "operator")
    elsewhere = tmp_path / "erased-copy"
    shutil.copyfile(data / ERASED, elsewhere)
    keys = {each.name: each.read_bytes() for each in (data / "keys").iterdir()}
    store.close()
    shutil.rmtree(data)  # the disk is gone

    data.mkdir()
    done = restore(target, data, data / "firstline.db", erased=[elsewhere], now=NOW)
    assert done.erased == 1
    assert {each.name: each.read_bytes() for each in (data / "keys").iterdir()} == keys
    again = Store.in_folder(data)
    assert again.load(kept.id) == kept
    with pytest.raises(UnknownConversation):
        again.load(gone.id)
    after = counts(data / "firstline.db")
    one_of_two = {"conversation", "turn", "handoff", "outbox", "event"}
    assert {name: after[name] for name in one_of_two} == {
        name: before[name] // 2 for name in one_of_two
    }
    rest = set(before) - one_of_two - {"audit"}
    assert {name: after[name] for name in rest} == {name: before[name] for name in rest}
    entries = again.audit.entries()
    assert entries[0].hash == head
    assert [each.action for each in entries] == [
        "handoff.claim",
        "customer.erase",
        "backup.restore",
    ]
    assert again.audit.verify().broken_at is None
    again.close()
    assert gone.id.encode() not in (data / "firstline.db").read_bytes().replace(
        f"conversation:{gone.id}".encode(),
        b"",  # the audit log names it
    )
    assert not list(data.glob("*-wal"))


def test_a_backup_is_one_view_of_a_store_in_use(data: Path, store: Store, tmp_path: Path) -> None:
    before = started(store)
    with store._database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM turn")
        back_up(store, data, tmp_path / "b", keys=False, now=NOW)
        store.keep(exchanged(before), before=before, ticket=None)
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    with tarfile.open(tmp_path / "b") as tar:
        assert tar.getnames() == ["backup.json", "firstline.db"]
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_nothing_is_overwritten(data: Path, store: Store, tmp_path: Path) -> None:
    target = tmp_path / "b"
    back_up(store, data, target, keys=True, now=NOW)
    with pytest.raises(BackupError, match="exists and is not overwritten: name a new file"):
        back_up(store, data, target, keys=True, now=NOW)
    with pytest.raises(BackupError, match=r"firstline\.db exists and is not overwritten: stop"):
        restore(target, data, data / "firstline.db", now=NOW)
    store.close()
    (data / "firstline.db").unlink()
    (data / "keys" / "contact.key").write_text("00" * 32)
    with pytest.raises(BackupError, match=r"contact\.key is another key"):
        restore(target, data, data / "firstline.db", now=NOW)
    assert not (data / "firstline.db").exists()


@pytest.mark.parametrize(
    ("place", "told"),
    [(-40000, "changed"), (100, "not a backup|changed|does not hold")],
)
def test_a_changed_byte_is_found(
    data: Path, store: Store, tmp_path: Path, place: int, told: str
) -> None:
    target = tmp_path / "b"
    back_up(store, data, target, keys=False, now=NOW)
    written = bytearray(target.read_bytes())
    written[place] ^= 1
    target.write_bytes(written)
    (tmp_path / "new").mkdir()
    with pytest.raises(BackupDamaged, match=told):
        restore(target, tmp_path / "new", tmp_path / "new" / "firstline.db", now=NOW)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no backup", b"\0" * 20480])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(BackupDamaged, match="is not a backup by firstline backup"):
        restore(tmp_path / "b", tmp_path, tmp_path / "firstline.db", now=NOW)


def test_a_backup_of_a_newer_version_is_refused(data: Path, store: Store, tmp_path: Path) -> None:
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    back_up(store, data, tmp_path / "b", keys=False, now=NOW)
    (tmp_path / "new").mkdir()
    with pytest.raises(BackupError, match="which is newer: install it first"):
        restore(tmp_path / "b", tmp_path / "new", tmp_path / "new" / "firstline.db", now=NOW)


def test_postgresql_names_its_own_tools(postgres_server: object, tmp_path: Path) -> None:
    store = Store("postgresql://nobody@/none")
    with pytest.raises(BackupError, match="pg_dump"):
        back_up(store, tmp_path, tmp_path / "b", keys=False, now=NOW)
    store.close()


def test_a_tampered_audit_log_is_backed_up_and_told(data: Path, tmp_path: Path) -> None:
    store = Store.in_folder(data)
    for _ in range(3):
        store.audit.record(NOW, "ana", "read", "c:1")
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE audit SET actor = 'bo' WHERE id = 2")
    store.close()
    done = run(data, "backup", str(tmp_path / "b"))
    assert done.exit_code == 1
    assert "the audit log was changed: entry 2" in done.stderr
    restored = run(tmp_path / "new", "restore", str(tmp_path / "b"))
    assert restored.exit_code == 0
    assert "the audit log was changed before: entry 2" in restored.stderr


def test_the_commands_say_what_they_did(data: Path, store: Store, tmp_path: Path) -> None:
    handed_over(store)
    store.close()
    target = tmp_path / "b"
    done = run(data, "backup", str(target), "--keys")
    assert done.exit_code == 0, done.stderr
    assert "1 conversations, 2 turns, 0 entries of the audit log, with keys" in done.stderr
    assert run(data, "backup", str(target)).exit_code == 2
    new = tmp_path / "new"
    done = run(new, "restore", str(target))
    assert done.exit_code == 0, done.stderr
    assert "1 conversations, 2 turns; 0 conversations were erased again" in done.stderr
    assert run(tmp_path / "none", "backup", str(tmp_path / "c")).exit_code == 2
    assert run(new, "restore", str(tmp_path / "missing")).exit_code == 2


def test_a_manifest_that_names_a_file_outside_is_refused(tmp_path: Path) -> None:
    made = {
        "format": 1, "made_at": "", "version": "", "revision": "", "rows": {}, "audit_entries": 0,
        "audit_head": "", "audit_broken_at": None, "files": {"../evil": "00"},
    }  # fmt: skip
    (tmp_path / "backup.json").write_text(json.dumps(made))
    (tmp_path / "evil").write_text("x")
    with tarfile.open(tmp_path / "b", "w") as tar:
        tar.add(tmp_path / "backup.json", "backup.json")
        tar.add(tmp_path / "evil", "../evil")
    (tmp_path / "in").mkdir()
    with pytest.raises(BackupDamaged, match="names a file that no backup has"):
        restore(tmp_path / "b", tmp_path / "in", tmp_path / "in" / "firstline.db", now=NOW)


def test_a_start_erases_again_what_an_older_database_brings_back(data: Path, store: Store) -> None:
    from bot.erasure import replay  # noqa: PLC0415

    gone, kept = handed_over(store), handed_over(store)
    add_tombstones(data / ERASED, [gone.id, "never-there"], NOW + timedelta(days=1))
    assert replay(store, data, NOW) == 1
    assert replay(store, data, NOW) == 0
    assert store.erasure.known([gone.id, kept.id]) == (kept.id,)
