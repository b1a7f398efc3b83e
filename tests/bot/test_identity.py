from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from bot.errors import ConfigurationError
from bot.identity import CustomerIdentity, IdentityRefused

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = "the-backends-secret-0123456789-abcdefgh"  # noqa: S105  made up
BEFORE = "the-secret-before-0123456789-abcdefghij"


def identity(*secrets: str) -> CustomerIdentity:
    return CustomerIdentity(secrets or (SECRET, BEFORE), clock=lambda: NOW)


def token(secret: str = SECRET, algorithm: str = "HS256", **changed: Any) -> str:
    claims = {
        "sub": "customer-17",
        "aud": "firstline",
        "iat": NOW,
        "exp": NOW + timedelta(minutes=5),
        **changed,
    }
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None},
        secret,
        algorithm=algorithm,
    )


def test_the_backend_says_who_it_is() -> None:
    assert identity().reference(token()) == "customer-17"
    assert identity().reference(token(BEFORE)) == "customer-17"
    assert identity().reference(token(aud=["other", "firstline"])) == "customer-17"


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": None},
        {"sub": ""},
        {"sub": 17},
        {"sub": "x" * 257},
        {"aud": None},
        {"aud": "another-service"},
        {"iat": None},
        {"exp": None},
        {"exp": NOW - timedelta(minutes=2)},
        {"exp": "soon"},
        {"exp": 10**30},
        {"exp": NOW + timedelta(hours=2)},
        {"iat": NOW + timedelta(minutes=2), "exp": NOW + timedelta(minutes=9)},
        {"nbf": NOW + timedelta(minutes=2)},
        {"iat": "now"},
        {"nbf": "now"},
    ],
)
def test_a_wrong_claim_proves_nothing(changed: dict[str, Any]) -> None:
    with pytest.raises(IdentityRefused):
        identity().reference(token(**changed))


@pytest.mark.parametrize(
    "forged",
    [
        token("another-secret-0123456789-0123456789-ab"),
        token(SECRET + SECRET, "HS512"),
        token(SECRET + SECRET, "HS384"),
        "customer-17",
        "",
        "a.b.c",
        "é" * 40,
        token()[:-3] + "AAA",
        "eyJhbGciOiJub25lIn0." + token().split(".")[1] + ".",
    ],
)
def test_a_forged_token_proves_nothing(forged: str) -> None:
    with pytest.raises(IdentityRefused):
        identity().reference(forged)


def test_a_short_secret_is_refused_at_the_start() -> None:
    with pytest.raises(ConfigurationError, match="32 bytes"):
        identity("short")
