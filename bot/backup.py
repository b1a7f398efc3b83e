"""``firstline backup`` and ``restore``: the database in one verified file, and back again.

The database is copied by SQLite's ``VACUUM INTO``: one consistent view, taken while the server
runs. PostgreSQL has its own tools for this.
"""

import os
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from importlib.metadata import version
from pathlib import Path

from bot.accounts import OPERATOR
from bot.backup_file import (
    DATABASE,
    KEYS,
    LAST,
    Backup,
    BackupDamaged,
    BackupError,
    digest_of,
    examined,
    pack,
    unpack,
)
from bot.erasure import replay
from bot.store import Store
from bot.tombstones import FILE as ERASED
from bot.tombstones import merge_tombstones, read_tombstones

_BUSY_SECONDS = 30
_NOT_POSTGRES = (
    "the database is PostgreSQL, which has its own tools: back it up with pg_dump or, to any point "
    "in time, with a base backup and its archived log (PITR); docs/operations.md has the steps"
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore put in place.

    Attributes:
        backup: What was restored.
        erased: How many conversations of it had been erased since, and were erased again.
    """

    backup: Backup
    erased: int


def back_up(store: Store, data: Path, target: Path, *, keys: bool, now: datetime) -> Backup:
    """Writes everything that cannot be built again into one new file that its owner alone reads.

    Args:
        store: The records, in use or not.
        data: The data folder.
        target: The file; it must not exist yet.
        keys: Whether the installation's keys go into it.
        now: The time.

    Raises:
        BackupError: The file exists, or the database is PostgreSQL or is damaged.
        OSError: The disk refuses.
    """
    if store.file is None:
        raise BackupError(_NOT_POSTGRES)
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target} exists and is not overwritten: name a new file")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        work = Path(folder)
        members = {DATABASE: work / DATABASE}
        _copy(store.file, members[DATABASE])
        # After the copy: what is erased in between is on the list and is erased again.
        if (data / ERASED).exists():
            members[ERASED] = data / ERASED
        if keys:
            found = sorted((data / KEYS).iterdir())
            members |= {f"{KEYS}/{each.name}": each for each in found if _is_key(each)}
        made = _described(members, now)
        packed = work / "packed"
        pack(packed, made, members)
        again = work / "again"
        again.mkdir()
        unpack(packed, again)
        try:
            os.link(packed, target)
        except FileExistsError:
            raise BackupError(f"{target} exists and is not overwritten: name a new file") from None
    _sync(target.parent)
    (data / LAST).write_text(made.made_at + "\n", encoding="ascii")
    return made


def restore(
    source: Path, data: Path, database: Path, *, erased: Sequence[Path] = (), now: datetime
) -> Restored:
    """Puts a backup in place of a database that is gone, checked before it serves.

    The tables are brought up to date, and what was erased since the backup is erased again.

    Args:
        source: The backup.
        data: The data folder.
        database: Where the database goes; nothing may be there.
        erased: Further lists of erasures, such as copies kept elsewhere.
        now: The time.

    Raises:
        BackupDamaged: It is no sound backup.
        BackupError: A database or other keys are there already, or a newer version made it.
        OSError: The disk refuses.
    """
    for place in (database, Path(f"{database}-wal"), Path(f"{database}-shm")):
        if place.exists():
            raise BackupError(
                f"{place} exists and is not overwritten: stop the server and move it away first"
            )
    with tempfile.TemporaryDirectory(dir=database.parent, prefix=".restore.") as folder:
        work = Path(folder)
        backup = unpack(source, work)
        if backup.revision not in _revisions():
            raise BackupError(
                f"{source} was made by Firstline {backup.version}, which is newer: install it first"
            )
        _put_keys(work / KEYS, data / KEYS)
        for each in (work / ERASED, *erased):
            merge_tombstones(data / ERASED, read_tombstones(each))
        again = _brought_up(work, data, backup, now)
        (work / DATABASE).replace(database)
    _sync(database.parent)
    return Restored(backup, again)


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source, timeout=_BUSY_SECONDS)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise BackupError(f"{source} cannot be copied: {error}") from error
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _is_key(path: Path) -> bool:
    return path.is_file() and path.suffix in {".key", ".keys"}


def _described(members: Mapping[str, Path], now: datetime) -> Backup:
    revision, rows = examined(members[DATABASE])
    store = Store.in_folder(members[DATABASE].parent)
    try:
        log = store.audit.verify()
    finally:
        store.close()
    return Backup(
        made_at=now.isoformat(),
        version=version("firstline"),
        revision=revision,
        rows=rows,
        audit_entries=log.entries,
        audit_head=log.head,
        audit_broken_at=log.broken_at,
        files={name: digest_of(path) for name, path in members.items()},
    )


def _put_keys(source: Path, target: Path) -> None:
    """Puts the keys in place; the same ones may be there already, others may not."""
    if not source.is_dir():
        return
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = []
    for each in sorted(source.iterdir()):
        there = target / each.name
        if not there.exists():
            fresh.append(each)
        elif there.read_bytes() != each.read_bytes():
            raise BackupError(f"{there} is another key and is not overwritten: move it away first")
    for each in fresh:
        each.replace(target / each.name)
    _sync(target)


def _brought_up(folder: Path, data: Path, backup: Backup, now: datetime) -> int:
    """Updates the tables and erases again; gives how many conversations were erased."""
    store = Store.in_folder(folder)
    try:
        store.upgrade()
        log = store.audit.verify()
        kept = (backup.audit_entries, backup.audit_head, backup.audit_broken_at)
        if (log.entries, log.head, log.broken_at) != kept:
            raise BackupDamaged("the audit log is not that of the backup; use an earlier backup")
        again = replay(store, data, now)
        store.audit.record(now, OPERATOR, "backup.restore", "database", made_at=backup.made_at)
        store.erasure.clean()  # one file is moved into place, so its log must be empty
    finally:
        store.close()
    return again


def _revisions() -> frozenset[str]:
    """Every revision of the tables that this version knows."""
    steps = resources.files("bot") / "migrations" / "versions"
    names = (each.name for each in steps.iterdir())
    return frozenset(name[1:5] for name in names if name.startswith("v"))


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
