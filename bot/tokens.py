"""Visitors' tokens: short-lived, signed, good for one conversation.

TokenRefused
└── TokenExpired     signed by us and for this site, but too old: renew it or start anew
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from bot.errors import FirstlineError

ALGORITHM = "HS256"
ISSUER = "firstline"


class TokenRefused(FirstlineError):
    """Not a token of ours."""


class TokenExpired(TokenRefused):
    """A token of ours whose time is over."""


@dataclass(frozen=True, slots=True)
class VisitorToken:
    """A token as handed to the visitor."""

    token: str
    expires_at: datetime


def _now() -> datetime:
    return datetime.now(UTC)


def _kid(key: bytes) -> str:
    return hashlib.sha256(b"firstline kid" + key).hexdigest()[:12]


class VisitorTokens:
    """Issues and checks visitors' tokens.

    Args:
        key: Signs new tokens.
        previous: Older keys whose tokens are still accepted, for rotation.
        audience: The site; a token of another site is refused.
        lifetime: How long a token is good.
        renewable: How long after its end it can still be renewed.
        clock: Tells the time.
    """

    def __init__(
        self,
        key: bytes,
        *,
        previous: Sequence[bytes] = (),
        audience: str = "default",
        lifetime: timedelta = timedelta(minutes=15),
        renewable: timedelta = timedelta(hours=24),
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._keys = {_kid(each): each for each in (key, *previous)}
        self._kid = _kid(key)
        self._audience = audience
        self._lifetime = lifetime
        self._renewable = renewable
        self._clock = clock

    def issue(self, conversation_id: str) -> VisitorToken:
        """A fresh token for one conversation."""
        now = self._clock().replace(microsecond=0)
        expires_at = now + self._lifetime
        token = jwt.encode(
            {
                "iss": ISSUER,
                "aud": self._audience,
                "sub": conversation_id,
                "jti": secrets.token_urlsafe(12),
                "iat": now,
                "exp": expires_at,
            },
            self._keys[self._kid],
            algorithm=ALGORITHM,
            headers={"kid": self._kid},
        )
        return VisitorToken(token, expires_at)

    def conversation(self, token: str) -> str:
        """The id of the conversation that the token opens.

        Raises:
            TokenExpired: When its time is over.
            TokenRefused: When it is not ours.
        """
        return self._read(token, timedelta(0))

    def renew(self, token: str, conversation_id: str) -> VisitorToken | None:
        """A fresh token for a valid or recently expired one; ``None`` for another conversation.

        Raises:
            TokenExpired: When it ended too long ago.
            TokenRefused: When it is not ours.
        """
        if self._read(token, self._renewable) != conversation_id:
            return None
        return self.issue(conversation_id)

    def _read(self, token: str, grace: timedelta) -> str:
        try:
            key = self._keys[jwt.get_unverified_header(token).get("kid", "")]
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=ISSUER,
                options={
                    "require": ["iss", "aud", "sub", "jti", "iat", "exp"],
                    "verify_exp": False,  # below, by our own clock and grace
                    "verify_iat": False,
                },
            )
            ends = datetime.fromtimestamp(claims["exp"], UTC)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError):
            raise TokenRefused("not a token of this site") from None
        if self._clock() >= ends + grace:
            raise TokenExpired("the token's time is over")
        return str(claims["sub"])
