"""The database: SQLite with full durability by default, another by URL.

A write takes the lock at its start (``BEGIN IMMEDIATE``), so what a transaction reads first still
holds when it writes. ``synchronous=FULL`` because a commit is what we acknowledge to a customer.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import ConfigurationError
from bot.store_errors import StoreUnavailable

logger = logging.getLogger(__name__)

BUSY_SECONDS = 5
"""How long a writer waits for another before it gives up."""

_WRITES = "firstline_writes"


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101  the dialect was checked
    connection.isolation_level = None  # SQLAlchemy begins; the driver must not
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """Connections to one database.

    Parameters stay out of error messages, for they hold customers' words.

    Args:
        url: An SQLAlchemy URL, such as ``sqlite:////srv/firstline/firstline.db``.

    Raises:
        ConfigurationError: It is no such URL, or its driver is not installed; the URL, which may
            hold a password, is not told.
    """

    def __init__(self, url: str | URL) -> None:
        try:
            self._engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
        except ImportError as error:
            raise ConfigurationError(
                f"FIRSTLINE_DATABASE_URL: the driver {error.name} is not installed"
            ) from None
        except (ArgumentError, ValueError):
            raise ConfigurationError(
                "FIRSTLINE_DATABASE_URL: is not an SQLAlchemy URL such as "
                "sqlite:////srv/firstline/firstline.db"
            ) from None
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        self._writer = self._engine.execution_options(**{_WRITES: True})

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        with _translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is durable on leaving, or none.

        Raises:
            StoreUnavailable: When the database cannot be written now.
        """
        with _translated(), self._writer.begin() as connection:
            yield connection

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

        A reader in the way is no error: the next flush or the last close does it.
        """
        if self._engine.dialect.name == "sqlite":
            with _translated(), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def close(self) -> None:
        """Gives every connection back."""
        self._engine.dispose()


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
            f"the database cannot be used now ({type(cause).__name__}: {cause}); try again, and if "
            "it stays so check the disk and the database setting"
        ) from None
