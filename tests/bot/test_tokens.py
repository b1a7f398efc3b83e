import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from bot.tokens import TokenExpired, TokenRefused, VisitorTokens

KEY = b"k" * 32
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def part(claims: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()


def test_a_token_opens_its_conversation_until_it_expires() -> None:
    clock = Clock()
    tokens = VisitorTokens(KEY, clock=clock)
    issued = tokens.issue("c1")
    assert issued.expires_at == NOW + timedelta(minutes=15)
    clock.now = NOW + timedelta(minutes=14, seconds=59)
    assert tokens.conversation(issued.token) == "c1"
    clock.now = NOW + timedelta(minutes=15)
    with pytest.raises(TokenExpired):
        tokens.conversation(issued.token)


def test_an_expired_token_renews_for_a_day() -> None:
    clock = Clock()
    tokens = VisitorTokens(KEY, clock=clock)
    old = tokens.issue("c1").token
    clock.now = NOW + timedelta(hours=24)
    renewed = tokens.renew(old, "c1")
    assert renewed is not None
    assert tokens.conversation(renewed.token) == "c1"
    clock.now = NOW + timedelta(hours=24, minutes=15)
    with pytest.raises(TokenExpired):
        tokens.renew(old, "c1")


def test_a_token_renews_for_its_own_conversation_only() -> None:
    tokens = VisitorTokens(KEY)
    assert tokens.renew(tokens.issue("c1").token, "c2") is None


def test_two_tokens_of_a_conversation_differ() -> None:
    tokens = VisitorTokens(KEY, clock=Clock())
    assert tokens.issue("c1").token != tokens.issue("c1").token


def test_a_rotated_key_is_still_accepted_and_a_dropped_one_is_not() -> None:
    old = VisitorTokens(KEY).issue("c1").token
    assert VisitorTokens(b"n" * 32, previous=[KEY]).conversation(old) == "c1"
    with pytest.raises(TokenRefused):
        VisitorTokens(b"n" * 32).conversation(old)


def test_another_sites_token_is_refused() -> None:
    token = VisitorTokens(KEY, audience="a").issue("c1").token
    with pytest.raises(TokenRefused):
        VisitorTokens(KEY, audience="b").conversation(token)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS384", "HS512", "RS256"])
def test_a_changed_algorithm_is_refused(algorithm: str) -> None:
    tokens = VisitorTokens(KEY)
    head, body, signature = tokens.issue("c1").token.split(".")
    kid = jwt.get_unverified_header(f"{head}.{body}.{signature}")["kid"]
    forged = part({"alg": algorithm, "typ": "JWT", "kid": kid})
    for tail in ("", signature):
        with pytest.raises(TokenRefused):
            tokens.conversation(f"{forged}.{body}.{tail}")


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "jti", "iat", "exp"])
def test_a_token_without_one_of_its_claims_is_refused(claim: str) -> None:
    tokens = VisitorTokens(KEY)
    real = tokens.issue("c1").token
    claims = jwt.decode(real, options={"verify_signature": False})
    del claims[claim]
    forged = jwt.encode(
        claims, KEY, algorithm="HS256", headers={"kid": jwt.get_unverified_header(real)["kid"]}
    )
    with pytest.raises(TokenRefused):
        tokens.conversation(forged)


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "....", "é.é.é", "x" * 3000])
def test_rubbish_is_refused(token: str) -> None:
    with pytest.raises(TokenRefused):
        VisitorTokens(KEY).conversation(token)


def test_a_changed_body_is_refused() -> None:
    tokens = VisitorTokens(KEY)
    head, body, signature = tokens.issue("c1").token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["sub"] = "c2"
    with pytest.raises(TokenRefused):
        tokens.conversation(f"{head}.{part(claims)}.{signature}")
