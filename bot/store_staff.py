"""Sign-in links, sessions and failed sign-ins of staff. Only digests are kept: no door opens."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.accounts import Account
from bot.store_accounts import read_account
from bot.store_database import Database
from bot.store_errors import SignInRefused
from bot.store_tables import sign_in, sign_in_failure, staff_account, staff_session

ABSOLUTE = timedelta(hours=12)
"""How long a session lasts at most."""

IDLE = timedelta(minutes=30)
"""How long a session lasts without a request."""

FAILURES_KEPT = timedelta(days=1)
"""How long failed sign-ins are remembered."""

_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StaffSession:
    """Who is signed in, since when."""

    account: Account
    created_at: datetime

    @property
    def name(self) -> str:
        """The account's name."""
        return self.account.name


def digest_of(secret: str) -> str:
    """What is kept of a link's token or a session's id."""
    return hashlib.sha256(secret.encode()).hexdigest()


class StaffStore:
    """Keeps one-time links, sessions and what failed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_link(self, token: str, account_id: str, *, now: datetime, expires_at: datetime) -> None:
        """Keeps a new one-time link; those that are over go."""
        with self._database.write() as connection:
            connection.execute(delete(sign_in).where(sign_in.c.expires_at <= now))
            connection.execute(
                insert(sign_in).values(
                    token_hash=digest_of(token),
                    account_id=account_id,
                    created_at=now,
                    expires_at=expires_at,
                )
            )

    def use_link(
        self, token: str, session_id: str, now: datetime, replaces: str | None = None
    ) -> StaffSession:
        """Uses up a link and opens a session, both or neither. Nothing of the link remains.

        Raises:
            SignInRefused: When the link is unknown, used or too old, or its account is disabled.
        """
        with self._database.write() as connection:
            link = (sign_in.c.token_hash == digest_of(token)) & (sign_in.c.expires_at > now)
            account_id = connection.execute(
                select(sign_in.c.account_id).where(link)
            ).scalar_one_or_none()
            if account_id is None or not connection.execute(delete(sign_in).where(link)).rowcount:
                raise SignInRefused("the link is unknown, used or too old")
            return _opened(connection, account_id, session_id, now, replaces)

    def open(
        self, account_id: str, session_id: str, now: datetime, replaces: str | None = None
    ) -> StaffSession:
        """Opens a session for somebody who has proved who it is.

        Args:
            account_id: Who.
            session_id: A fresh id.
            now: The time.
            replaces: The id of a session that ends now: after signing in no earlier id is good.

        Raises:
            SignInRefused: When the account is unknown or disabled.
        """
        with self._database.write() as connection:
            return _opened(connection, account_id, session_id, now, replaces)

    def session(self, session_id: str, now: datetime) -> StaffSession:
        """The session, kept alive by the asking, with the account as it is now.

        Raises:
            SignInRefused: When it is unknown, idle too long or too old, or the account disabled.
        """
        this = staff_session.c.id_hash == digest_of(session_id)
        with self._database.read() as connection:
            row = connection.execute(
                select(
                    staff_account,
                    staff_session.c.created_at.label("opened_at"),
                    staff_session.c.seen_at,
                )
                .join(staff_account, staff_account.c.id == staff_session.c.account_id)
                .where(this)
            ).one_or_none()
        if row is None or now >= row.opened_at + ABSOLUTE or now >= row.seen_at + IDLE:
            raise SignInRefused("the session is over")
        if row.disabled_at is not None:
            raise SignInRefused("the account is disabled")
        if now - row.seen_at >= _TOUCH:  # once a minute is near enough, and spares writes
            with self._database.write() as connection:
                connection.execute(update(staff_session).where(this).values(seen_at=now))
        return StaffSession(read_account(row), row.opened_at)

    def end(self, session_id: str) -> None:
        """Signs out."""
        with self._database.write() as connection:
            _end(connection, session_id)

    def failures(self, who: str) -> tuple[int, datetime] | None:
        """How often somebody has failed to sign in, and when last; ``None`` if never."""
        with self._database.read() as connection:
            row = connection.execute(
                select(sign_in_failure).where(sign_in_failure.c.who_hash == digest_of(who))
            ).one_or_none()
        return None if row is None else (row.failures, row.at)

    def failed(self, who: str, now: datetime) -> None:
        """Notes a failure; old ones are forgotten."""
        this = sign_in_failure.c.who_hash == digest_of(who)
        again = update(sign_in_failure).where(this)
        again = again.values(failures=sign_in_failure.c.failures + 1, at=now)
        first = insert(sign_in_failure).values(who_hash=digest_of(who), failures=1, at=now)
        with self._database.write() as connection:
            connection.execute(
                delete(sign_in_failure).where(sign_in_failure.c.at <= now - FAILURES_KEPT)
            )
            if connection.execute(again).rowcount:
                return
            with suppress(IntegrityError), connection.begin_nested():
                connection.execute(first)  # another server may have been quicker by a moment

    def forget_failures(self, who: str) -> None:
        """Starts anew after a success."""
        this = sign_in_failure.c.who_hash == digest_of(who)
        with self._database.write() as connection:
            connection.execute(delete(sign_in_failure).where(this))


def _opened(
    connection: Connection, account_id: str, session_id: str, now: datetime, replaces: str | None
) -> StaffSession:
    row = connection.execute(
        select(staff_account).where(staff_account.c.id == account_id)
    ).one_or_none()
    if row is None or row.disabled_at is not None:
        raise SignInRefused("the account is unknown or disabled")
    if replaces is not None:
        _end(connection, replaces)
    connection.execute(
        delete(staff_session).where(
            (staff_session.c.created_at <= now - ABSOLUTE) | (staff_session.c.seen_at <= now - IDLE)
        )
    )
    connection.execute(
        insert(staff_session).values(
            id_hash=digest_of(session_id), account_id=account_id, created_at=now, seen_at=now
        )
    )
    return StaffSession(read_account(row), now)


def _end(connection: Connection, session_id: str) -> None:
    connection.execute(
        delete(staff_session).where(staff_session.c.id_hash == digest_of(session_id))
    )
