from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import APIRouter

from bot.accounts import KeyScope, StaffRole
from bot.api.guarded_routes import require_guards
from bot.api_keys import make_key
from bot.errors import ConfigurationError
from bot.staff import add_account

OWN = {"Origin": "http://test"}
PASSWORD = "four unrelated green boats"  # noqa: S105  a made-up one
COOKIE = "firstline_staff"


@pytest.fixture
def ana(installation: Any) -> Any:
    account = add_account(installation.store, "Ana", login="ana@example.com")
    installation.staff.set_password(account, PASSWORD)
    return account


async def enter(http: httpx.AsyncClient, password: str, **headers: str) -> httpx.Response:
    return await http.post(
        "/staff/sign-in",
        data={"login": "ana@example.com", "password": password},
        headers=headers or OWN,
    )


async def test_a_password_opens_a_session_and_rotates_it(ana: Any, http: httpx.AsyncClient) -> None:
    first = (await enter(http, PASSWORD)).cookies[COOKIE]
    assert (await http.get("/v1/handoffs")).status_code == 200
    second = (await enter(http, PASSWORD)).cookies[COOKIE]
    assert first != second
    http.cookies = httpx.Cookies({COOKIE: first})
    assert (await http.get("/v1/handoffs")).status_code == 401


async def test_a_session_id_of_somebody_else_is_never_taken_over(
    ana: Any, http: httpx.AsyncClient
) -> None:
    http.cookies = httpx.Cookies({COOKIE: "chosen-by-an-attacker"})
    given = (await enter(http, PASSWORD)).cookies[COOKIE]
    assert given != "chosen-by-an-attacker"


async def test_a_wrong_password_leads_back_without_a_session(
    ana: Any, http: httpx.AsyncClient
) -> None:
    for _ in range(3):
        refused = await enter(http, "wrong")
        assert (refused.status_code, refused.headers["location"]) == (303, "/staff/enter?why=wrong")
        assert COOKIE not in refused.cookies
    assert "why=wait" in (await enter(http, PASSWORD)).headers["location"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://test.evil.example"])
async def test_another_site_cannot_sign_anybody_in(
    ana: Any, http: httpx.AsyncClient, origin: str
) -> None:
    assert (await enter(http, PASSWORD, Origin=origin)).status_code == 403


async def test_passwords_can_be_switched_off(ana: Any, kit: Any) -> None:
    async with kit.browser(passwords=False) as http:
        assert "why=off" in (await enter(http, PASSWORD)).headers["location"]


async def test_one_address_gets_twenty_tries_a_minute(ana: Any, http: httpx.AsyncClient) -> None:
    codes = [
        (
            await http.post("/staff/sign-in", data={"login": f"u{n}", "password": "x"}, headers=OWN)
        ).status_code
        for n in range(21)
    ]
    assert codes == [303] * 20 + [429]


async def test_a_password_is_set_once_and_changed_with_the_current_one(
    installation: Any, kit: Any, agent: Any
) -> None:
    async def change(**fields: str) -> str:
        answered = await agent.http.post(
            "/staff/password", data={"csrf_token": agent.form_token, **fields}, headers=OWN
        )
        return str(answered.headers["location"]).partition("why=")[2]

    async with kit.browser("192.0.2.3") as elsewhere:
        await kit.sign_in(elsewhere, "Ana")
        assert await change(new="short") == "weak"
        assert await change(new=PASSWORD) == "changed"
        assert (await elsewhere.get("/v1/handoffs")).status_code == 401
    assert (await agent.http.get("/v1/handoffs")).status_code == 200
    assert await change(new="five other unrelated boats") == "wrong"
    assert await change(new="five other unrelated boats", current=PASSWORD) == "changed"
    assert installation.staff.sign_in_with_password("ana", "five other unrelated boats", "here")


async def test_a_disabled_person_is_out_with_the_next_request(
    installation: Any, agent: Any
) -> None:
    account = installation.store.accounts.find("Ana")
    installation.store.accounts.disable(account.id, account.created_at)
    assert (await agent.http.get("/v1/handoffs")).status_code == 401


def bearer(installation: Any, role: StaffRole, scope: KeyScope, days: int = 1) -> dict[str, str]:
    key, _ = make_key(installation.store, role, now=installation.clock(), scope=scope, days=days)
    return {"Authorization": f"Bearer {key}"}


async def test_a_key_works_the_queue_without_cookie_or_form_token(
    installation: Any, visitor: Any
) -> None:
    ticket = (await visitor.post("/handoff", {})).json()["handoff"]["ticket_id"]
    headers = bearer(installation, StaffRole.AGENT, KeyScope.WRITE)
    url = f"/v1/handoffs/{ticket}"
    claimed = await visitor.http.post(f"{url}/claim", headers=headers)
    assert claimed.json()["claimed_by"] == "Agent key"
    said = await visitor.http.post(f"{url}/reply", json={"text": "Hello"}, headers=headers)
    assert said.status_code == 200
    assert (await visitor.http.post(f"{url}/resolve", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("role", "scope", "read", "write"),
    [
        (StaffRole.AGENT, KeyScope.WRITE, 200, 404),
        (StaffRole.ADMIN, KeyScope.WRITE, 200, 404),
        (StaffRole.AGENT, KeyScope.READ, 200, 403),
        (StaffRole.EVALUATOR, KeyScope.WRITE, 403, 403),
        (StaffRole.CONTENT_OWNER, KeyScope.WRITE, 403, 403),
    ],
)
async def test_a_key_does_what_its_role_and_scope_allow(
    installation: Any,
    http: httpx.AsyncClient,
    role: StaffRole,
    scope: KeyScope,
    read: int,
    write: int,
) -> None:
    headers = bearer(installation, role, scope)
    assert (await http.get("/v1/handoffs", headers=headers)).status_code == read
    assert (await http.post("/v1/handoffs/K-NONE/claim", headers=headers)).status_code == write


async def test_a_key_that_is_over_revoked_or_made_up_opens_nothing(
    installation: Any, http: httpx.AsyncClient
) -> None:
    headers = bearer(installation, StaffRole.AGENT, KeyScope.WRITE)
    installation.clock.ahead = timedelta(days=1)
    assert (await http.get("/v1/handoffs", headers=headers)).status_code == 401
    headers = bearer(installation, StaffRole.AGENT, KeyScope.WRITE)
    key_id = headers["Authorization"][11:19]
    installation.store.api_keys.revoke(key_id, installation.clock())
    for value in (headers["Authorization"], "Bearer flk_x", "Bearer " + "x" * 5000):
        answered = await http.get("/v1/handoffs", headers={"Authorization": value})
        assert answered.status_code == 401


async def test_a_key_has_no_password_and_no_page(
    installation: Any, http: httpx.AsyncClient
) -> None:
    headers = bearer(installation, StaffRole.ADMIN, KeyScope.WRITE)
    answered = await http.post("/staff/password", data={"new": PASSWORD}, headers=headers)
    assert answered.status_code == 401


def test_a_route_without_a_guard_stops_the_start() -> None:
    router = APIRouter()
    router.add_api_route("/open", lambda: None)
    outer = APIRouter()
    outer.include_router(router)
    for each in (router, outer):
        with pytest.raises(ConfigurationError, match="/open must declare exactly one guard"):
            require_guards([each])
