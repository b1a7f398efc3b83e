"""Signing staff in by the company's identity provider: OpenID Connect, code flow with PKCE.

The only home of authlib and joserfc. Nothing that the provider sends is believed unread: answers
are capped, timed out and not redirected, and an ID token must carry a signature of a published key
by an asymmetric algorithm, our client id, our nonce, the provider's exact name and a time to live.

SignOnError
├── SignOnRefused       the provider or its token is not what was agreed, or the person said no
└── SignOnUnavailable   the provider cannot be reached now: whoever is signed in stays so
"""

import asyncio
import ipaddress
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.accounts import StaffRole
from bot.errors import ConfigurationError, FirstlineError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
MOST_BYTES = 256 * 1024
SECONDS = 10.0
LEEWAY = 60
"""Seconds that two clocks may differ."""

_FRESH = timedelta(hours=1)
_RELOAD = timedelta(minutes=1)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class SignOnError(FirstlineError):
    """Signing in by the provider did not work."""


class SignOnRefused(SignOnError):
    """Something in the exchange is not what it has to be."""


class SignOnUnavailable(SignOnError):
    """The provider cannot be reached, or answers nonsense."""


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """Which provider, and what its groups may do here.

    Attributes:
        issuer: The provider's name for itself, an https address.
        client_id: Ours, as registered there.
        client_secret: The secret that came with it.
        roles: Roles of each group.
        groups_claim: The claim that lists a person's groups.
        scopes: What is asked for.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    roles: Mapping[str, frozenset[StaffRole]]
    groups_claim: str = "groups"
    scopes: tuple[str, ...] = ("openid", "profile", "email")

    def __post_init__(self) -> None:
        _require_safe(self.issuer, "the issuer")
        if not self.client_id:
            raise ConfigurationError("FIRSTLINE_OIDC__CLIENT_ID is empty")


@dataclass(frozen=True, slots=True)
class Start:
    """Where the browser goes, and what has to come back with it."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is.

    Attributes:
        issuer: Which provider.
        subject: The person's id there, for good.
        email: A verified address; empty when there is none.
        name: What the person is called.
        roles: By the groups; may be empty.
    """

    issuer: str
    subject: str
    email: str
    name: str
    roles: frozenset[StaffRole]


def _now() -> datetime:
    return datetime.now(UTC)


class Provider:
    """One identity provider.

    Args:
        config: Which.
        clock: Tells the time.
        transport: Carries requests; the network by default.
        seconds: How long one request to the provider may take.
    """

    def __init__(
        self,
        config: ProviderConfig,
        clock: Callable[[], datetime] = _now,
        transport: httpx.AsyncBaseTransport | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._config = config
        self._clock = clock
        self._transport = transport
        self._seconds = seconds
        self._described: tuple[datetime, dict[str, str]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    @property
    def issuer(self) -> str:
        """The provider's name for itself."""
        return self._config.issuer

    async def start(self, redirect_uri: str) -> Start:
        """Begins: the address to send the browser to, with fresh secrets.

        Raises:
            SignOnUnavailable: When the provider cannot be asked how.
        """
        described = await self._description()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        url = prepare_grant_uri(
            described["authorization_endpoint"],
            client_id=self._config.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=" ".join(self._config.scopes),
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Start(str(url), state, nonce, verifier)

    async def finish(self, code: str, started: Start, redirect_uri: str) -> Identity:
        """Trades the code for an ID token and reads it.

        Raises:
            SignOnRefused: When code or token is not good.
            SignOnUnavailable: When the provider cannot be reached.
        """
        described = await self._description()
        answer = await self._ask(
            "POST",
            described["token_endpoint"],
            form={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": started.verifier,
            },
            auth=httpx.BasicAuth(self._config.client_id, self._config.client_secret),
        )
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignOnRefused("no ID token")
        return self._identity(await self._claims(token, started.nonce, answer))

    async def _claims(self, token: str, nonce: str, answer: dict[str, Any]) -> dict[str, Any]:
        keys = await self._key_set()
        try:
            found = jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError, KeyError):
            fresh = await self._key_set(again=True)  # the provider may have changed its keys
            try:
                found = jwt.decode(token, fresh, algorithms=ALGORITHMS)
            except (JoseError, ValueError, TypeError, KeyError) as error:
                raise SignOnRefused(f"ID token: {type(error).__name__}") from None
        config = self._config
        claims = CodeIDToken(
            found.claims,
            found.header,
            options={
                "iss": {"essential": True, "value": config.issuer},
                "aud": {"essential": True, "value": config.client_id},
                "sub": {"essential": True},
            },
            params={
                "nonce": nonce,
                "client_id": config.client_id,
                "access_token": answer.get("access_token"),
            },
        )
        try:
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise SignOnRefused(f"ID token: {type(error).__name__}") from None
        return dict(claims)

    def _identity(self, claims: dict[str, Any]) -> Identity:
        subject, email = claims.get("sub"), claims.get("email")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise SignOnRefused("ID token: no usable sub")
        verified = claims.get("email_verified") is True
        groups = claims.get(self._config.groups_claim)
        roles: set[StaffRole] = set()
        for group in groups if isinstance(groups, list) else [groups]:
            if isinstance(group, str):
                roles |= self._config.roles.get(group, frozenset())
        name = claims.get("name") or claims.get("preferred_username") or ""
        return Identity(
            self._config.issuer,
            subject,
            email if verified and isinstance(email, str) else "",
            name if isinstance(name, str) else "",
            frozenset(roles),
        )

    async def _description(self) -> dict[str, str]:
        if self._described is not None and self._clock() < self._described[0] + _FRESH:
            return self._described[1]
        issuer = self._config.issuer.rstrip("/")
        answer = await self._ask("GET", f"{issuer}/.well-known/openid-configuration")
        if answer.get("issuer") != self._config.issuer:
            raise SignOnUnavailable("the provider calls itself by another name than the issuer set")
        described = {name: str(answer.get(name, "")) for name in _ENDPOINTS}
        for name, url in described.items():
            try:
                _require_safe(url, name)
            except ConfigurationError as error:
                raise SignOnUnavailable(str(error)) from None
        self._described = (self._clock(), described)
        return described

    async def _key_set(self, *, again: bool = False) -> KeySet:
        if self._keys is not None:
            wait = _RELOAD if again else _FRESH
            if self._clock() < self._keys[0] + wait:
                return self._keys[1]
        answer = await self._ask("GET", (await self._description())["jwks_uri"])
        try:
            keys = KeySet.import_key_set(answer)  # type: ignore[arg-type]  # it checks the shape
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise SignOnUnavailable("the provider's keys cannot be read") from None
        self._keys = (self._clock(), keys)
        return keys

    async def _ask(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
    ) -> dict[str, Any]:
        """A JSON object from the provider; of whatever else it sends, at most 256 KiB are read."""
        try:
            async with (
                asyncio.timeout(self._seconds),
                httpx.AsyncClient(
                    transport=self._transport,
                    timeout=self._seconds,
                    follow_redirects=False,
                    trust_env=False,
                    headers={"Accept": "application/json"},
                ) as client,
                client.stream(method, url, data=form, auth=auth) as response,
            ):
                body = bytearray()
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > MOST_BYTES:
                        raise SignOnUnavailable("the provider's answer is too long")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            raise SignOnUnavailable(f"the provider: {type(error).__name__}") from None
        if 400 <= response.status_code < 500 and method == "POST":
            raise SignOnRefused(f"the provider refused the code: {response.status_code}")
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if response.status_code != 200 or not isinstance(answer, dict):
            raise SignOnUnavailable(f"the provider answered {response.status_code}, no JSON object")
        return answer


def _require_safe(url: str, what: str) -> None:
    """Only https, or a server on this machine, for trying it out."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if parts.scheme != "http" or not local:
        raise ConfigurationError(f"{what} {url[:200]!r} must be an https address")
