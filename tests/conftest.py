"""Fixtures for every package: public data sets, one real index, SQLite and a real PostgreSQL."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import load_settings
from bot.store import Store
from tests.databases import Postgres, postgres


@pytest.fixture(autouse=True, scope="session")
def _default_settings() -> Iterator[None]:
    """The settings of whoever runs the tests stay outside, in child processes too."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith("FIRSTLINE_") and name != "FIRSTLINE_DATASETS":
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def datasets() -> Path:
    """The folder of public data sets that ``FIRSTLINE_DATASETS`` names."""
    folder = os.environ.get("FIRSTLINE_DATASETS")
    if not folder:
        pytest.skip("FIRSTLINE_DATASETS names no folder of data sets")
    if not Path(folder).is_dir():
        pytest.skip(f"FIRSTLINE_DATASETS is {folder}, which is no folder")
    return Path(folder)


@pytest.fixture(scope="session")
def kestrel_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the built-in knowledge base, indexed by the real model. Read only."""
    from bot.publishing import build_index  # noqa: PLC0415  slow to load, and few tests need it
    from bot.wiring import has_index  # noqa: PLC0415  the same

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    data = shared / "kestrel"
    with (shared / "kestrel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the processes of a run build it once
        if not has_index(data):
            build_index(load_settings({"data": data}), lambda stage, done, total: None)
    return data


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A real PostgreSQL; its tests skip where it cannot run."""
    try:
        running = postgres()
        server = running.__enter__()
    except (ImportError, OSError, RuntimeError) as error:
        pytest.skip(f"PostgreSQL cannot be started here: {error}")
    yield server
    running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def postgres_blank(postgres_server: Postgres) -> str:
    """A database with Firstline's tables, to copy: quicker than migrating each time."""
    return postgres_server.create_blank()


@pytest.fixture(scope="session")
def sqlite_blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    path = tmp_path_factory.mktemp("blank") / "firstline.db"
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    store.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with Firstline's tables and no rows: each test runs on SQLite and PostgreSQL."""
    if request.param == "postgresql":
        blank = request.getfixturevalue("postgres_blank")
        made: str = request.getfixturevalue("postgres_server").create(blank)
        return made
    path = tmp_path / "firstline.db"
    shutil.copyfile(request.getfixturevalue("sqlite_blank"), path)
    return f"sqlite:///{path}"
