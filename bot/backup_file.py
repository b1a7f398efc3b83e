"""The file of a backup: a tar of the database, the list of erasures and the keys, if wanted.

Its manifest, ``backup.json``, comes first and has the SHA-256 of every other file in it.

BackupError          it cannot be made, or what is there is not to be overwritten
└── BackupDamaged    the file is not a sound backup
"""

import hashlib
import json
import os
import sqlite3
import tarfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from bot.errors import FirstlineError

DATABASE = "firstline.db"
ERASED = "erased.jsonl"
KEYS = "keys"
LAST = "last-backup"
"""File of the data folder that holds the time of the last good backup."""

_MANIFEST = "backup.json"
_FORMAT = 1
_BUFFER = 1 << 20


class BackupError(FirstlineError):
    """A backup that cannot be made, or not be restored here."""


class BackupDamaged(BackupError):
    """The file is no backup, or was changed since it was made."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself.

    Attributes:
        made_at: UTC time, ISO 8601.
        version: Of Firstline.
        revision: Of the tables.
        rows: How many each table has.
        audit_entries: Length of the audit chain.
        audit_head: Hash of its last sound entry.
        audit_broken_at: Id of the first entry that does not fit the one before, if one doesn't.
        files: SHA-256 of each file in it.
    """

    made_at: str
    version: str
    revision: str
    rows: Mapping[str, int]
    audit_entries: int
    audit_head: str
    audit_broken_at: int | None
    files: Mapping[str, str]

    @property
    def has_keys(self) -> bool:
        """Whether the installation's keys are in it."""
        return any(name.startswith("keys/") for name in self.files)


def examined(path: Path) -> tuple[str, Mapping[str, int]]:
    """Revision and row counts of a database file that is whole.

    Raises:
        BackupDamaged: It is not.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            if not whole or connection.execute("PRAGMA foreign_key_check").fetchone():
                raise BackupDamaged(f"the database in {path} is damaged; use an earlier backup")
            named = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
            names = [name for (name,) in named.fetchall()]
            counts = {
                name: connection.execute(
                    f'SELECT count(*) FROM "{name}"'  # noqa: S608  from its own list of tables
                ).fetchone()[0]
                for name in names
            }
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BackupDamaged(f"the database in {path} cannot be read: {error}") from error
    return str(revision), counts


def pack(target: Path, backup: Backup, members: Mapping[str, Path]) -> None:
    """Writes a backup of files by their names in it; its owner alone can read it."""
    manifest = target.with_name(_MANIFEST)
    manifest.write_text(json.dumps({"format": _FORMAT, **asdict(backup)}, indent=1), "utf-8")
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name, path in {_MANIFEST: manifest, **members}.items():
                tar.add(path, arcname=name, recursive=False)
        file.flush()
        os.fsync(file.fileno())


def unpack(source: Path, folder: Path) -> Backup:
    """Puts the files of a backup into an empty folder, each compared with the manifest.

    Raises:
        BackupDamaged: One is missing, was changed, or is more than the manifest names.
    """
    try:
        with tarfile.open(source, mode="r:") as tar:
            backup = _read_manifest(tar.extractfile(_MANIFEST))
            if set(tar.getnames()) != {_MANIFEST, *backup.files}:
                raise BackupDamaged(f"{source} does not hold what its manifest names")
            for name, digest in backup.files.items():
                if name not in {DATABASE, ERASED} and not _is_key_name(name):
                    raise BackupDamaged(f"{source} names a file that no backup has")
                found = tar.extractfile(name)
                if found is None or _save(found, folder / name) != digest:
                    raise BackupDamaged(f"{source}: {name} was changed since the backup was made")
    except (tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise BackupDamaged(f"{source} is not a backup by firstline backup ({error})") from error
    revision, rows = examined(folder / DATABASE)
    if (revision, rows) != (backup.revision, dict(backup.rows)):
        raise BackupDamaged(f"{source} has other rows than its manifest counts")
    return backup


def _is_key_name(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder == KEYS and file == Path(file).name and Path(file).suffix in {".key", ".keys"}


def _read_manifest(file: IO[bytes] | None) -> Backup:
    if file is None:
        raise ValueError("no manifest")
    fields = json.loads(file.read(_BUFFER))
    if fields.pop("format") != _FORMAT:
        raise ValueError("of another format")
    return Backup(**fields)


def _save(source: IO[bytes], target: Path) -> str:
    """Writes a file that only its owner reads; gives its SHA-256."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while block := source.read(_BUFFER):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
