from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from bot.store import Store
from bot.store_audit import FIRST, AuditReport, record_audit

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


def three(store: Store) -> None:
    store.audit.record(NOW, "ana", "handoff.claim", "ticket:K-1", state="claimed")
    store.audit.record(NOW.astimezone(timezone(timedelta(hours=5))), "bo", "read", "c:1")
    store.audit.record(NOW, "é", "read", "c:2", b="2", a="1")


def test_an_empty_log_is_sound(store: Store) -> None:
    assert store.audit.verify() == AuditReport(0, FIRST, None)


def test_what_staff_did_reads_back_in_order_and_the_chain_holds(store: Store) -> None:
    three(store)
    entries = store.audit.entries()
    assert [(each.id, each.actor, each.action, each.object) for each in entries] == [
        (1, "ana", "handoff.claim", "ticket:K-1"),
        (2, "bo", "read", "c:1"),
        (3, "é", "read", "c:2"),
    ]
    assert entries[0].detail == {"state": "claimed"}
    assert {each.at for each in entries} == {NOW}
    assert store.audit.verify() == AuditReport(3, entries[2].hash, None)
    assert store.audit.entries(after=2) == entries[2:]


@pytest.mark.parametrize(
    ("tampered", "broken_at"),
    [
        ("UPDATE audit SET actor = 'bo' WHERE id = 1", 1),
        ("UPDATE audit SET object = 'c:3' WHERE id = 2", 2),
        ("UPDATE audit SET hash = (SELECT hash FROM audit WHERE id = 1) WHERE id = 2", 2),
        ('UPDATE audit SET detail = \'{"a": "1", "b": "3"}\' WHERE id = 3', 3),
        ("UPDATE audit SET at = (SELECT at FROM audit WHERE id = 1), actor = 'e' WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("DELETE FROM audit WHERE id = 1", 2),
    ],
)
def test_a_changed_or_missing_row_is_found(store: Store, tampered: str, broken_at: int) -> None:
    three(store)
    with store._database.write() as connection:
        connection.execute(text(tampered.replace(":", r"\:")))
    assert store.audit.verify().broken_at == broken_at


def test_a_deed_that_is_rolled_back_leaves_no_row(store: Store) -> None:
    def fail() -> None:
        with store._database.write() as connection:
            record_audit(connection, NOW, "ana", "read", "c:1")
            raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError):
        fail()
    three(store)
    assert store.audit.verify().entries == 3


def test_many_writers_make_one_chain(store: Store) -> None:
    def write(number: int) -> None:
        store.audit.record(NOW, f"a{number}", "read", "c:1")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(30)))
    assert store.audit.verify() == AuditReport(30, store.audit.entries(29)[0].hash, None)
