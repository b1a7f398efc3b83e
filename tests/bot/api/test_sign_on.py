import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.accounts import StaffRole
from bot.api.app import create_app
from bot.api.options import ApiOptions, Rates
from bot.errors import ConfigurationError
from bot.oidc import Provider, ProviderConfig, SignOnUnavailable
from bot.staff import add_account
from tests.bot.identity_provider import (
    CLIENT,
    SECRET,
    IdentityProvider,
    identity_provider,
    new_key,
)

ROLES = {
    "support": frozenset({StaffRole.AGENT}),
    "bosses": frozenset({StaffRole.ADMIN, StaffRole.EVALUATOR}),
}
COOKIE = "firstline_staff"


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    with identity_provider() as provider:
        yield provider


@pytest.fixture
def idp(running: IdentityProvider) -> IdentityProvider:
    fresh = IdentityProvider(key=running.key)
    for name in ("claims", "header", "published", "answer", "codes", "asked", "drip"):
        setattr(running, name, getattr(fresh, name))
    return running


@pytest.fixture
async def browser(installation: Any, idp: IdentityProvider) -> AsyncIterator[httpx.AsyncClient]:
    config = ProviderConfig(idp.url, CLIENT, SECRET, ROLES)
    app = create_app(
        installation,
        ApiOptions(single_sign_on="Go", rates=Rates(starts=1000)),
        provider=Provider(config, installation.clock),
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        yield http


async def sign_on(http: httpx.AsyncClient, idp: IdentityProvider, **changed: str) -> httpx.Response:
    begun = await http.get("/staff/oidc/start")
    assert begun.status_code == 303, begun.text
    back = {**idp.log_in(begun.headers["location"]), **changed}
    return await http.get("/staff/oidc/callback", params=back)


async def signed_in(http: httpx.AsyncClient) -> bool:
    return (await http.get("/v1/handoffs")).status_code == 200


def failed(answered: httpx.Response, why: str = "failed") -> bool:
    assert COOKIE not in answered.cookies
    return str(answered.headers.get("location")) == f"/staff/enter?why={why}"


async def test_a_group_opens_a_session_with_its_roles(
    installation: Any, browser: httpx.AsyncClient, idp: IdentityProvider
) -> None:
    answered = await sign_on(browser, idp)
    assert answered.status_code == 200
    assert await signed_in(browser)
    (ana,) = installation.store.accounts.list()
    assert (ana.login, ana.name, ana.roles) == ("ana@example.com", "Ana Gil", {StaffRole.AGENT})
    idp.claims = {"groups": ["bosses", "unknown", 5], "name": "Another name"}
    await sign_on(browser, idp)
    (ana,) = installation.store.accounts.list()
    assert (ana.name, ana.roles) == ("Ana Gil", {StaffRole.ADMIN, StaffRole.EVALUATOR})


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["another-client", CLIENT]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"iat": None},
        {"iat": 99999999999},
        {"nbf": 99999999999},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
        {"sub": "x" * 300},
        {"azp": "another-client"},
        {"at_hash": "wrong"},
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(
    browser: httpx.AsyncClient, idp: IdentityProvider, claims: dict[str, object]
) -> None:
    idp.claims = claims
    assert failed(await sign_on(browser, idp))
    assert not await signed_in(browser)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512"])
async def test_a_token_of_another_algorithm_is_refused(
    browser: httpx.AsyncClient, idp: IdentityProvider, algorithm: str
) -> None:
    idp.header = {"alg": algorithm}
    assert failed(await sign_on(browser, idp))


async def test_a_token_of_a_foreign_key_is_refused(
    browser: httpx.AsyncClient, idp: IdentityProvider
) -> None:
    idp.published = [idp.key]
    idp.key = new_key("k1")
    try:
        assert failed(await sign_on(browser, idp))
        idp.key = new_key("k9")
        assert failed(await sign_on(browser, idp))
    finally:
        (idp.key,) = idp.published


@pytest.mark.parametrize("elliptic", [False, True])
async def test_a_rotated_key_is_fetched(
    installation: Any, browser: httpx.AsyncClient, idp: IdentityProvider, *, elliptic: bool
) -> None:
    assert (await sign_on(browser, idp)).status_code == 200
    old = idp.key
    idp.key = new_key("k2", elliptic=elliptic)
    idp.header = {"alg": "ES256"} if elliptic else {}
    try:
        installation.clock.ahead = timedelta(minutes=2)
        assert (await sign_on(browser, idp)).status_code == 200
    finally:
        idp.key = old


@pytest.mark.parametrize(
    "changed", [{"state": "another"}, {"state": ""}, {"code": ""}, {"code": "code-99"},
                {"iss": "https://evil.example"}]
)  # fmt: skip
async def test_what_the_browser_brings_back_must_be_what_it_took_along(
    browser: httpx.AsyncClient, idp: IdentityProvider, changed: dict[str, str]
) -> None:
    assert failed(await sign_on(browser, idp, **changed))


async def test_a_sign_in_that_began_elsewhere_or_long_ago_is_refused(
    installation: Any, browser: httpx.AsyncClient, idp: IdentityProvider
) -> None:
    begun = await browser.get("/staff/oidc/start")
    back = idp.log_in(begun.headers["location"])
    kept = browser.cookies["firstline_sign_on"]
    for cookie in (None, "made-up", kept[:-4] + "AAAA", kept):
        installation.clock.ahead = timedelta(minutes=11 if cookie == kept else 0)
        headers = {"Cookie": f"firstline_sign_on={cookie}"} if cookie else {}
        browser.cookies = httpx.Cookies()
        assert failed(await browser.get("/staff/oidc/callback", params=back, headers=headers))


async def test_a_code_works_once(browser: httpx.AsyncClient, idp: IdentityProvider) -> None:
    begun = await browser.get("/staff/oidc/start")
    back = idp.log_in(begun.headers["location"])
    kept = {"Cookie": f"firstline_sign_on={browser.cookies['firstline_sign_on']}"}
    assert (await browser.get("/staff/oidc/callback", params=back)).status_code == 200
    browser.cookies = httpx.Cookies()
    again = await browser.get("/staff/oidc/callback", params=back, headers=kept)
    assert failed(again)


@pytest.mark.parametrize("groups", [None, [], ["unknown"], "unknown", {"support": 1}, 5])
async def test_somebody_in_no_known_group_does_not_get_in(
    installation: Any, browser: httpx.AsyncClient, idp: IdentityProvider, groups: object
) -> None:
    idp.claims = {"groups": groups}
    assert failed(await sign_on(browser, idp), "role")
    assert installation.store.accounts.list() == []


async def test_a_disabled_person_does_not_come_back_by_the_provider(
    installation: Any, browser: httpx.AsyncClient, idp: IdentityProvider
) -> None:
    await sign_on(browser, idp)
    (ana,) = installation.store.accounts.list()
    installation.store.accounts.disable(ana.id, ana.created_at)
    assert not await signed_in(browser)
    assert failed(await sign_on(browser, idp))
    idp.claims = {"sub": "u2"}  # the same address, another subject
    await sign_on(browser, idp)
    assert [a.login for a in installation.store.accounts.list() if a.disabled_at is None] != [
        "ana@example.com"
    ]


async def test_only_a_verified_address_takes_an_account_over(
    installation: Any, browser: httpx.AsyncClient, idp: IdentityProvider
) -> None:
    mine = add_account(installation.store, "Ana", login="ana@example.com", roles=[StaffRole.ADMIN])
    idp.claims = {"email_verified": "true"}
    await sign_on(browser, idp)
    assert not installation.store.accounts.find("ana@example.com").external
    idp.claims = {"sub": "u2"}
    await sign_on(browser, idp)
    taken = installation.store.accounts.find("ana@example.com")
    assert (taken.id, taken.external, taken.roles) == (mine.id, True, {StaffRole.AGENT})


@pytest.mark.parametrize("name", ["", None, 5, "A\x1b[31m\u202e na", "x" * 500, "Ana Gil"])
async def test_an_odd_or_taken_name_is_made_presentable(
    installation: Any, browser: httpx.AsyncClient, idp: IdentityProvider, name: object
) -> None:
    add_account(installation.store, "ana gil", login="other")
    idp.claims = {"name": name}
    assert (await sign_on(browser, idp)).status_code == 200
    made = installation.store.accounts.find("ana@example.com").name
    assert made.isprintable()
    assert 0 < len(made) <= 64
    assert made.casefold() != "ana gil"


@pytest.mark.parametrize(
    ("endpoint", "answer"),
    [
        ("token", b"not json"),
        ("token", b"[" * 100_000),
        ("token", b"[]"),
        ("token", b"{}"),
        ("token", b'{"id_token": 5}'),
        ("token", b'{"id_token": "a.b.c"}'),
        ("token", b'{"id_token": "' + b"x" * 1_000_000),
        ("jwks", b'{"keys": "none"}'),
        ("jwks", b'{"keys": [{"kty": "RSA"}]}'),
        ("jwks", b"{}"),
    ],
)
async def test_a_provider_that_answers_nonsense_lets_nobody_in(
    browser: httpx.AsyncClient, idp: IdentityProvider, endpoint: str, answer: bytes
) -> None:
    idp.answer = {endpoint: answer}
    assert failed(await sign_on(browser, idp))


@pytest.mark.parametrize(
    "answer",
    [
        b"{}",
        b'{"issuer": "https://evil.example"}',
        b'{"issuer": "URL", "authorization_endpoint": "https://a.example"}',
        b'{"issuer": "URL", "authorization_endpoint": "http://10.0.0.1/a", '
        b'"token_endpoint": "http://10.0.0.1/t", "jwks_uri": "http://10.0.0.1/j"}',
    ],
)
async def test_a_provider_that_describes_itself_wrongly_is_not_used(
    browser: httpx.AsyncClient, idp: IdentityProvider, answer: bytes
) -> None:
    idp.answer = {"discovery": answer.replace(b"URL", idp.url.encode())}
    assert failed(await browser.get("/staff/oidc/start"))


async def test_a_slow_provider_is_given_up_on(
    idp: IdentityProvider,
) -> None:
    idp.answer, idp.drip = {"discovery": b" " * 4096 * 50}, 0.1
    provider = Provider(ProviderConfig(idp.url, CLIENT, SECRET, ROLES), seconds=0.3)
    began = time.monotonic()
    with pytest.raises(SignOnUnavailable):
        await provider.start("http://test/back")
    assert time.monotonic() - began < 3


async def test_a_lost_provider_leaves_sessions_alone(
    installation: Any, browser: httpx.AsyncClient, idp: IdentityProvider
) -> None:
    await sign_on(browser, idp)
    idp.answer = {"discovery": b"", "jwks": b"", "token": b""}
    installation.clock.ahead = timedelta(minutes=20)
    assert await signed_in(browser)


async def test_the_request_names_what_has_to_come_back(
    browser: httpx.AsyncClient, idp: IdentityProvider
) -> None:
    begun = await browser.get("/staff/oidc/start")
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["redirect_uri"] == ["http://test/staff/oidc/callback"]
    assert asked["scope"] == ["openid profile email"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name][0]) >= 40
    cookie = begun.headers["set-cookie"]
    for flag in ("HttpOnly", "SameSite=lax", "Path=/staff/oidc", "Max-Age=600"):
        assert flag in cookie


async def test_without_a_provider_there_is_no_such_door(http: httpx.AsyncClient) -> None:
    for path in ("start", "callback"):
        assert (await http.get(f"/staff/oidc/{path}")).status_code == 404


@pytest.mark.parametrize(
    "issuer", ["", "http://idp.example", "ftp://idp.example", "https://", "http://10.0.0.1"]
)
def test_an_issuer_without_https_is_refused_at_the_start(issuer: str) -> None:
    with pytest.raises(ConfigurationError, match="https"):
        ProviderConfig(issuer, CLIENT, SECRET, ROLES)
