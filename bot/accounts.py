"""Who works here: a member of staff, with roles that say what this person may do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import ConfigurationError

LONGEST_NAME = 64
LONGEST_LOGIN = 254

OPERATOR = "operator"
"""Whoever works at the command line, in the audit chain."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._%+@-]*")


class StaffRole(StrEnum):
    """What a member of staff may do. An admin may do everything."""

    AGENT = "agent"
    CONTENT_OWNER = "content-owner"
    EVALUATOR = "evaluator"
    ADMIN = "admin"


class KeyScope(StrEnum):
    """How much of its role an API key may do."""

    READ = "read"
    WRITE = "write"


ANY_ROLE = frozenset(StaffRole)


def may(held: Iterable[StaffRole], allowed: Iterable[StaffRole]) -> bool:
    """Whether somebody with the roles ``held`` may do what is for ``allowed``."""
    held = set(held)
    return StaffRole.ADMIN in held or bool(held & set(allowed))


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff.

    Attributes:
        id: Stays the same for good.
        login: Typed to sign in, mostly an e-mail address; unique, in lower case.
        name: What colleagues see, and customers beside this person's messages; unique.
        roles: What this person may do.
        created_at: When it was made.
        disabled_at: Since when nobody signs in with it; ``None`` while it is in use.
        has_password: Whether a password was set.
        external: Whether the identity provider signs this person in.
    """

    id: str
    login: str
    name: str
    roles: frozenset[StaffRole]
    created_at: datetime
    disabled_at: datetime | None = None
    has_password: bool = False
    external: bool = False


def checked_name(name: str) -> str:
    """The name with single spaces.

    Raises:
        ConfigurationError: When it is empty, too long or no printable line.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ConfigurationError(
            f"name {name[:LONGEST_NAME]!r} must be 1 to {LONGEST_NAME} printable characters: "
            "customers see it"
        )
    return name


def is_login(text: str) -> bool:
    """Whether an account can have this login."""
    return len(text) <= LONGEST_LOGIN and bool(_LOGIN.fullmatch(text))


def checked_login(login: str) -> str:
    """The login in lower case.

    Raises:
        ConfigurationError: When it is neither an e-mail address nor one plain word.
    """
    login = login.strip().lower()
    if not is_login(login):
        raise ConfigurationError(
            f"login {login[:LONGEST_LOGIN]!r} must be an e-mail address or one word of letters, "
            "digits and . _ -"
        )
    return login


def roles_of(names: Iterable[str]) -> frozenset[StaffRole]:
    """Roles by their names.

    Raises:
        ConfigurationError: When there is no such role, or none at all is named.
    """
    wanted = list(names)
    for name in wanted:
        if name not in set(StaffRole):
            raise ConfigurationError(
                f"no role is called {name!r}: there are {', '.join(StaffRole)}"
            )
    roles = frozenset(map(StaffRole, wanted))
    if not roles:
        raise ConfigurationError(f"an account needs a role: {', '.join(StaffRole)}")
    return roles
