"""API keys of other programs: shown once, kept as a digest, with a role, a scope and an end.

A key reads ``flk_ID_SECRETCHECK``: the prefix and the checksum let a secret scanner tell a real key
from a look-alike without asking anybody (``flk_[0-9a-f]{8}_[0-9A-Za-z]{40}[0-9a-f]{8}``).
"""

import hashlib
import re
import secrets
import string
import zlib
from datetime import datetime, timedelta
from itertools import count

from bot.accounts import KeyScope, StaffRole, checked_name
from bot.errors import ConfigurationError
from bot.store import Store
from bot.store_errors import AccountTaken, SignInRefused
from bot.store_keys import ApiKey

PREFIX = "flk_"
LONGEST_DAYS = 366

_LETTERS = string.ascii_letters + string.digits
_SHAPE = re.compile(r"flk_[0-9a-f]{8}_[0-9A-Za-z]{40}[0-9a-f]{8}")


def make_key(
    store: Store,
    role: StaffRole,
    *,
    now: datetime,
    name: str | None = None,
    scope: KeyScope = KeyScope.WRITE,
    days: int = 90,
) -> tuple[str, ApiKey]:
    """A new key and what is kept of it. The key itself is shown here and never again.

    Args:
        store: Keeps its digest.
        role: What it may do.
        now: The time.
        name: What its writes are signed with; the first free one of ``Agent``, ``Agent 2`` … of
            its role where none is given.
        scope: Whether it may change anything.
        days: How long it is good.

    Raises:
        ConfigurationError: When name or days can't be used.
        AccountTaken: When an account or another key has the name.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise ConfigurationError(f"a key is good for 1 to {LONGEST_DAYS} days, not {days}")
    if name is not None:
        return _make(store, role, now, checked_name(name), scope, days)
    stem = role.value.replace("-", " ").capitalize()
    for number in count(1):
        try:
            named = f"{stem} key" if number == 1 else f"{stem} key {number}"
            return _make(store, role, now, named, scope, days)
        except AccountTaken:
            continue
    raise AssertionError  # count() has no end


def is_key(text: str) -> bool:
    """Whether it has the form of a key, checksum included."""
    return bool(_SHAPE.fullmatch(text)) and _check(text[:-8]) == text[-8:]


def use_key(store: Store, key: str, now: datetime) -> ApiKey:
    """What the key is, its use noted.

    Raises:
        SignInRefused: When it is no key, or unknown, over or revoked.
    """
    if not is_key(key):
        raise SignInRefused("no key")
    return store.api_keys.use(_digest(key), now)


def _make(
    store: Store, role: StaffRole, now: datetime, name: str, scope: KeyScope, days: int
) -> tuple[str, ApiKey]:
    key_id = secrets.token_hex(4)
    body = f"{PREFIX}{key_id}_{''.join(secrets.choice(_LETTERS) for _ in range(40))}"
    key = body + _check(body)
    made = ApiKey(key_id, name, role, scope, now, now + timedelta(days=days))
    store.api_keys.add(made, _digest(key))
    return key, made


def _check(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
