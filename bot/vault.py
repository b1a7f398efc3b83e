"""Seals the personal values that an agent may need, and opens them again.

AES-256-GCM under a key of the ring. Conversation and placeholder are sealed with the value, so a
box that was changed, or moved to another place, does not open. Cards, their codes and dates, PINs,
passwords and one-time codes are never sealed: they are gone for good.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import FirstlineError
from bot.vault_keys import VaultKeys
from redaction.kinds import PLACEHOLDER, RESTORABLE

_NONCE = 12


class ValueDamaged(FirstlineError):
    """A sealed value that was changed or moved since it was sealed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value that only the vault can read.

    Attributes:
        placeholder: What stands for it in the conversation, such as ``[EMAIL_1]``.
        key_id: The key that sealed it.
        box: Nonce and ciphertext with its tag.
    """

    placeholder: str
    key_id: str
    box: bytes = field(repr=False)


def is_restorable(placeholder: str) -> bool:
    """Whether this is a placeholder of a kind that a vault may keep."""
    match = PLACEHOLDER.fullmatch(placeholder)
    return match is not None and match.group(1) in RESTORABLE


class Vault:
    """Seals and opens.

    Attributes:
        lifetime: How long a sealed value is kept.

    Args:
        keys: The ring.
        lifetime: How long a sealed value is kept.
    """

    def __init__(self, keys: VaultKeys, lifetime: timedelta = timedelta(days=30)) -> None:
        self._keys = keys
        self.lifetime = lifetime

    def seal(self, conversation_id: str, placeholder: str, value: str) -> Sealed:
        """Seals a value with the newest key.

        Raises:
            ValueError: When the placeholder is of a kind that must not be kept.
            bot.keys.KeyFileError: When the keys cannot be used.
        """
        if not is_restorable(placeholder):
            raise ValueError(f"{placeholder} must not be kept")
        key = self._keys.newest()
        nonce = secrets.token_bytes(_NONCE)
        place = _place(conversation_id, placeholder)
        text = value.encode("utf-8", "surrogatepass")
        return Sealed(placeholder, key.id, nonce + AESGCM(key.secret).encrypt(nonce, text, place))

    def open(self, conversation_id: str, sealed: Sealed) -> str:
        """The value.

        Raises:
            ValueDamaged: When it does not open with its key.
            bot.vault_keys.VaultKeyMissing: When its key is gone.
            bot.keys.KeyFileError: When the keys cannot be used.
        """
        key = self._keys.get(sealed.key_id)
        nonce, box = sealed.box[:_NONCE], sealed.box[_NONCE:]
        place = _place(conversation_id, sealed.placeholder)
        try:
            text = AESGCM(key.secret).decrypt(nonce, box, place)
        except (InvalidTag, ValueError):
            raise ValueDamaged(
                f"the sealed value of {sealed.placeholder} was changed since it was kept and "
                "cannot be opened: restore the database from a backup, or do without it"
            ) from None
        return text.decode("utf-8", "surrogatepass")

    def again(self, conversation_id: str, sealed: Sealed) -> Sealed:
        """The same value under the newest key; raises as ``open`` does."""
        return self.seal(conversation_id, sealed.placeholder, self.open(conversation_id, sealed))

    def newest_key(self) -> str:
        """Id of the key that seals now."""
        return self._keys.newest().id


def _place(conversation_id: str, placeholder: str) -> bytes:
    return f"{conversation_id}\0{placeholder}".encode()
