"""Personal values sent by every field of every route must be nowhere afterwards.

The routes and their fields are read from the app itself, so a new one is walked without a change
here. The same walk with the gate open must find the values: else it would prove nothing.
"""

import asyncio
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from bot.api.access import Role
from bot.api.guarded_routes import guards_of
from bot.gate import Gate
from bot.vault import Vault
from bot.vault_keys import VaultKeys
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.redactor import RedactedText, Redaction
from tests.web.installation import Installation, install

ORIGIN = "http://help.test"
KEY = b"canary test key, 32 bytes long.."
CARD, EMAIL, PHONE, CVV = "5425233430109903", "zilla.quux@canary.example", "07911123456", "9173"
PIN = "91738264"  # eight digits, which chance does not bring
# What is searched for afterwards: the digits with up to two signs between them, the words as bytes.
TRACES = {
    "card": re.compile(rb"[^0-9]{0,2}".join(CARD.encode()[i : i + 1] for i in range(16))),
    "part of the card": re.compile(rb"2523[ -]?3430"),
    "e-mail": re.compile(rb"zilla|canary\.example", re.IGNORECASE),
    "phone": re.compile(rb"[^0-9]{0,2}".join(b"%d" % int(digit) for digit in PHONE[1:])),
    # Four digits turn up by chance in ids, times and figures: only beside their cue.
    "security code": re.compile(rb"cvv[^0-9]{0,12}9173(?![0-9])", re.IGNORECASE),
    "PIN": re.compile(PIN.encode()),
}
SENTENCES = (
    f"my card 5425 2334 3010 9903 cvv {CVV} and my PIN is {PIN}",
    f"mail {EMAIL} or call 07911 123456",
)
WORDS = (CARD, EMAIL, PHONE, f"card-{CARD}", f"en-{CARD[:8]}-{CARD[8:]}")
Body = dict[str, Any]  # JSON


class Open:
    """A gate's redactor that lets everything through."""

    def redact(
        self,
        text: str,
        placeholders: Mapping[str, str] | None = None,
        locale: str = "en",
        recent: Sequence[str] = (),
        asked: str = "",
    ) -> Redaction:
        del locale, recent, asked
        return Redaction(RedactedText(text), (), dict(placeholders or {}))


def closed(vault: Vault | None = None) -> Gate:
    return Gate(build_redactor(RedactionSettings(named_entities=False), KEY), vault=vault)


@dataclass
class Walk:
    """Sends values everywhere and remembers what came back.

    Attributes:
        answers: Every response, by what was asked.
        fields: Every field that a value was put into.
    """

    http: httpx.AsyncClient
    installation: Installation
    answers: dict[str, bytes] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    visitor: Body = field(default_factory=dict)
    ticket: str = ""
    turn: str = ""
    csrf: str = ""

    async def begin(self) -> None:
        """A conversation with a claimed ticket, and somebody signed in as an admin."""
        signed_in = await self.http.get(self.installation.sign_in_path())
        assert signed_in.status_code == 200
        page = (await self.http.get("/staff", headers={"Accept": "text/html"})).text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found, "the staff page has no form token"
        self.csrf = found[1]
        self.visitor = (await self.http.post("/v1/conversations", json={})).json()
        answered = await self.send("POST", self.own("/messages"), json={"text": "stolen"})
        self.turn = answered.json()["turn_id"]
        self.ticket = answered.json()["handoff"]["ticket_id"]
        claimed = await self.send("POST", f"/v1/handoffs/{self.ticket}/claim")
        assert claimed.status_code == 200, claimed.text

    async def elsewhere(self, route: APIRoute, method: str, schema: Body) -> None:
        """The same in a conversation that no agent holds, so that the assistant answers."""
        held, turn = self.visitor, self.turn
        self.visitor = (await self.http.post("/v1/conversations", json={})).json()
        answered = await self.send("POST", self.own("/messages"), json={"text": "hello"})
        self.turn = answered.json()["turn_id"]
        await self.route(route, method, schema)
        self.visitor, self.turn = held, turn

    def own(self, path: str) -> str:
        return f"/v1/conversations/{self.visitor['id']}{path}"

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request with everybody's credentials, and values in the headers that nobody reads."""
        headers = {
            "Origin": ORIGIN,
            "X-CSRF-Token": self.csrf,
            "User-Agent": f"Mozilla {EMAIL}",
            "Referer": f"{ORIGIN}/?card={CARD}",
            "X-Request-Id": CARD,
            "traceparent": f"00-{CARD}{CARD}-{CARD}-01",
            "Accept": "text/html" if not path.startswith("/v1/") else "application/json",
            **options.pop("headers", {}),
        }
        if path.startswith(("/v1/conversations/", "/v1/articles")):
            headers["Authorization"] = f"Bearer {self.visitor.get('token', '')}"
        return await self.http.request(method, path, headers=headers, **options)

    async def probe(self, what: str, method: str, path: str, **options: Any) -> None:
        if path.endswith("/events"):
            followed = await self.follow(path, str(options.get("params", "")))
            self.answers[f"{what} #{len(self.answers)}"] = followed
            return
        answered = await self.send(method, path, **options)
        assert answered.status_code != 500, what
        heads = "\n".join(f"{name}: {value}" for name, value in answered.headers.items())
        self.answers[f"{what} #{len(self.answers)}"] = heads.encode() + answered.content

    async def follow(self, path: str, query: str) -> bytes:
        """What a stream without end tells in its first moments, from the beginning on."""
        heads = {"authorization": f"Bearer {self.visitor['token']}", "last-event-id": "0"}
        scope: Body = {
            "type": "http", "method": "GET", "path": path, "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in heads.items()],
            "scheme": "http", "server": ("help.test", 80), "client": ("192.0.2.1", 1),
        }  # fmt: skip
        told = bytearray()
        asked = False

        async def receive() -> Body:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await asyncio.sleep(0.3)
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            told.extend(message.get("body", b""))

        await asyncio.wait_for(self.installation.app(scope, receive, send), 10)
        assert told
        return bytes(told)

    async def route(self, route: APIRoute, method: str, schema: Body) -> None:
        """Puts values into each field of one route in turn, the others filled in soundly."""
        path = self.filled(route.path)
        body = body_of(schema, route, method)
        for name in re.findall(r"\{(\w+)", route.path):
            for value in WORDS:
                self.fields.add(f"{method} {route.path} path {name}")
                wrong = self.filled(route.path, {name: value})
                await self.probe(f"{method} {route.path}", method, wrong, json=body.sound or None)
        for query in queries_of(route):
            for value in (*SENTENCES, *WORDS):
                self.fields.add(f"{method} {route.path} query {query}")
                params = {**dict.fromkeys(queries_of(route), "1"), query: value}
                await self.probe(f"{method} {route.path}?{query}", method, path, params=params)
        for name in body.texts:
            for value in (*SENTENCES, *WORDS):
                self.fields.add(f"{method} {route.path} body {name}")
                sent = {**body.sound, **self.known(body.sound), name: value}
                options = {"data": sent} if body.is_form else {"json": sent}
                await self.probe(f"{method} {route.path} {name}", method, path, **options)
        extra = {**body.sound, "surplus": SENTENCES[0], CARD: EMAIL}
        await self.probe(f"{method} {route.path} surplus", method, path, json=extra)
        await self.probe(
            f"{method} {route.path} no JSON", method, path, content=SENTENCES[0].encode()
        )

    def known(self, sound: Body) -> Body:
        real = {"turn_id": self.turn, "csrf_token": self.csrf}
        return {name: value for name, value in real.items() if name in sound}

    def filled(self, path: str, values: Mapping[str, str] | None = None) -> str:
        known = {
            "conversation_id": self.visitor["id"],
            "ticket_id": self.ticket,
            "article_id": "freeze-card",
            "domain_id": "cards",
            "name": "chat/main.js",
            **(values or {}),
        }
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: known.get(found[1], "1"), path)


@dataclass
class BodyFields:
    """A route's body: sound values, and the fields that take text."""

    sound: Body = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    is_form: bool = False


SOUND: Body = {
    "text": "stolen", "helpful": True, "turn_id": "", "placeholder": "[EMAIL_1]",
    "reason": "to look", "csrf_token": "", "login": "sam", "password": "a wrong password",
    "new": "short", "current": "",
}  # fmt: skip


def body_of(schema: Body, route: APIRoute, method: str) -> BodyFields:
    if route.body_field is None:
        return BodyFields()
    if not route.include_in_schema:
        names = [each.name for each in route.dependant.body_params]
        return BodyFields({name: SOUND.get(name, "") for name in names}, tuple(names), True)
    content = schema["paths"][route.path_format][method.lower()]["requestBody"]["content"]
    kind, found = next(iter(content.items()))
    shape = resolved(found["schema"], schema)
    properties = shape.get("properties", {})
    required = shape.get("required", [])
    texts = tuple(name for name, each in properties.items() if "string" in json.dumps(each))
    sound = {name: SOUND.get(name, "x") for name in required}
    return BodyFields(sound, texts, "form" in kind)


def resolved(shape: Body, schema: Body) -> Body:
    for each in [shape, *shape.get("anyOf", [])]:
        if "$ref" in each:
            found: Body = schema["components"]["schemas"][each["$ref"].rsplit("/", 1)[-1]]
            return found
    return shape


def queries_of(route: APIRoute) -> list[str]:
    return [each.alias for each in route.dependant.query_params]


def routes(app: FastAPI) -> Iterator[tuple[APIRoute, str]]:
    for route in all_routes(app.routes):
        for method in sorted(route.methods or ()):
            if method not in {"HEAD", "OPTIONS"}:
                yield route, method


def all_routes(found: Sequence[object]) -> Iterator[APIRoute]:
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        else:
            inner = getattr(route, "original_router", None) or getattr(route, "routes", None)
            yield from all_routes(getattr(inner, "routes", inner) or ())


class Log(logging.Handler):
    """All that is logged, as a handler without a filter has it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("httpx", "httpcore", "asyncio")):  # the visitor's side
            self.lines.append(self.format(record))


@dataclass
class Found:
    """Where values were found after a walk."""

    files: dict[str, list[str]]
    log: list[str]
    answers: dict[str, list[str]]
    fields: set[str]


async def walked(folder: Path, gate: Gate) -> Found:
    """Walks every route, closes the store, and looks everywhere."""
    made = install(folder, gate=gate)
    log = Log()
    root = logging.getLogger()
    level = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    transport = httpx.ASGITransport(app=made.app, client=("192.0.2.1", 1234))
    try:
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http:
            walk = Walk(http, made)
            await walk.begin()
            schema = made.app.openapi()
            ordered = sorted(routes(made.app), key=lambda each: ends_something(each[0].path))
            for route, method in ordered:
                await walk.route(route, method, schema)
                if "{conversation_id}" in route.path:
                    await walk.elsewhere(route, method, schema)
            await look_around(walk, made.app)
        log.lines += [repr(each) for each in made.assistant.seen]
        before = traces_in_files(folder)  # the database with its write-ahead log, still open
        made.store.close()
        files = {**before, **traces_in_files(folder)}
        answers = {
            what: hits for what, content in walk.answers.items() if (hits := traces(content))
        }
        found = [line for line in log.lines if traces(line.encode())]
        return Found(files, found, answers, walk.fields)
    finally:
        root.removeHandler(log)
        root.setLevel(level)
        made.store.close()


def ends_something(path: str) -> int:
    """Routes that end the ticket or the session come last."""
    return sum(word in path for word in ("resolve", "return", "sign-out", "password")) + (
        2 * ("sign-out" in path)
    )


async def look_around(walk: Walk, app: FastAPI) -> None:
    """Reads everything as another visitor, signed in to nothing."""
    transport = httpx.ASGITransport(app=app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as other:
        for route, method in routes(app):
            if method == "GET" and not route.path.endswith("/events"):
                answered = await other.get(walk.filled(route.path))
                walk.answers[f"another visitor {route.path}"] = answered.content


def traces(content: bytes) -> list[str]:
    return [name for name, pattern in TRACES.items() if pattern.search(content)]


def traces_in_files(folder: Path) -> dict[str, list[str]]:
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and (hits := traces(path.read_bytes())):
            found[path.name] = hits
    return found


async def test_no_value_sent_by_any_field_of_any_route_is_anywhere_afterwards(
    tmp_path: Path,
) -> None:
    found = await walked(tmp_path, closed())
    assert found.files == {}
    assert found.log == []
    assert found.answers == {}
    for wanted in ("text", "client_id", "note", "comment", "customer_ref", "locale", "reason"):
        assert any(each.endswith(f" body {wanted}") for each in found.fields), wanted
    assert sum(" query q" in each for each in found.fields) >= 3
    assert len(found.fields) > 40


async def test_the_same_holds_with_a_vault(tmp_path: Path) -> None:
    found = await walked(tmp_path, closed(Vault(VaultKeys(tmp_path))))
    # The agent who holds the ticket is given values, on purpose; nobody else and no file is.
    given = {what for what in found.answers if "/values" in what}
    assert (found.files, found.log, set(found.answers) - given) == ({}, [], set())


async def test_with_the_gate_open_the_walk_finds_them(tmp_path: Path) -> None:
    found = await walked(tmp_path, Gate(Open()))
    assert found.files["pages.db"] == list(TRACES)
    assert any("zilla" in line for line in found.log)  # what the assistant was shown
    shown = " ".join(found.answers)
    for route in (
        "GET /v1/conversations/",
        "/conversation surplus",
        "/events",
        "/reply",
        "/search?q",
        "/staff/try",
    ):
        assert route in shown, route


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.VISITOR, Role.STAFF])
async def test_the_walk_reaches_routes_of_every_role(role: Role, tmp_path: Path) -> None:
    app = install(tmp_path).app
    assert [route for route, _ in routes(app) if guards_of(route)[0].role is role]  # type: ignore[attr-defined]


def test_the_walk_knows_all_routes_of_the_schema(tmp_path: Path) -> None:
    app = install(tmp_path).app
    walked_paths = {route.path_format for route, _ in routes(app)}
    assert set(app.openapi()["paths"]) <= walked_paths
