"""Opens the records of an installation, for the server and the commands."""

from pathlib import Path

from bot.config import Settings
from bot.data_folder import make_writable
from bot.errors import ConfigurationError, NotReadyError
from bot.store import Store
from bot.store_errors import StoreUnavailable


def open_store(settings: Settings) -> Store:
    """The store, its tables brought up to date.

    Raises:
        ConfigurationError: It can't be used.
    """
    url = settings.database_url.get_secret_value()
    make_writable(settings.data)
    store = Store(url) if url else Store.in_folder(settings.data)
    try:
        store.upgrade()
    except StoreUnavailable as error:
        store.close()
        place = "" if url else f"{settings.data / 'firstline.db'}: "
        raise ConfigurationError(f"{place}{error}") from error
    return store


def existing_store(settings: Settings) -> Store:
    """The store, brought to the newest version; unlike `open_store` it makes no new one.

    Raises:
        NotReadyError: There is none yet.
        ConfigurationError: It can't be used.
    """
    recorded_store(settings).close()
    return open_store(settings)


def recorded_store(settings: Settings) -> Store:
    """The store as it stands, its tables of whatever version.

    Raises:
        NotReadyError: There is none yet.
    """
    url = settings.database_url.get_secret_value()
    if not url and not (settings.data / "firstline.db").is_file():
        raise NotReadyError(f"no database in {settings.data}: a server makes it at its first start")
    return Store(url) if url else Store.in_folder(settings.data)


def database_file(settings: Settings) -> Path:
    """Where SQLite's file is, or goes.

    Raises:
        ConfigurationError: The database is PostgreSQL.
    """
    url = settings.database_url.get_secret_value()
    if not url:
        return settings.data / "firstline.db"
    store = Store(url)
    store.close()
    if store.file is None:
        raise ConfigurationError(
            "the database is PostgreSQL, which has its own tools: restore it with pg_restore or to "
            "a point in time (PITR); what was erased since is erased again when a server starts"
        )
    return store.file
