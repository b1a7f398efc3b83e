"""Internal notes on tickets: agents write and read them, customers never see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from bot.store_database import Database
from bot.store_errors import UnknownTicket
from bot.store_tables import conversation as conversations
from bot.store_tables import handoff as tickets
from bot.store_tables import handoff_note as notes
from bot.store_turns import record_event


@dataclass(frozen=True, slots=True)
class Note:
    """What one agent tells the others. Redacted."""

    at: datetime
    author: str
    text: str


class NoteStore:
    """Keeps notes in the order in which they were written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, ticket_id: str, note: Note) -> None:
        """Keeps a note.

        Raises:
            UnknownTicket: When there is no such ticket.
        """
        with self._database.write() as connection:
            known = connection.execute(
                select(tickets.c.conversation_id)
                .join(conversations, conversations.c.id == tickets.c.conversation_id)
                .where(tickets.c.ticket_id == ticket_id)
                .with_for_update(of=conversations)
            ).scalar_one_or_none()
            if known is None:
                raise UnknownTicket(ticket_id)
            connection.execute(
                insert(notes).values(
                    ticket_id=ticket_id, at=note.at, author=note.author, text=note.text
                )
            )
            record_event(connection, known, note.at, "note", ticket_id=ticket_id)

    def of(self, ticket_id: str) -> Sequence[Note]:
        """The notes of a ticket, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(notes).where(notes.c.ticket_id == ticket_id).order_by(notes.c.id)
            ).all()
        return tuple(Note(row.at, row.author, row.text) for row in rows)
