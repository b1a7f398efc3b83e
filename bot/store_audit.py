"""Who of the staff did what: rows that are only ever added, each sealed with the one before.

A row's hash covers the row and the hash before it, so a row that is changed, taken out of the
middle or put in is found by :meth:`AuditStore.verify`. Whoever can write the table can write a
whole new chain, or cut off its end: note the head that ``verify`` gives somewhere else.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from bot.store_database import Database, lock_until_commit
from bot.store_tables import audit

FIRST = "0" * 64
"""Stands for the hash before the first row."""

_LOCK = 0x617564697420  # "audit "
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed of a member of staff.

    Attributes:
        id: Grows by one each time.
        actor: Login or name of who did it, or of the API key.
        action: What, as ``handoff.claim``.
        object: On what, as ``conversation:ID``.
        detail: Ids, names of states and digests; never a customer's words.
        hash: Seals this row and all before it, hexadecimal.
    """

    id: int
    at: datetime
    actor: str
    action: str
    object: str
    detail: Mapping[str, str]
    hash: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What checking the chain found.

    Attributes:
        entries: How many rows were checked and are sound.
        head: Hash of the last sound row.
        broken_at: Id of the first row that does not fit, ``None`` when all do.
    """

    entries: int
    head: str
    broken_at: int | None


def record_audit(
    connection: Connection, at: datetime, actor: str, action: str, object_: str, **detail: str
) -> None:
    """Adds a row within a transaction that the caller holds. Call it last: it waits for others."""
    lock_until_commit(connection, _LOCK)
    last = connection.execute(
        select(audit.c.id, audit.c.hash).order_by(audit.c.id.desc()).limit(1)
    ).one_or_none()
    number, before = (1, FIRST) if last is None else (last.id + 1, last.hash)
    connection.execute(
        insert(audit).values(
            id=number,
            at=at,
            actor=actor,
            action=action,
            object=object_,
            detail=detail,
            hash=_seal(before, number, at, (actor, action, object_), detail),
        )
    )


class AuditStore:
    """Adds to the log, reads it and checks it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, at: datetime, actor: str, action: str, object_: str, **detail: str) -> None:
        """Adds a row in a transaction of its own, for what changes nothing else, like reading."""
        with self._database.write() as connection:
            record_audit(connection, at, actor, action, object_, **detail)

    def entries(self, after: int = 0, limit: int = 100) -> Sequence[AuditEntry]:
        """Rows after the one of id ``after``, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(limit)
            ).all()
        return tuple(read_entry(row) for row in rows)

    def verify(self) -> AuditReport:
        """Checks every row against the one before."""
        head, sound = FIRST, 0
        while True:
            entries = self.entries(after=sound, limit=_BATCH)
            for entry in entries:
                done = (entry.actor, entry.action, entry.object)
                seal = _seal(head, sound + 1, entry.at, done, entry.detail)
                if entry.id != sound + 1 or entry.hash != seal:
                    return AuditReport(sound, head, entry.id)
                head, sound = entry.hash, entry.id
            if len(entries) < _BATCH:
                return AuditReport(sound, head, None)


def _seal(
    before: str, number: int, at: datetime, done: tuple[str, str, str], detail: Mapping[str, str]
) -> str:
    row = [before, number, at.astimezone(UTC).isoformat(), *done, dict(detail)]
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


def read_entry(row: Row[Any]) -> AuditEntry:  # Any: every column of the table
    """A row of the table as an entry."""
    return AuditEntry(row.id, row.at, row.actor, row.action, row.object, row.detail, row.hash)
