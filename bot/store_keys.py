"""API keys. Only digests are kept: the table opens no door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.accounts import KeyScope, StaffRole
from bot.store_accounts import refuse_taken
from bot.store_database import Database
from bot.store_errors import AccountTaken, SignInRefused, UnknownKey
from bot.store_tables import api_key

_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key.

    Attributes:
        id: Part of the key itself, to tell keys apart in lists.
        name: What its writes are signed with.
        role: What it may do.
        scope: Whether it may change anything.
        created_at: When it was made.
        expires_at: When it ends.
        last_used_at: Its last use, to the minute; ``None`` before the first.
        revoked_at: When somebody ended it.
    """

    id: str
    name: str
    role: StaffRole
    scope: KeyScope
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class KeyStore:
    """Keeps, checks and revokes keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, key: ApiKey, digest: str) -> None:
        """Keeps a new key.

        Raises:
            AccountTaken: When an account or another key has its name.
        """
        try:
            with self._database.write() as connection:
                refuse_taken(connection, key.name)
                connection.execute(
                    insert(api_key).values(
                        id=key.id,
                        key_hash=digest,
                        name=key.name,
                        name_key=key.name.casefold(),
                        role=key.role.value,
                        scope=key.scope.value,
                        created_at=key.created_at,
                        expires_at=key.expires_at,
                    )
                )
        except IntegrityError:
            raise AccountTaken(key.name) from None

    def use(self, digest: str, now: datetime) -> ApiKey:
        """The key of that digest; its use is noted.

        Raises:
            SignInRefused: When it is unknown, over or revoked.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(api_key).where(api_key.c.key_hash == digest)
            ).one_or_none()
        if row is None or row.revoked_at is not None or now >= row.expires_at:
            raise SignInRefused("the key is unknown, over or revoked")
        if row.last_used_at is None or now - row.last_used_at >= _TOUCH:
            with self._database.write() as connection:
                connection.execute(
                    update(api_key).where(api_key.c.id == row.id).values(last_used_at=now)
                )
        return _read(row)

    def list(self) -> Sequence[ApiKey]:
        """All keys, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(api_key).order_by(api_key.c.created_at.desc()))
            return [_read(row) for row in rows]

    def revoke(self, key_id: str, now: datetime) -> None:
        """Ends a key for good.

        Raises:
            UnknownKey: When there is none of that id.
        """
        with self._database.write() as connection:
            this = (api_key.c.id == key_id) & api_key.c.revoked_at.is_(None)
            if not connection.execute(update(api_key).where(this).values(revoked_at=now)).rowcount:
                raise UnknownKey(key_id)


def _read(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        role=StaffRole(row.role),
        scope=KeyScope(row.scope),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
