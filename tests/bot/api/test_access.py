from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.staff import add_account, make_sign_in


async def test_a_forged_token_opens_nothing(visitor: Any) -> None:
    head, claims, _ = visitor.token.split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    for token in (
        "nonsense",
        f"{head}.{claims}.",
        f"{unsigned}.{claims}.",
        f"{visitor.token[:-4]}AAAA",
    ):
        visitor.token = token
        answered = await visitor.read()
        assert answered.status_code == 401, token
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
