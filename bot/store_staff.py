"""Sign-in links and sessions of staff. Only digests are kept: the table opens no door."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from bot.store_database import Database
from bot.store_errors import SignInRefused
from bot.store_tables import sign_in, staff_session

ABSOLUTE = timedelta(hours=12)
"""How long a session lasts at most."""

IDLE = timedelta(minutes=30)
"""How long a session lasts without a request."""

_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StaffSession:
    """Who is signed in, since when."""

    name: str
    created_at: datetime


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class StaffStore:
    """Keeps one-time links and sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_link(self, token: str, name: str, *, now: datetime, expires_at: datetime) -> None:
        """Keeps a new one-time link."""
        with self._database.write() as connection:
            connection.execute(
                insert(sign_in).values(
                    token_hash=_digest(token), name=name, created_at=now, expires_at=expires_at
                )
            )

    def use_link(self, token: str, session_id: str, now: datetime) -> StaffSession:
        """Uses up a link and opens a session, both or neither.

        Raises:
            SignInRefused: When the link is unknown, used or too old.
        """
        with self._database.write() as connection:
            link = sign_in.c.token_hash == _digest(token)
            used = connection.execute(
                update(sign_in)
                .where(link, sign_in.c.used_at.is_(None), sign_in.c.expires_at > now)
                .values(used_at=now)
            ).rowcount
            if not used:
                raise SignInRefused("the link is unknown, used or too old")
            name = str(connection.execute(select(sign_in.c.name).where(link)).scalar_one())
            connection.execute(
                delete(staff_session).where(staff_session.c.created_at <= now - ABSOLUTE)
            )
            connection.execute(
                insert(staff_session).values(
                    id_hash=_digest(session_id), name=name, created_at=now, seen_at=now
                )
            )
        return StaffSession(name, now)

    def session(self, session_id: str, now: datetime) -> StaffSession:
        """The session, kept alive by the asking.

        Raises:
            SignInRefused: When it is unknown, idle too long or too old.
        """
        this = staff_session.c.id_hash == _digest(session_id)
        with self._database.read() as connection:
            row = connection.execute(select(staff_session).where(this)).one_or_none()
        if row is None or now >= row.created_at + ABSOLUTE or now >= row.seen_at + IDLE:
            raise SignInRefused("the session is over")
        if now - row.seen_at >= _TOUCH:  # once a minute is near enough, and spares writes
            with self._database.write() as connection:
                connection.execute(update(staff_session).where(this).values(seen_at=now))
        return StaffSession(row.name, row.created_at)

    def end(self, session_id: str) -> None:
        """Signs out."""
        with self._database.write() as connection:
            connection.execute(
                delete(staff_session).where(staff_session.c.id_hash == _digest(session_id))
            )

    def any_session(self) -> bool:
        """Whether anybody has ever signed in, so that the first start can offer a link."""
        with self._database.read() as connection:
            used = select(sign_in.c.token_hash).where(sign_in.c.used_at.is_not(None)).limit(1)
            return connection.execute(used).first() is not None
