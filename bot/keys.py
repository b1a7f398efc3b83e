"""The installation's own secrets: made at the first start, kept in the data folder, never shown."""

import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import ConfigurationError
from retrieval.disk import refusal

KEY_BYTES = 32

_BEFORE = "visitor-before.key"


class KeyFileError(ConfigurationError):
    """A key file that cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Keys:
    """One secret for each purpose, so that losing one does not open the others.

    Attributes:
        visitor: Signs visitors' tokens.
        visitor_before: The one until the last rotation: its tokens are still accepted.
        redaction: Keys the digests of personal values and of customers' references.
        session: Keys the tokens of staff forms.
        contact: Seals how customers can be reached.
    """

    visitor: bytes = field(repr=False)
    visitor_before: bytes | None = field(repr=False)
    redaction: bytes = field(repr=False)
    session: bytes = field(repr=False)
    contact: bytes = field(repr=False)


def load_or_create(data_dir: Path) -> Keys:
    """The keys in ``data_dir/keys``; missing ones are made.

    Raises:
        KeyFileError: When a file is damaged, others may read it, or it can't be made or read.
    """
    folder = data_dir / "keys"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Keys(
            visitor=_key(folder / "visitor.key"),
            visitor_before=_key(before) if (before := folder / _BEFORE).exists() else None,
            redaction=_key(folder / "redaction.key"),
            session=_key(folder / "session.key"),
            contact=_key(folder / "contact.key"),
        )
    except OSError as error:
        raise KeyFileError(
            f"the keys in {folder} can't be made or read: {refusal(error, folder)}, "
            "or name another data folder with --data or FIRSTLINE_DATA"
        ) from error


def keyed_digest(key: bytes, purpose: str, value: str) -> str:
    """Links equal values and gives none back: HMAC-SHA-256, hexadecimal."""
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def rotate_visitor(data_dir: Path) -> None:
    """Makes a new key for visitors' tokens; those of the one until now stay good.

    A running server takes it up when it starts again. Rotate once more, a day later, to refuse the
    old tokens, too.

    Raises:
        KeyFileError: When a key file is damaged or others may read it.
    """
    load_or_create(data_dir)
    folder = data_dir / "keys"
    fresh = folder / f"visitor.key.{secrets.token_hex(4)}.new"
    _create(fresh)
    # The copy comes first: interrupted here, both files hold the old key and nothing is lost.
    copy = folder / f"{_BEFORE}.{secrets.token_hex(4)}"
    _create(copy, (folder / "visitor.key").read_text(encoding="ascii").strip())
    copy.replace(folder / _BEFORE)
    fresh.replace(folder / "visitor.key")


def _key(path: Path) -> bytes:
    if not path.exists():
        _create(path)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFileError(f"others may read keys/{path.name}; run chmod 600 on it")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(
            f"keys/{path.name} is damaged; restore it from a backup, or delete it to make a new "
            "one (open conversations and sessions then end)"
        )
    return key


def _create(path: Path, text: str | None = None) -> None:
    """Writes beside, then links: of two servers starting at once, one key wins whole."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write((text or secrets.token_hex(KEY_BYTES)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
