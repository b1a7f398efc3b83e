"""Contact details, sealed: no column holds a plain one, and no turn does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from bot.store_audit import record_audit
from bot.store_database import Database
from bot.store_errors import UnknownConversation
from bot.store_tables import contact as contacts
from bot.store_tables import conversation as conversations


class ContactStore:
    """Keeps, reads and erases sealed contact details."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, conversation_id: str, box: bytes, now: datetime) -> None:
        """Keeps the details of a conversation in place of earlier ones.

        Raises:
            UnknownConversation: When there is none of that id.
        """
        with self._database.write() as connection:
            row = connection.execute(
                select(conversations.c.id)
                .where(conversations.c.id == conversation_id)
                .with_for_update()
            ).one_or_none()
            if row is None:
                raise UnknownConversation(conversation_id)
            connection.execute(delete(contacts).where(contacts.c.conversation_id == row.id))
            connection.execute(
                insert(contacts).values(conversation_id=row.id, box=box, at=now, seen_at=now)
            )
        self._database.flush()

    def get(self, conversation_id: str) -> bytes | None:
        """The sealed details, ``None`` where nobody left any."""
        with self._database.read() as connection:
            return connection.execute(
                select(contacts.c.box).where(contacts.c.conversation_id == conversation_id)
            ).scalar_one_or_none()

    def mark_seen(self, conversation_ids: Sequence[str], now: datetime) -> None:
        """Notes that the customers of some conversations are there, of those who left details."""
        here = contacts.c.conversation_id.in_(conversation_ids)
        with self._database.read() as connection:
            known = connection.execute(select(contacts.c.conversation_id).where(here)).all()
        if not known:
            return
        with self._database.write() as connection:
            connection.execute(
                update(contacts)
                .where(contacts.c.conversation_id.in_([row.conversation_id for row in known]))
                .values(seen_at=now)
            )

    def seen_at(self, conversation_id: str) -> datetime | None:
        """When the customer was last known to be there; ``None`` where nobody left details."""
        with self._database.read() as connection:
            return connection.execute(
                select(contacts.c.seen_at).where(contacts.c.conversation_id == conversation_id)
            ).scalar_one_or_none()

    def record_reading(
        self, at: datetime, agent: str, conversation_id: str, ticket_id: str, outcome: str
    ) -> None:
        """Puts on record that an agent asked for the details; durable on return."""
        with self._database.write() as connection:
            record_audit(
                connection,
                at,
                agent,
                "contact.read",
                f"conversation:{conversation_id}",
                ticket=ticket_id,
                outcome=outcome,
            )

    def erase(self, conversation_id: str, at: datetime, actor: str) -> bool:
        """Erases the details; says whether there were any."""
        with self._database.write() as connection:
            gone = connection.execute(
                delete(contacts).where(contacts.c.conversation_id == conversation_id)
            ).rowcount
            if gone:
                record_audit(
                    connection, at, actor, "contact.erase", f"conversation:{conversation_id}"
                )
        if gone:
            self._database.flush()
        return bool(gone)
