"""Signing staff in: a one-time link, a session in a cookie, a token for their forms."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.errors import ConfigurationError
from bot.store import Store
from bot.store_staff import StaffSession

LINK_LIFETIME = timedelta(minutes=30)
LONGEST_NAME = 64


def _now() -> datetime:
    return datetime.now(UTC)


def make_sign_in(
    store: Store,
    *,
    name: str = "Agent",
    lifetime: timedelta = LINK_LIFETIME,
    clock: Callable[[], datetime] = _now,
) -> str:
    """A token for ``/staff/sign-in?token=…``, good once. It is shown here and never again.

    Args:
        store: Keeps its digest.
        name: Who signs in by it; customers see it beside what this person writes.
        lifetime: How long it is good.
        clock: Tells the time.

    Raises:
        ConfigurationError: When the name is empty, too long or no printable line.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ConfigurationError(
            f"name {name[:LONGEST_NAME]!r} must be 1 to {LONGEST_NAME} printable characters: "
            "customers see it"
        )
    token = secrets.token_urlsafe(32)
    now = clock()
    store.staff.add_link(token, name, now=now, expires_at=now + lifetime)
    return token


class StaffAccess:
    """Opens, checks and ends staff sessions.

    Args:
        store: Keeps them.
        key: Keys the form tokens.
        clock: Tells the time.
    """

    def __init__(self, store: Store, key: bytes, clock: Callable[[], datetime] = _now) -> None:
        self._staff = store.staff
        self._key = key
        self._clock = clock

    def sign_in(self, token: str) -> str:
        """Uses up a link; gives the id of a fresh session.

        Raises:
            SignInRefused: When the link is unknown, used or too old.
        """
        session_id = secrets.token_urlsafe(32)
        self._staff.use_link(token, session_id, self._clock())
        return session_id

    def session(self, session_id: str) -> StaffSession:
        """The session of that id.

        Raises:
            SignInRefused: When it is unknown or over.
        """
        return self._staff.session(session_id, self._clock())

    def sign_out(self, session_id: str) -> None:
        """Ends the session."""
        self._staff.end(session_id)

    def form_token(self, session_id: str) -> str:
        """The token that each state-changing request of the session must carry."""
        return hmac.new(self._key, b"form:" + session_id.encode(), hashlib.sha256).hexdigest()

    def is_form_token(self, session_id: str, token: str) -> bool:
        """Whether ``token`` belongs to the session."""
        return hmac.compare_digest(self.form_token(session_id).encode(), token.encode())
