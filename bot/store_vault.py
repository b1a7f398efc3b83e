"""Sealed values and the record of who had one opened. No column holds a plain value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, delete, func, insert, select, tuple_, update

from bot.store_audit import record_audit
from bot.store_database import Database
from bot.store_tables import vault as sealed_values
from bot.store_tables import vault_access as accesses
from bot.vault import Sealed


class Outcome(StrEnum):
    """How a request for a value ended."""

    RESTORED = "restored"
    UNKNOWN = "unknown"
    DAMAGED = "damaged"
    KEY_MISSING = "key missing"


@dataclass(frozen=True, slots=True)
class Access:
    """One request for a value, as kept. It never holds the value.

    Attributes:
        at: UTC time.
        agent: Who asked.
        conversation_id: Of which conversation; it may be erased by now.
        placeholder: Which value.
        reason: What for, in the agent's words, redacted.
        outcome: How it ended.
    """

    at: datetime
    agent: str
    conversation_id: str
    placeholder: str
    reason: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Kept:
    """A sealed value and the conversation that it belongs to."""

    conversation_id: str
    sealed: Sealed


def keep_sealed(
    connection: Connection, conversation_id: str, sealed: Iterable[Sealed], at: datetime
) -> None:
    """Keeps values that the conversation does not have yet."""
    known = set(
        connection.execute(
            select(sealed_values.c.placeholder).where(
                sealed_values.c.conversation_id == conversation_id
            )
        ).scalars()
    )
    for each in sealed:
        if each.placeholder not in known:
            connection.execute(
                insert(sealed_values).values(
                    conversation_id=conversation_id,
                    placeholder=each.placeholder,
                    key_id=each.key_id,
                    box=each.box,
                    at=at,
                )
            )


def forget_sealed(
    connection: Connection, conversation_id: str, placeholders: Sequence[str] | None = None
) -> int:
    """Deletes values of a conversation, all of them without ``placeholders``; says how many."""
    these = sealed_values.c.conversation_id == conversation_id
    if placeholders is not None:
        these &= sealed_values.c.placeholder.in_(placeholders)
    return connection.execute(delete(sealed_values).where(these)).rowcount


class VaultStore:
    """Reads, replaces and deletes sealed values; adds to the record of accesses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def placeholders(self, conversation_id: str) -> Sequence[str]:
        """What can be restored in a conversation."""
        with self._database.read() as connection:
            return tuple(
                connection.execute(
                    select(sealed_values.c.placeholder)
                    .where(sealed_values.c.conversation_id == conversation_id)
                    .order_by(sealed_values.c.at, sealed_values.c.placeholder)
                ).scalars()
            )

    def get(self, conversation_id: str, placeholder: str) -> Sealed | None:
        """The sealed value behind a placeholder, ``None`` when there is none."""
        with self._database.read() as connection:
            row = connection.execute(
                select(sealed_values).where(
                    sealed_values.c.conversation_id == conversation_id,
                    sealed_values.c.placeholder == placeholder,
                )
            ).one_or_none()
        return None if row is None else _read(row).sealed

    def record(self, access: Access) -> None:
        """Adds to the record, and to the chain of what staff did; durable on return."""
        with self._database.write() as connection:
            connection.execute(
                insert(accesses).values(
                    at=access.at,
                    agent=access.agent,
                    conversation_id=access.conversation_id,
                    placeholder=access.placeholder,
                    reason=access.reason,
                    outcome=access.outcome.value,
                )
            )
            record_audit(
                connection,
                access.at,
                access.agent,
                "value.restore",
                f"conversation:{access.conversation_id}",
                placeholder=access.placeholder,
                outcome=access.outcome.value,
            )

    def accesses(self, conversation_id: str | None = None, limit: int = 100) -> Sequence[Access]:
        """Who had what opened, the newest first; of one conversation where it is named."""
        wanted = select(accesses).order_by(accesses.c.id.desc()).limit(limit)
        if conversation_id is not None:
            wanted = wanted.where(accesses.c.conversation_id == conversation_id)
        with self._database.read() as connection:
            return tuple(
                Access(
                    row.at,
                    row.agent,
                    row.conversation_id,
                    row.placeholder,
                    row.reason,
                    Outcome(row.outcome),
                )
                for row in connection.execute(wanted)
            )

    def sealed_by_others(
        self, key_id: str, after: tuple[str, str] = ("", ""), limit: int = 500
    ) -> Sequence[Kept]:
        """Values that another key sealed, in order, after a conversation and placeholder."""
        place = tuple_(sealed_values.c.conversation_id, sealed_values.c.placeholder)
        with self._database.read() as connection:
            rows = connection.execute(
                select(sealed_values)
                .where(sealed_values.c.key_id != key_id, place > after)
                .order_by(sealed_values.c.conversation_id, sealed_values.c.placeholder)
                .limit(limit)
            )
            return tuple(_read(row) for row in rows)

    def replace(self, pairs: Iterable[tuple[Kept, Sealed]]) -> int:
        """Puts values sealed anew in place of those read before; says how many were still so."""
        moved = 0
        with self._database.write() as connection:
            for old, new in pairs:
                moved += connection.execute(
                    update(sealed_values)
                    .where(
                        sealed_values.c.conversation_id == old.conversation_id,
                        sealed_values.c.placeholder == old.sealed.placeholder,
                        sealed_values.c.box == old.sealed.box,
                    )
                    .values(key_id=new.key_id, box=new.box)
                ).rowcount
        return moved

    def keys_in_use(self) -> dict[str, int]:
        """How many values each key has sealed."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(sealed_values.c.key_id, func.count().label("n")).group_by(
                    sealed_values.c.key_id
                )
            )
            return {row.key_id: row.n for row in rows}

    def forget(self, conversation_id: str) -> int:
        """Deletes all values of a conversation; says how many."""
        with self._database.write() as connection:
            gone = forget_sealed(connection, conversation_id)
        self._flush(gone)
        return gone

    def forget_before(self, at: datetime) -> int:
        """Deletes all values that were kept before a time; says how many."""
        with self._database.write() as connection:
            gone = connection.execute(delete(sealed_values).where(sealed_values.c.at < at)).rowcount
        self._flush(gone)
        return gone

    def _flush(self, gone: int) -> None:
        if gone:
            self._database.flush()


def _read(row: Row[tuple[object, ...]]) -> Kept:
    return Kept(row.conversation_id, Sealed(row.placeholder, row.key_id, row.box))
