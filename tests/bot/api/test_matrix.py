"""Every route × every kind of caller. The routes come from the application: none is listed here."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from bot.accounts import KeyScope, StaffRole, may
from bot.api.access import Role
from bot.api.app import ROUTERS, create_app
from bot.api.guarded_routes import api_routes, guards_of
from bot.api.options import ApiOptions, Rates
from bot.api.pages import PagePolicy, Pages
from bot.api.printing import PageSources
from bot.api_keys import make_key
from bot.tokens import VisitorTokens
from bot.web.brand import Brand
from bot.web.catalogue import Catalogue

ORIGIN = {"Origin": "http://test"}
SAFE = {"GET", "HEAD", "OPTIONS"}
PASSED = 299
"""Stands for a stream that goes on: its guard let the caller through."""


def pages() -> Pages:
    async def explain(_raw: str) -> Any:
        raise AssertionError

    return Pages(
        PageSources(
            catalogue=lambda: Catalogue(()),
            staff_search=lambda _text, _limit: (),
            passage=lambda _id: None,
            explain=explain,
            brand=Brand,
        ),
        PagePolicy(),
    )


def routes() -> list[tuple[str, APIRoute]]:
    found = api_routes(r for router in (*ROUTERS, pages().router) for r in router.routes)
    return [(method, route) for route in found for method in sorted(route.methods or ())]


ROUTES = routes()
by_role = {
    role: [
        pytest.param(method, route, id=f"{method} {route.path}")
        for method, route in ROUTES
        if getattr(guards_of(route)[0], "role", None) is role
    ]
    for role in Role
}


def let_through(answer: tuple[int, str]) -> bool:
    """Whether the guard did not refuse; what the route itself says after that is its own affair."""
    status, text = answer
    kinds = ("role", "scope", "form-token", "foreign-origin")
    ours = not text or any(f'"urn:firstline:problem:{kind}"' in text for kind in kinds)
    return not (status == 401 or (status == 403 and ours))


def open_to_visitors() -> Iterator[object]:
    """Routes of the API that need no sign-in."""
    for method, route in ROUTES:
        role = getattr(guards_of(route)[0], "role", None)
        if role is not Role.STAFF and route.path.startswith("/v1/"):
            yield pytest.param(method, route, id=f"{method} {route.path}")


@dataclass
class Scene:
    """A conversation with a ticket, and everybody who might knock."""

    installation: Any
    kit: Any
    http: httpx.AsyncClient
    visitor: Any
    ticket: str

    async def call(
        self,
        method: str,
        route: APIRoute,
        headers: dict[str, str] | None = None,
        cookie: str | None = None,
        conversation: str | None = None,
    ) -> tuple[int, str]:
        filled = {
            "conversation_id": conversation or self.visitor.id,
            "ticket_id": self.ticket,
            "article_id": "cards/freeze",
        }
        url = re.sub(
            r"\{(\w+)(?::path)?\}", lambda found: filled.get(found.group(1), "x"), route.path
        )
        self.http.cookies = httpx.Cookies({"firstline_staff": cookie} if cookie else {})
        body: dict[str, str] | None = None if method in SAFE else {}
        try:
            # A stream that was let through goes on until it is left; all else is only slow.
            async with asyncio.timeout(3 if route.path.endswith("/events") else 60):
                answered = await self.http.request(
                    method, url, json=body, headers={**ORIGIN, **(headers or {})}
                )
        except TimeoutError:
            return PASSED, ""
        return answered.status_code, answered.text

    async def session(self, role: StaffRole) -> tuple[dict[str, str], str]:
        async with self.kit.browser("192.0.2.50") as http:
            agent = await self.kit.sign_in(http, f"A {role.value}", role)
            return {"X-CSRF-Token": agent.form_token}, http.cookies["firstline_staff"]

    def key(self, role: StaffRole, scope: KeyScope = KeyScope.WRITE) -> dict[str, str]:
        now = self.installation.clock()
        key, _ = make_key(self.installation.store, role, now=now, scope=scope)
        return {"Authorization": f"Bearer {key}"}

    def tokens(self, ahead: timedelta = timedelta(0), audience: str = "default") -> VisitorTokens:
        def clock() -> Any:
            return self.installation.clock() + ahead

        key = self.installation.keys.visitor
        return VisitorTokens(key, audience=audience, clock=clock)

    def token(self, **changed: Any) -> dict[str, str]:
        issued = self.tokens(**changed).issue(self.visitor.id)
        return {"Authorization": f"Bearer {issued.token}"}


@pytest.fixture
async def scene(installation: Any, kit: Any) -> Any:
    plenty = ApiOptions(
        rates=Rates(**dict.fromkeys(Rates.__dataclass_fields__, 10_000)),
    )
    app = create_app(installation, plenty, routers=[pages().router])
    transport = httpx.ASGITransport(app=app, client=("192.0.2.60", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        visitor = await kit.arrive(http)
        ticket = (await visitor.post("/handoff", {})).json()["handoff"]["ticket_id"]
        yield Scene(installation, kit, http, visitor, ticket)


@pytest.mark.parametrize(("method", "route"), [*open_to_visitors()])
async def test_every_route_for_everybody_has_a_rate(
    scene: Scene, method: str, route: APIRoute
) -> None:
    none = Rates(**dict.fromkeys(Rates.__dataclass_fields__, 0))
    app = create_app(scene.installation, ApiOptions(rates=none))
    field = route.body_field
    named = getattr(field.field_info.annotation if field else None, "model_fields", {})
    right = {"text": "a", "turn_id": "t", "helpful": True, "solved": True, "score": 5,
             "email": "a@example.com"}  # fmt: skip
    body = {name: value for name, value in right.items() if name in named}
    transport = httpx.ASGITransport(app=app)
    url = route.path.replace("{conversation_id}", scene.visitor.id).replace(
        "{article_id:path}", "cards/freeze"
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        answered = await http.request(
            method,
            url,
            params={"q": "freeze"},
            json=None if method in SAFE else body,
            headers=scene.visitor.headers,
        )
    assert answered.status_code == 429, answered.text
    assert 1 <= int(answered.headers["retry-after"]) <= 60


def test_every_route_of_the_application_is_walked(installation: Any) -> None:
    app = create_app(installation, routers=[pages().router])
    described = {
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    walked = {(method, route.path.replace(":path}", "}")) for method, route in ROUTES}
    assert described <= walked
    assert sum(map(len, by_role.values())) == len(ROUTES)


@pytest.mark.parametrize(("method", "route"), by_role[Role.VISITOR])
async def test_a_conversation_is_its_own_visitors_alone(
    scene: Scene, method: str, route: APIRoute
) -> None:
    other = (await scene.kit.arrive(scene.http)).headers
    foreign = await scene.call(method, route, other)
    assert foreign == await scene.call(method, route, other, conversation="no-such-conversation")
    assert foreign[0] == 404
    renews = route.path.endswith("/token")
    _, session = await scene.session(StaffRole.ADMIN)
    refused = [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": f"Bearer {'x' * 5000}"},
        scene.token(audience="elsewhere"),
        scene.token(ahead=timedelta(days=-2)),
        scene.key(StaffRole.ADMIN),
        *([] if renews else [scene.token(ahead=timedelta(minutes=-16))]),
    ]
    for headers in refused:
        assert (await scene.call(method, route, headers))[0] == 401
        assert (await scene.call(method, route, headers, cookie=session))[0] == 401
    assert (await scene.call(method, route, scene.visitor.headers))[0] not in {401, 403, 404}


@pytest.mark.parametrize(("method", "route"), by_role[Role.STAFF])
async def test_a_staff_route_is_for_its_roles_alone(
    scene: Scene, method: str, route: APIRoute
) -> None:
    guard: Any = guards_of(route)[0]
    for headers in (
        {},
        scene.visitor.headers,
        scene.token(ahead=timedelta(minutes=-16)),
        {"Authorization": "Bearer flk_00000000_x"},
    ):
        assert (await scene.call(method, route, headers))[0] == 401
    assert (await scene.call(method, route, cookie=scene.visitor.token))[0] == 401
    for role in StaffRole:
        allowed = may({role}, guard.roles)
        for scope in KeyScope:
            answer = await scene.call(method, route, scene.key(role, scope))
            enough = scope is KeyScope.WRITE or method in SAFE
            if not guard.keys:
                assert answer[0] == 401
            else:
                assert let_through(answer) == (allowed and enough), (role, scope)
        headers, session = await scene.session(role)
        if method not in SAFE:
            assert (await scene.call(method, route, {}, session))[0] == 403
            evil = {**headers, "Origin": "https://evil.example"}
            assert (await scene.call(method, route, evil, session))[0] == 403
        assert let_through(await scene.call(method, route, headers, session)) == allowed, role


@pytest.mark.parametrize(("method", "route"), by_role[Role.STAFF])
async def test_a_disabled_person_is_out_of_every_route_at_once(
    scene: Scene, method: str, route: APIRoute
) -> None:
    headers, session = await scene.session(StaffRole.ADMIN)
    store = scene.installation.store
    store.accounts.disable(store.accounts.find("A admin").id, scene.installation.clock())
    assert (await scene.call(method, route, headers, session))[0] == 401


@pytest.mark.parametrize(
    ("method", "route"),
    [
        pytest.param(method, route, id=f"{method} {route.path}")
        for method, route in ROUTES
        if getattr(guards_of(route)[0], "role", None) is Role.STAFF
        and (method not in SAFE or "{ticket_id}" in route.path)
    ],
)
async def test_what_staff_change_or_read_is_on_the_audit_chain(
    scene: Scene, method: str, route: APIRoute
) -> None:
    audit = scene.installation.store.audit
    headers, session = await scene.session(StaffRole.ADMIN)
    before = audit.verify().entries
    await scene.call(method, route, {}, cookie=scene.visitor.token)
    await scene.call(method, route, scene.visitor.headers)
    assert audit.verify().entries == before
    await scene.call(method, route, headers, session)
    entries = audit.entries(after=before)
    assert entries
    assert {entry.actor for entry in entries} == {"A admin"}
    if "{ticket_id}" in route.path:
        assert entries[0].object == f"ticket:{scene.ticket}"
    if method in SAFE:
        await scene.call(method, route, headers, session)
        assert audit.entries(after=before) == entries
    assert audit.verify().broken_at is None


@pytest.mark.parametrize(("method", "route"), by_role[Role.PUBLIC])
async def test_a_public_route_answers_everybody_alike(
    scene: Scene, method: str, route: APIRoute
) -> None:
    _, session = await scene.session(StaffRole.ADMIN)
    first = (await scene.call(method, route))[0]
    assert first < 500
    for headers, cookie in ((scene.visitor.headers, None), ({}, session)):
        assert (await scene.call(method, route, headers, cookie))[0] == first
