"""What happened in conversations, to read from any point, and to wait for.

An event is written in the transaction of what it tells, by somebody who holds the conversation's
row, so within a conversation its ids stand in the order of the commits. Waiting works across
processes: PostgreSQL tells (``LISTEN``), SQLite is asked a few times a second.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select

from bot.store_database import Database, Listener
from bot.store_tables import event as events
from bot.store_turns import CHANNEL

POLL_SECONDS = 0.15
"""How often SQLite is asked for news while somebody waits."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a conversation; ids grow with time and name no text."""

    id: int
    at: datetime
    kind: str
    payload: dict[str, str]


class Feed(Protocol):
    """Waits for news of all conversations."""

    def wait(self, seconds: float) -> set[str]:
        """Ids of the conversations with news since the last call; none when time is up.

        Raises:
            StoreUnavailable: When the database cannot be asked now; open another feed later.
        """
        ...


class EventStore:
    """Reads events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, conversation_id: str, after: int = 0, limit: int = 100) -> Sequence[Event]:
        """What happened in the conversation after the event of id ``after``, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(events.c.id, events.c.at, events.c.kind, events.c.payload)
                .where(events.c.conversation_id == conversation_id, events.c.id > after)
                .order_by(events.c.id)
                .limit(limit)
            ).all()
        return tuple(Event(row.id, row.at, row.kind, row.payload) for row in rows)

    def last_id(self, conversation_id: str) -> int:
        """Id of the newest event of the conversation; 0 when there is none."""
        newest = select(func.max(events.c.id)).where(events.c.conversation_id == conversation_id)
        with self._database.read() as connection:
            return int(connection.execute(newest).scalar_one() or 0)

    def newest(self) -> int:
        """Id of the newest event of all conversations; 0 when there is none."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.max(events.c.id))).scalar_one() or 0)

    @contextmanager
    def feed(self) -> Iterator[Feed]:
        """News from now on.

        Raises:
            StoreUnavailable: When the database cannot be reached now.
        """
        if self._database.is_sqlite:
            yield _Asked(self._database)
        else:
            with self._database.listening(CHANNEL) as listener:
                yield _Told(listener)


class _Asked:
    """Looks for events past the newest one that it knows; ids of SQLite grow with each commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.read() as connection:
            newest = connection.execute(select(func.max(events.c.id))).scalar_one()
        self._known = int(newest or 0)

    def wait(self, seconds: float) -> set[str]:
        """Asks until there is news or time is up."""
        until = time.monotonic() + seconds
        while True:
            with self._database.read() as connection:
                rows = connection.execute(
                    select(events.c.id, events.c.conversation_id).where(events.c.id > self._known)
                ).all()
            if rows or time.monotonic() >= until:
                self._known = max((self._known, *(row.id for row in rows)))
                return {row.conversation_id for row in rows}
            time.sleep(POLL_SECONDS)


class _Told:
    """Hears what commits notified."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def wait(self, seconds: float) -> set[str]:
        """Listens until there is news or time is up."""
        return set(self._listener.hear(seconds))
