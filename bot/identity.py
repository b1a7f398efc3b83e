"""Who a customer is, told by the deployer's own backend: a short-lived signed token.

A reference that a browser could write itself proves nothing, so where a secret is set only a token
signed with it counts. HS256 alone, with ``sub``, ``aud``, ``iat`` and ``exp``, an hour at most.

IdentityRefused   it is not signed by the backend, for us, now
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import jwt

from bot.errors import ConfigurationError, FirstlineError

ALGORITHM = "HS256"
SHORTEST_SECRET = 32
LONGEST_LIFE = timedelta(hours=1)
LEEWAY = timedelta(seconds=60)


class IdentityRefused(FirstlineError):
    """The token proves nothing."""


def _now() -> datetime:
    return datetime.now(UTC)


class CustomerIdentity:
    """Reads the backend's tokens.

    Args:
        secrets: The secret, and the one before while it is being changed.
        audience: What ``aud`` must be, so that a token for another service is no use here.
        clock: Tells the time.

    Raises:
        ConfigurationError: When a secret is too short to be one.
    """

    def __init__(
        self,
        secrets: Sequence[str],
        audience: str = "firstline",
        clock: Callable[[], datetime] = _now,
    ) -> None:
        for secret in secrets:
            if len(secret.encode()) < SHORTEST_SECRET:
                raise ConfigurationError(
                    f"FIRSTLINE_WEB__IDENTITY_SECRET needs {SHORTEST_SECRET} bytes or more: make "
                    "one with python -c 'import secrets; print(secrets.token_urlsafe(48))'"
                )
        self._secrets = tuple(secrets)
        self._audience = audience
        self._clock = clock

    def reference(self, token: str) -> str:
        """The customer's id in the deployer's own system.

        Raises:
            IdentityRefused: When the token is not signed by the backend, for us, now.
        """
        for secret in self._secrets:
            try:
                return self._read(token, secret)
            except jwt.InvalidSignatureError:
                continue
            except (jwt.PyJWTError, TypeError, ValueError, OverflowError) as error:
                raise IdentityRefused(type(error).__name__) from None
        raise IdentityRefused("the signature is not ours")

    def _read(self, token: str, secret: str) -> str:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=self._audience,
            options={
                "require": ["sub", "aud", "iat", "exp"],
                "verify_exp": False,  # below, by our own clock
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        begins = datetime.fromtimestamp(max(claims["iat"], claims.get("nbf", 0)), UTC)
        ends = datetime.fromtimestamp(claims["exp"], UTC)
        now = self._clock()
        if not begins - LEEWAY <= now < ends + LEEWAY or ends - begins > LONGEST_LIFE:
            raise IdentityRefused("it is too old, too early or good for too long")
        if not claims["sub"] or len(claims["sub"]) > 256:
            raise IdentityRefused("its sub is empty or too long")
        return str(claims["sub"])
