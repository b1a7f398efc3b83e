"""Passwords of staff: argon2id, the only home of that library.

PasswordWeak   too short, too long, or the person's own name
"""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import ConfigurationError

SHORTEST = 12
LONGEST = 256
"""Longer ones only cost time."""

# 46 MiB and one pass is the first choice of OWASP's password storage page.
_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


class PasswordWeak(ConfigurationError):
    """A password that is too easy to guess."""


def hash_password(password: str, *, login: str = "", name: str = "") -> str:
    """The password's argon2id hash, salted.

    Args:
        password: What was typed.
        login: The account's login, which must not be the password.
        name: The account's name, which must not be it either.

    Raises:
        PasswordWeak: When it is too short, too long, or made of the login, the name or one letter.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordWeak(f"a password has {SHORTEST} to {LONGEST} characters")
    plain = password.casefold().replace(" ", "")
    own = {login.casefold(), login.partition("@")[0].casefold(), name.casefold().replace(" ", "")}
    if len(set(plain)) < 4 or any(part and plain.replace(part, "", 1).isdigit() for part in own):
        raise PasswordWeak("this password is easy to guess: take a few unrelated words")
    if plain in own:
        raise PasswordWeak("a password is not the login or the name")
    return _hasher.hash(password.encode())


def is_password(password: str, stored: str | None) -> bool:
    """Whether the password belongs to the hash; takes as long without a hash as with one."""
    try:
        _hasher.verify(stored or _nobody(), password[: LONGEST + 1].encode("utf-8", "replace"))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


_unknown: list[str] = []


def _nobody() -> str:
    """A hash that no password fits, made once."""
    if not _unknown:
        _unknown.append(_hasher.hash(secrets.token_bytes(32)))
    return _unknown[0]
