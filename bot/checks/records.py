"""What is kept: the database with its log and outbox, the backup, the vault."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.backup_file import LAST
from bot.checks.finding import Finding
from bot.config import Settings
from bot.deliveries import DeliveryState
from bot.store import Store
from bot.store_errors import StoreUnavailable
from bot.vault_keys import VaultKeys

OLD_BACKUP = timedelta(days=1)
_MANY = 5
"""Attempts after which a delivery that is still tried is told of."""


def check_database(settings: Settings) -> Iterator[Finding]:
    """Opens the database and changes nothing in it."""
    url = settings.database_url.get_secret_value()
    if not url and not (settings.data / "firstline.db").is_file():
        yield Finding("ok", "database: SQLite in the data folder, made at the first start")
        return
    store = Store(url) if url else Store.in_folder(settings.data)
    try:
        store.reach()
        yield Finding("ok", "database answers")
        yield from _records(store)
    finally:
        store.close()


def check_backup(settings: Settings) -> Iterator[Finding]:
    """How old the last good backup is; another database is backed up by its own tools."""
    if settings.database_url.get_secret_value() or not (settings.data / "firstline.db").is_file():
        return
    try:
        made = datetime.fromisoformat((settings.data / LAST).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        yield Finding("note", "no backup yet: `firstline backup FILE`, and see docs/operations.md")
        return
    age = datetime.now(UTC) - made
    state = "ok" if age < OLD_BACKUP else "note"
    hours = int(age.total_seconds() // 3600)
    yield Finding(
        state, f"the last good backup is {hours} hours old, made {made:%Y-%m-%d %H:%M} UTC"
    )


def _records(store: Store) -> Iterator[Finding]:
    try:
        dead = store.outbox.list(DeliveryState.DEAD)
        late = [d for d in store.outbox.list(DeliveryState.WAITING) if d.attempts >= _MANY]
        log = store.audit.verify()
    except StoreUnavailable:
        yield Finding("note", "the tables are of another version; a start brings them up to date")
        return
    if dead:
        why = dead[0].error or "unknown"
        more = f"{len(dead)} not delivered" if len(dead) > 1 else "1 not delivered"
        yield Finding(
            "wrong",
            f"outbox: {more}, to be tried again in the inbox; {dead[0].ticket_id}: {why}",
        )
    if late:
        why = f"{late[0].ticket_id} after {late[0].attempts} attempts: {late[0].error or 'unknown'}"
        yield Finding("note", f"outbox: {len(late)} cannot be delivered now; {why}")
    if log.broken_at is not None:
        text = f"the audit log was changed: entry {log.broken_at} does not fit the one before"
        yield Finding("wrong", text)
    elif log.entries:
        yield Finding("ok", f"audit log: {log.entries} entries, sound, head {log.head[:16]}…")


def check_vault(settings: Settings) -> Iterator[Finding]:
    """Whether masked values are kept, and under which keys."""
    if not settings.vault.enabled:
        yield Finding("ok", "vault off: what was masked can never be read again")
        return
    keys = VaultKeys(settings.data).all()
    days = settings.vault.days
    if keys:
        text = f"vault on, keys in keys/vault.keys: {len(keys)}, values kept for {days} days"
        yield Finding("ok", f"{text}; back the file up apart from the database")
    else:
        yield Finding(
            "note", f"vault on, values kept for {days} days; the first start makes its key"
        )
