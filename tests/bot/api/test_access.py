from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from bot.api.access import Role
from bot.api.app import ROUTERS
from bot.staff import add_account, make_sign_in
from bot.tokens import VisitorTokens

VISITOR_ROUTES = [
    ("POST", "/v1/conversations/{id}/messages", {"text": "freeze"}),
    ("GET", "/v1/conversations/{id}", None),
    ("POST", "/v1/conversations/{id}/handoff", {}),
    ("POST", "/v1/conversations/{id}/feedback", {"turn_id": "{turn}", "helpful": True}),
    ("POST", "/v1/conversations/{id}/token", None),
]
STAFF_ROUTES = [
    ("GET", "/v1/handoffs", None),
    ("GET", "/v1/handoffs/{ticket}", None),
    ("GET", "/v1/handoffs/{ticket}/conversation", None),
    ("POST", "/v1/handoffs/{ticket}/claim", None),
    ("POST", "/v1/handoffs/{ticket}/reply", {"text": "hi"}),
    ("POST", "/v1/handoffs/{ticket}/resolve", {}),
    ("POST", "/v1/handoffs/{ticket}/return", None),
    ("POST", "/staff/sign-out", None),
    ("POST", "/staff/password", None),
]


def routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def role_of(route: APIRoute) -> set[Role]:
    calls = [each.call for each in route.dependant.dependencies]
    return {role for call in calls if isinstance(role := getattr(call, "role", None), Role)}


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.path)
def test_every_route_declares_one_role(route: APIRoute) -> None:
    assert len(role_of(route)) == 1


def test_the_matrices_below_name_every_guarded_route() -> None:
    named = {
        (method, path.replace("{id}", "{conversation_id}").replace("{ticket}", "{ticket_id}"))
        for method, path, _ in VISITOR_ROUTES + STAFF_ROUTES
    }
    guarded = {
        (method, route.path)
        for route in routes()
        if role_of(route) != {Role.PUBLIC}
        for method in route.methods or ()
    }
    assert named == guarded


@pytest.mark.parametrize(("method", "path", "body"), VISITOR_ROUTES)
async def test_another_visitors_conversation_does_not_exist(
    kit: Any, visitor: Any, method: str, path: str, body: dict[str, object] | None
) -> None:
    turn = (await visitor.say("freeze")).json()["turn_id"]
    other = await kit.arrive(visitor.http)
    if body and "turn_id" in body:
        body = {**body, "turn_id": turn}
    codes = []
    for id_ in (visitor.id, "no-such-conversation"):
        answered = await visitor.http.request(
            method, path.format(id=id_), json=body, headers=other.headers
        )
        codes.append((answered.status_code, answered.text))
    assert codes[0] == codes[1]
    assert codes[0][0] == 404
    assert len((await visitor.read()).json()["turns"]) == 2
    own = await visitor.http.request(
        method, path.format(id=visitor.id), json=body, headers=visitor.headers
    )
    assert own.status_code in {200, 204}


@pytest.mark.parametrize(("method", "path", "body"), VISITOR_ROUTES)
async def test_without_a_good_token_nothing_opens(
    kit: Any, visitor: Any, method: str, path: str, body: dict[str, object] | None
) -> None:
    head, claims, _ = visitor.token.split(".")
    foreign = VisitorTokens(kit.installation.keys.visitor, audience="elsewhere")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    bad = [
        None,
        "Bearer",
        "Basic YTpi",
        "Bearer nonsense",
        f"Bearer {head}.{claims}.",
        f"Bearer {unsigned}.{claims}.",
        f"Bearer {visitor.token[:-4]}AAAA",
        f"Bearer {foreign.issue(visitor.id).token}",
        f"Bearer {'x' * 5000}",
    ]
    for value in bad:
        headers = {} if value is None else {"Authorization": value}
        answered = await visitor.http.request(
            method, path.format(id=visitor.id), json=body, headers=headers
        )
        assert answered.status_code == 401, value
        assert answered.headers["content-type"] == "application/problem+json"
        assert answered.headers["www-authenticate"].startswith("Bearer")


async def test_an_expired_token_is_told_how_to_renew(installation: Any, visitor: Any) -> None:
    installation.clock.ahead = timedelta(minutes=16)
    refused = await visitor.say("freeze")
    assert refused.status_code == 401
    assert refused.json()["type"] == "urn:firstline:problem:token-expired"
    assert "/token" in refused.json()["detail"]
    renewed = await visitor.post("/token", None)
    assert set(renewed.json()) == {"id", "token", "expires_at"}
    visitor.token = renewed.json()["token"]
    assert (await visitor.say("freeze")).status_code == 200
    installation.clock.ahead = timedelta(hours=25)
    assert (await visitor.post("/token", None)).status_code == 401


@pytest.mark.parametrize(("method", "path", "body"), STAFF_ROUTES)
async def test_staff_routes_are_closed_to_everybody_else(
    visitor: Any, method: str, path: str, body: dict[str, object] | None
) -> None:
    ticket = (await visitor.post("/handoff", {})).json()["handoff"]["ticket_id"]
    url = path.format(ticket=ticket)
    for headers, cookies in (
        ({}, {}),
        (visitor.headers, {}),
        ({}, {"firstline_staff": "guess"}),
        ({"Origin": "http://test", "X-CSRF-Token": "guess"}, {"firstline_staff": visitor.token}),
    ):
        visitor.http.cookies = httpx.Cookies(cookies)
        answered = await visitor.http.request(method, url, json=body, headers=headers)
        assert answered.status_code == 401
        assert answered.json()["type"] == "urn:firstline:problem:sign-in"


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Origin": "http://test", "X-CSRF-Token": "{form}"}, True),
        ({"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": "{form}"}, True),
        ({"Origin": "http://test"}, False),
        ({"Origin": "http://test", "X-CSRF-Token": "wrong"}, False),
        ({"Origin": "http://test", "X-CSRF-Token": "é"}, False),
        ({"X-CSRF-Token": "{form}"}, False),
        ({"Origin": "null", "X-CSRF-Token": "{form}"}, False),
        ({"Origin": "http://test.evil.example", "X-CSRF-Token": "{form}"}, False),
        ({"Origin": "https://test", "X-CSRF-Token": "{form}"}, False),
        ({"Sec-Fetch-Site": "cross-site", "X-CSRF-Token": "{form}"}, False),
    ],
)
async def test_a_change_needs_our_own_page(
    visitor: Any, agent: Any, headers: dict[str, str], *, passes: bool
) -> None:
    ticket = (await visitor.post("/handoff", {})).json()["handoff"]["ticket_id"]
    filled = {
        name: value.replace("{form}", agent.form_token).encode() for name, value in headers.items()
    }
    answered = await agent.http.post(f"/v1/handoffs/{ticket}/claim", headers=filled)
    assert answered.status_code == (200 if passes else 403)


async def test_a_plain_form_carries_its_token_in_a_field(agent: Any) -> None:
    for token, status in ((agent.form_token, 204), ("wrong", 403)):
        answered = await agent.http.post(
            "/staff/sign-out", data={"csrf_token": token}, headers={"Origin": "http://test"}
        )
        if status == 204:
            assert answered.status_code == 204
            break
        assert answered.status_code == status


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(kit: Any) -> None:
    async with kit.browser(public_url="https://help.example.com") as http:
        await kit.sign_in(http, "Ana")
        answered = await http.get("/staff/sign-in", params={"token": "used"})
        assert answered.status_code == 401
    async with kit.browser(public_url="https://help.example.com") as http:
        store = kit.installation.store
        link = make_sign_in(store, add_account(store, "Sam"))
        cookie = (await http.get(f"/staff/sign-in?token={link}")).headers["set-cookie"]
        for flag in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=43200"):
            assert flag in cookie
        again = await http.get(f"/staff/sign-in?token={link}")
        assert again.status_code == 401
        assert "used or is too old" in again.text


async def test_a_session_ends_when_idle_and_on_signing_out(installation: Any, agent: Any) -> None:
    assert (await agent.http.get("/v1/handoffs")).status_code == 200
    installation.clock.ahead = timedelta(minutes=29)
    assert (await agent.http.get("/v1/handoffs")).status_code == 200
    installation.clock.ahead = timedelta(minutes=60)
    assert (await agent.http.get("/v1/handoffs")).status_code == 401


async def test_signing_out_ends_the_session_itself(agent: Any) -> None:
    cookie = agent.http.cookies["firstline_staff"]
    headers = {"Origin": "http://test", "X-CSRF-Token": agent.form_token}
    assert (await agent.http.post("/staff/sign-out", headers=headers)).status_code == 204
    agent.http.cookies = httpx.Cookies({"firstline_staff": cookie})
    assert (await agent.http.get("/v1/handoffs")).status_code == 401
