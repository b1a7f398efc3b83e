"""The vault's keys: a small ring in one file, the newest first, changed without losing a value.

Servers read the file again when it changes, so a new key is taken up at once.
"""

import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import FirstlineError
from bot.keys import KEY_BYTES, KeyFileError


class VaultKeyMissing(FirstlineError):
    """A value was sealed by a key that the ring does not have."""


@dataclass(frozen=True, slots=True)
class VaultKey:
    """One key.

    Attributes:
        id: Names it beside the values that it sealed.
        secret: 32 bytes.
    """

    id: str
    secret: bytes = field(repr=False)


class VaultKeys:
    """The ring in ``keys/vault.keys`` of a data folder: a line ``id hex`` for each key.

    Args:
        data_dir: The data folder.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "keys" / "vault.keys"
        self._read: tuple[tuple[int, int, int], tuple[VaultKey, ...]] | None = None

    def newest(self) -> VaultKey:
        """The key that seals; made when there is none yet.

        Raises:
            KeyFileError: When the file is damaged or others may read it.
        """
        keys = self.all() or (self.add(),)
        return keys[0]

    def get(self, key_id: str) -> VaultKey:
        """The key of that id.

        Raises:
            VaultKeyMissing: When the ring has none of that id.
            KeyFileError: When the file is damaged or others may read it.
        """
        for key in self.all():
            if key.id == key_id:
                return key
        raise VaultKeyMissing(
            f"keys/vault.keys has no key {key_id!r}: restore the file from a backup"
        )

    def all(self) -> tuple[VaultKey, ...]:
        """Every key, the newest first; none when there is no file yet.

        Raises:
            KeyFileError: When the file is damaged or others may read it.
        """
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return ()
        mark = (found.st_ino, found.st_size, found.st_mtime_ns)
        if self._read is None or self._read[0] != mark:
            if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
                raise KeyFileError("others may read keys/vault.keys; run chmod 600 on it")
            self._read = (mark, self._parse(self._path.read_text(encoding="ascii")))
        return self._read[1]

    def add(self) -> VaultKey:
        """Makes a key that seals from now on; the others still open what they sealed."""
        key = VaultKey(secrets.token_hex(4), secrets.token_bytes(KEY_BYTES))
        self._write((key, *self.all()))
        return key

    def drop(self, key_ids: set[str]) -> None:
        """Destroys keys; what they sealed can never be read again. The newest one stays."""
        newest, *others = self.all()
        self._write((newest, *(key for key in others if key.id not in key_ids)))

    def _parse(self, text: str) -> tuple[VaultKey, ...]:
        keys: list[VaultKey] = []
        for line in text.splitlines():
            key_id, _, digits = line.partition(" ")
            try:
                secret = bytes.fromhex(digits)
            except ValueError:
                secret = b""
            if not key_id or len(secret) != KEY_BYTES:
                raise KeyFileError(
                    f"keys/vault.keys is damaged in line {len(keys) + 1}: restore it from a backup"
                )
            keys.append(VaultKey(key_id, secret))
        return tuple(keys)

    def _write(self, keys: tuple[VaultKey, ...]) -> None:
        """Replaces the file whole: a reader sees the old ring or the new one."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.writelines(f"{key.id} {key.secret.hex()}\n" for key in keys)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
