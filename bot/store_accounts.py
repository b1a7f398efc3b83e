"""Accounts of staff, kept with hashes of passwords only. Names and logins are unique."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.accounts import Account, StaffRole
from bot.store_database import Database
from bot.store_errors import AccountTaken, UnknownAccount
from bot.store_tables import api_key, sign_in, staff_account, staff_session


def read_account(row: Row[tuple[object, ...]]) -> Account:
    """The account in a row of ``staff_account``."""
    return Account(
        id=row.id,
        login=row.login,
        name=row.name,
        roles=frozenset(StaffRole(role) for role in row.roles.split()),
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        has_password=row.password_hash is not None,
        external=row.subject is not None,
    )


class AccountStore:
    """Adds, finds and changes accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        login: str,
        name: str,
        roles: Iterable[StaffRole],
        *,
        now: datetime,
        subject: str | None = None,
    ) -> Account:
        """Makes an account.

        Args:
            login: Unique, in lower case.
            name: Unique, whatever its case, among accounts and API keys: customers and colleagues
                know people by it.
            roles: What the person may do.
            now: The time.
            subject: Digest of who it is at the identity provider.

        Raises:
            AccountTaken: When login or name is in use.
        """
        account_id = secrets.token_hex(8)
        try:
            with self._database.write() as connection:
                refuse_taken(connection, name)
                connection.execute(
                    insert(staff_account).values(
                        id=account_id,
                        login=login,
                        name=name,
                        name_key=name.casefold(),
                        roles=_written(roles),
                        subject=subject,
                        created_at=now,
                    )
                )
                return _one(connection, staff_account.c.id == account_id)
        except IntegrityError:
            raise AccountTaken(login) from None

    def list(self) -> Sequence[Account]:
        """All accounts by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(staff_account).order_by(staff_account.c.name_key))
            return [read_account(row) for row in rows]

    def find(self, who: str) -> Account:
        """The account of that login or name.

        Raises:
            UnknownAccount: When there is none.
        """
        key = " ".join(who.split()).casefold()
        with self._database.read() as connection:
            return _one(
                connection, (staff_account.c.login == key) | (staff_account.c.name_key == key)
            )

    def of_subject(self, subject: str) -> Account | None:
        """The account of somebody whom the identity provider knows, ``None`` when new."""
        with self._database.read() as connection:
            row = connection.execute(
                select(staff_account).where(staff_account.c.subject == subject)
            ).one_or_none()
            return None if row is None else read_account(row)

    def password_of(self, login: str) -> tuple[Account, str] | None:
        """The account of that login with its password's hash; ``None`` without either."""
        with self._database.read() as connection:
            row = connection.execute(
                select(staff_account).where(staff_account.c.login == login)
            ).one_or_none()
        if row is None or row.password_hash is None:
            return None
        return read_account(row), row.password_hash

    def set_password(self, account_id: str, hashed: str, keep_session: str | None = None) -> None:
        """Changes the password; every session but the one of digest ``keep_session`` ends."""
        with self._database.write() as connection:
            _change(connection, account_id, password_hash=hashed)
            others = staff_session.c.account_id == account_id
            if keep_session is not None:
                others &= staff_session.c.id_hash != keep_session
            connection.execute(delete(staff_session).where(others))
            connection.execute(delete(sign_in).where(sign_in.c.account_id == account_id))

    def set_roles(self, account_id: str, roles: Iterable[StaffRole]) -> None:
        """Changes what the person may do, from the next request on."""
        with self._database.write() as connection:
            _change(connection, account_id, roles=_written(roles))

    def set_subject(self, account_id: str, subject: str) -> None:
        """Lets the identity provider sign this person in from now on."""
        with self._database.write() as connection:
            _change(connection, account_id, subject=subject)

    def disable(self, account_id: str, now: datetime) -> None:
        """Ends all access at once: sessions and links go, the next request is refused."""
        with self._database.write() as connection:
            _change(connection, account_id, disabled_at=now)
            for table in (staff_session, sign_in):
                connection.execute(delete(table).where(table.c.account_id == account_id))

    def enable(self, account_id: str) -> None:
        """Lets the person sign in again."""
        with self._database.write() as connection:
            _change(connection, account_id, disabled_at=None)


def refuse_taken(connection: Connection, name: str) -> None:
    """Refuses a name that an account or an API key has: both write to customers under it.

    Raises:
        AccountTaken: When it is in use.
    """
    key = name.casefold()
    for table in (staff_account, api_key):
        found = select(func.count()).select_from(table).where(table.c.name_key == key)
        if connection.execute(found).scalar_one():
            raise AccountTaken(name)


def _written(roles: Iterable[StaffRole]) -> str:
    return " ".join(sorted(roles))


def _one(connection: Connection, where: ColumnElement[bool]) -> Account:
    row = connection.execute(select(staff_account).where(where).limit(1)).one_or_none()
    if row is None:
        raise UnknownAccount("there is no such account")
    return read_account(row)


def _change(connection: Connection, account_id: str, **values: object) -> None:
    changed = connection.execute(
        update(staff_account).where(staff_account.c.id == account_id).values(**values)
    ).rowcount
    if not changed:
        raise UnknownAccount(account_id)
