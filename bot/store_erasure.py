"""Every row that belongs to a conversation: found by the tables' own keys, read or deleted.

A table that refers to a conversation, a turn or a ticket is covered by that alone, so one that is
added later cannot be forgotten. The record of who had a value opened stays, without the reasons.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, cast, delete, func, or_, select, update

from bot.store_audit import record_audit
from bot.store_database import Database
from bot.store_tables import audit, episode, metadata, turn_feedback
from bot.store_tables import conversation as conversations
from bot.store_tables import handoff as tickets
from bot.store_tables import handoff_note as notes
from bot.store_tables import turn as turns
from bot.store_tables import vault_access as accesses

Rows = Mapping[str, Sequence[Mapping[str, Any]]]  # Any: a column's value
"""Rows by the name of their table."""

ACTION = "customer.erase"


def _belonging(conversation_id: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Tables with rows of a conversation, those that refer to others first."""
    mine: dict[Table, ColumnElement[bool]] = {
        conversations: conversations.c.id == conversation_id,
        turns: turns.c.conversation_id == conversation_id,
        tickets: tickets.c.conversation_id == conversation_id,
    }
    keys = {
        "conversation.id": select(conversations.c.id).where(mine[conversations]),
        "turn.id": select(turns.c.id).where(mine[turns]),
        "handoff.ticket_id": select(tickets.c.ticket_id).where(mine[tickets]),
    }
    for table in reversed(metadata.sorted_tables):
        if table in mine:
            yield table, mine[table]
            continue
        these = [
            each.parent.in_(keys[each.target_fullname])
            for each in table.foreign_keys
            if each.target_fullname in keys
        ]
        if these:
            yield table, or_(*these)


class ErasureStore:
    """Finds, reads and erases whole conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def conversations_of(self, customer_ref: str) -> Sequence[str]:
        """Ids of a customer's conversations, by the keyed digest of the reference to them."""
        wanted = select(conversations.c.id).where(conversations.c.customer_ref == customer_ref)
        with self._database.read() as connection:
            found = connection.execute(wanted.order_by(conversations.c.created_at))
            return tuple(found.scalars())

    def known(self, conversation_ids: Sequence[str]) -> Sequence[str]:
        """Those of the ids that there are conversations of."""
        found: list[str] = []
        with self._database.read() as connection:
            for start in range(0, len(conversation_ids), 500):
                some = conversation_ids[start : start + 500]
                wanted = select(conversations.c.id).where(conversations.c.id.in_(some))
                found.extend(connection.execute(wanted).scalars())
        return tuple(found)

    def read(self, conversation_id: str) -> Rows:
        """Every row of a conversation, one consistent view; tables without any are left out."""
        rows: dict[str, Sequence[Mapping[str, Any]]] = {}
        with self._database.read() as connection:
            for table, mine in _belonging(conversation_id):
                wanted = select(table).where(mine).order_by(*table.primary_key)
                found = [dict(row) for row in connection.execute(wanted).mappings()]
                if found:
                    rows[table.name] = found
            wanted = select(accesses).where(accesses.c.conversation_id == conversation_id)
            opened = [dict(row) for row in connection.execute(wanted).mappings()]
        return {**rows, accesses.name: opened} if opened else rows

    def erase(self, conversation_id: str, at: datetime, actor: str) -> Mapping[str, int]:
        """Deletes every row of a conversation in one transaction, and notes that it was done.

        Returns:
            How many rows of each table went; none at all where there is no such conversation.
        """
        gone: dict[str, int] = {}
        with self._database.write() as connection:
            this = select(conversations.c.id).where(conversations.c.id == conversation_id)
            if connection.execute(this.with_for_update()).first() is None:
                return gone
            for table, mine in _belonging(conversation_id):
                deleted = connection.execute(delete(table).where(mine)).rowcount
                if deleted:
                    gone[table.name] = deleted
            connection.execute(
                update(accesses)
                .where(accesses.c.conversation_id == conversation_id)
                .values(reason="")
            )
            rows = {name: str(count) for name, count in gone.items()}
            record_audit(connection, at, actor, ACTION, f"conversation:{conversation_id}", **rows)
        return gone

    def left(self, conversation_id: str) -> int:
        """How many rows of a conversation there are, with the reasons for opening its values."""
        with self._database.read() as connection:
            total = 0
            for table, mine in _belonging(conversation_id):
                counted = select(func.count()).select_from(table).where(mine)
                total += connection.execute(counted).scalar_one()
            reasons = (accesses.c.conversation_id == conversation_id) & (accesses.c.reason != "")
            counted = select(func.count()).select_from(accesses).where(reasons)
            return total + int(connection.execute(counted).scalar_one())

    def audited(self) -> frozenset[bytes]:
        """Ids of turns that the audit log names; they stay there."""
        with self._database.read() as connection:
            details = connection.execute(select(audit.c.detail)).scalars()
            return frozenset(str(part).encode() for each in details for part in each.values())

    def is_said(self, text: str) -> bool:
        """Whether a row of any conversation holds this text. SQLite only."""
        places = (
            (turns, turns.c.text, cast(turns.c.payload, Text), turns.c.notice),
            (tickets, tickets.c.summary),
            (notes, notes.c.text),
            (turn_feedback, turn_feedback.c.comment),
            (episode, episode.c.comment),
            (accesses, accesses.c.reason),
        )
        with self._database.read() as connection:
            for table, *columns in places:
                holds = or_(*(func.instr(each, text) > 0 for each in columns))
                found = connection.execute(select(1).select_from(table).where(holds).limit(1))
                if found.first() is not None:
                    return True
        return False

    def clean(self) -> None:
        """Leaves nothing of deleted rows in SQLite's files; PostgreSQL's own vacuum does it there.

        Raises:
            StoreUnavailable: Somebody else uses the database all the while.
        """
        self._database.clean()
