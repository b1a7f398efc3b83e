"""The database: SQLite with full durability by default, PostgreSQL by URL.

On SQLite a write takes the one lock at its start (``BEGIN IMMEDIATE``), so what a transaction reads
first still holds when it writes. ``synchronous=FULL`` because a commit is what we acknowledge to a
customer. On PostgreSQL a write locks the rows it depends on, the conversation's first
(``bot.store_turns.lock_conversation``), and a read is one snapshot.
"""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString, cast

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import ConfigurationError
from bot.store_errors import StoreUnavailable

if TYPE_CHECKING:  # an extra
    import psycopg

logger = logging.getLogger(__name__)

BUSY_SECONDS = 5
"""How long a writer waits for another before it gives up."""

CLEANING_SECONDS = 30
"""How long to wait for readers who hold on to what was deleted."""

UPGRADE_LOCK = 0x46697273746C  # "Firstl"
"""PostgreSQL's advisory lock that one server holds while it brings the tables up to date."""

_WRITES = "firstline_writes"
_POSTGRES = {
    "connect_timeout": 5,
    "options": f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout=60s",
}


def _with_driver(url: URL) -> URL:
    """The URL with our driver, however short its scheme is written.

    Raises:
        ConfigurationError: It names a database that Firstline is not tested on.
    """
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ConfigurationError(
            f"FIRSTLINE_DATABASE_URL: {url.get_backend_name()} is not one of sqlite, postgresql"
        )
    return url


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101  the dialect was checked
    connection.isolation_level = None  # SQLAlchemy begins; the driver must not
    try:
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        _use_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()  # the pool drops what could not be prepared and leaves it open
        raise


def _use_wal(connection: sqlite3.Connection) -> None:
    """Several who open a new database at once: SQLite refuses some without waiting for its lock."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """Connections to one database.

    Parameters stay out of error messages, for they hold customers' words.

    Attributes:
        is_sqlite: Whether it is SQLite, else PostgreSQL.

    Args:
        url: An SQLAlchemy URL, such as ``sqlite:////srv/firstline/firstline.db`` or
            ``postgresql://firstline@db.internal/firstline``.

    Raises:
        ConfigurationError: It is no such URL, or its driver is not installed; the URL, which may
            hold a password, is not told.
    """

    def __init__(self, url: str | URL) -> None:
        try:
            wanted = _with_driver(make_url(url))
            self.is_sqlite = wanted.get_backend_name() == "sqlite"
            self._engine = create_engine(
                wanted,
                hide_parameters=True,
                pool_pre_ping=True,
                connect_args={} if self.is_sqlite else _POSTGRES,
            )
        except ImportError as error:
            way_out = "pip install 'firstline[postgresql]'" if error.name == "psycopg" else ""
            raise ConfigurationError(
                f"FIRSTLINE_DATABASE_URL: the driver {error.name} is not installed"
                + (f"; {way_out}" if way_out else "")
            ) from None
        except (ArgumentError, ValueError):
            raise ConfigurationError(
                "FIRSTLINE_DATABASE_URL: is not an SQLAlchemy URL such as "
                "sqlite:////srv/firstline/firstline.db"
            ) from None
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
            self._reader = self._engine
        else:
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._writer = self._engine.execution_options(**{_WRITES: True})

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        with _translated(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is durable on leaving, or none.

        Raises:
            StoreUnavailable: When the database cannot be written now.
        """
        with _translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def listening(self, channel: LiteralString) -> Iterator["Listener"]:
        """Hears what transactions notify on a channel once they commit. PostgreSQL only.

        Raises:
            StoreUnavailable: When the database cannot be reached now.
        """
        with _translated():
            pooled = self._engine.raw_connection()
            connection = cast("psycopg.Connection", pooled.driver_connection)
            pooled.detach()  # it stays in its own mode, so it never goes back to the pool
        with closing(pooled):
            with _translated():
                listener = Listener(connection, channel)
            yield listener

    def upgrade(self, to: str = "head") -> None:
        """Brings the tables to a version, the newest; two servers starting at once do it once.

        Raises:
            StoreUnavailable: When the database cannot be written now.
        """
        config = Config()
        scripts = str(resources.files("bot") / "migrations")
        config.set_main_option("script_location", scripts.replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with self.write() as connection:
            lock_until_commit(connection, UPGRADE_LOCK)
            config.attributes["connection"] = connection
            command.upgrade(config, to)

    def reach(self) -> None:
        """Asks for nothing but a sign of life; the tables need not be there.

        Raises:
            StoreUnavailable: When the database cannot be reached now.
        """
        with self.read() as connection:
            connection.execute(text("SELECT 1"))

    def ping(self) -> None:
        """Reads one row.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        with self.read() as connection:
            connection.execute(text("SELECT count(*) FROM alembic_version"))

    def flush(self) -> None:
        """Moves what is written out of SQLite's log, so that replaced text is nowhere in a file.

        A reader in the way is no error: the next flush or the last close does it. PostgreSQL
        clears replaced rows by its own vacuum.
        """
        if self.is_sqlite:
            with _translated(), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    @property
    def file(self) -> Path | None:
        """SQLite's file; ``None`` on PostgreSQL."""
        name = self._engine.url.database
        return Path(name) if self.is_sqlite and name else None

    def clean(self) -> None:
        """Writes SQLite's file anew and empties its log, so that nothing deleted is in either.

        PostgreSQL clears deleted rows by its own vacuum.

        Raises:
            StoreUnavailable: Somebody was in the way for ``CLEANING_SECONDS``.
        """
        if not self.is_sqlite:
            return
        until = time.monotonic() + CLEANING_SECONDS
        with closing(self._engine.raw_connection()) as connection:
            while True:
                try:
                    with closing(connection.cursor()) as cursor:
                        cursor.execute("VACUUM")
                        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                        row = cursor.fetchone()
                        busy = row is None or bool(row[0])
                    why = "others read it all the while"
                except sqlite3.OperationalError as error:
                    busy, why = True, str(error)
                if not busy:
                    return
                if time.monotonic() > until:
                    raise StoreUnavailable(f"the database cannot be cleaned now ({why}); try again")
                time.sleep(0.1)

    def close(self) -> None:
        """Gives every connection back."""
        self._engine.dispose()


class Listener:
    """A connection that hears one channel.

    Args:
        connection: A psycopg connection of its own.
        channel: What to hear.
    """

    def __init__(self, connection: "psycopg.Connection", channel: LiteralString) -> None:
        connection.autocommit = True
        connection.execute("LISTEN " + channel)
        self._connection = connection

    def hear(self, seconds: float) -> list[str]:
        """What was notified since the last call; nothing when time is up.

        Raises:
            StoreUnavailable: When the connection is lost.
        """
        try:
            heard = self._connection.notifies(timeout=seconds, stop_after=1)
            return [notice.payload for notice in heard]
        except self._connection.Error as error:
            raise StoreUnavailable(f"the database has hung up ({type(error).__name__})") from None


def lock_until_commit(connection: Connection, key: int) -> None:
    """Lets one transaction at a time past this point. On SQLite one at a time writes anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({key})")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (DatabaseError, InterfaceError, PoolTimeoutError) as error:
        cause = getattr(error, "orig", None) or error
        logger.warning("database refused error=%s cause=%s", type(cause).__name__, cause)
        raise StoreUnavailable(
            f"the database cannot be used now ({type(cause).__name__}: {cause}); a lock passes by "
            "itself, else check the disk, the permissions and FIRSTLINE_DATABASE_URL"
        ) from None
