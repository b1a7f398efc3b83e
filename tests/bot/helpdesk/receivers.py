"""Helpdesks on the loopback, as faithful as their documentation, whose answers tests can spoil.

A spoilt write is taken all the same, unless the fault says that it was refused: that is what makes
a second ticket at a helpdesk whose client does not look first.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

SECRET = "a-secret-token-of-the-tests"  # noqa: S105  opens nothing
SIGNING_KEY = bytes(range(32))


class Fault(StrEnum):
    """How the answer to the next request is spoilt."""

    BUSY = "busy"
    BROKEN = "broken"
    REDIRECT = "redirect"
    REFUSED = "refused"
    LATE = "late"
    CUT = "cut"
    GARBAGE = "garbage"
    WRONG = "wrong"
    HUGE = "huge"
    DRIP = "drip"
    DEEP = "deep"
    BOMB = "bomb"


REFUSING = {Fault.BUSY: 429, Fault.BROKEN: 500, Fault.REDIRECT: 302, Fault.REFUSED: 422}
"""Faults of a helpdesk that takes nothing."""


@dataclass
class Asked:
    """A request."""

    method: str
    path: str
    query: dict[str, str]
    headers: Any
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Received:
    """What a helpdesk has.

    Attributes:
        tickets: Text of each ticket by its own number or id there.
        messages: Texts that were added, in order.
        faults: Of the next writes, the first first.
        read_faults: Of the next reads.
        asked: Method and path of each request.
        raw: Everything that came in, as it came.
        redirected: Requests at the address that redirects name: none may come.
    """

    tickets: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    read_faults: deque[Fault] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    redirected: int = 0
    url: str = ""
    port: int = 0
    patience: float = 2.0
    accepts: str = SECRET
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> tuple[int, Any]:
        raise NotImplementedError

    def says(self, text: str, *, internal: bool = False, by_customer: bool = False) -> None:
        """Somebody writes in the newest ticket."""
        raise NotImplementedError

    def solves(self) -> None:
        """An agent closes the newest ticket."""
        raise NotImplementedError


class Hook(Received):
    """Takes each ``webhook-id`` once, after checking the signature."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.signed: list[str] = []

    def answer(self, asked: Asked) -> tuple[int, Any]:
        key, at = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
        right = hmac.digest(SIGNING_KEY, f"{key}.{at}.".encode() + asked.raw, hashlib.sha256)
        offered = asked.headers["webhook-signature"].split(" ")
        if f"v1,{base64.b64encode(right).decode()}" not in offered:
            return 401, {}
        if abs(time.time() - int(at)) > 300:
            return 400, {}
        self.signed.append(asked.headers["webhook-signature"])
        if key not in self.seen:
            self.seen.add(key)
            data = asked.body["data"]
            if asked.body["type"] == "ticket.opened":
                self.tickets[data["external_id"]] = f"{data['subject']}\n{data['text']}"
            else:
                self.messages.append(data["turn"]["text"])
        return 200, {}


class Zendesk(Received):
    """Tickets with external ids that are not unique, and idempotency keys for new ones."""

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[Any, dict[str, Any]]] = {}
        self.forgets_keys = False

    def answer(self, asked: Asked) -> tuple[int, Any]:
        pair = base64.b64encode(f"ana@example.com/token:{self.accepts}".encode()).decode()
        if asked.headers.get("Authorization") != f"Basic {pair}":
            return 401, {"error": "Couldn't authenticate you"}
        path = asked.path.removeprefix("/api/v2/tickets").removesuffix(".json").split("/")
        if asked.method == "GET":
            return 200, self._read(path, asked.query)
        if asked.method == "POST":
            return self._make(asked.headers.get("Idempotency-Key"), asked.body["ticket"])
        self._comment(path[1], asked.body["ticket"]["comment"])
        return 200, {"ticket": self.made[path[1]]}

    def _read(self, path: list[str], query: dict[str, str]) -> Any:
        match path:
            case [""]:
                every = self.made.values()
                return {"tickets": [t for t in every if t["external_id"] == query["external_id"]]}
            case ["", "show_many"]:
                wanted = query["ids"].split(",")
                return {"tickets": [self.made[n] for n in wanted if n in self.made]}
            case ["", number, "comments"]:
                users = [
                    {"id": 1, "name": "Ana Agent", "role": "agent"},
                    {"id": 2, "name": "Somebody", "role": "end-user"},
                ]
                return {"comments": self.made[number]["comments"][::-1], "users": users}
        raise AssertionError(path)

    def _make(self, key: str | None, ticket: dict[str, Any]) -> tuple[int, Any]:
        if key in self.keys and not self.forgets_keys:
            before, made = self.keys[key]
            return (201, {"ticket": made}) if before == ticket else (400, {"error": "Idempotent"})
        number = str(len(self.made) + 41)
        first = {**ticket["comment"], "id": 1, "author_id": 1}
        self.made[number] = {**ticket, "id": int(number), "comments": [first], "status": "new"}
        self.tickets[number] = f"{ticket['subject']}\n{ticket['comment']['body']}"
        if key is not None:
            self.keys[key] = ticket, self.made[number]
        return 201, {"ticket": self.made[number]}

    def _comment(self, number: str, comment: dict[str, Any]) -> None:
        assert comment["public"] is False
        self._add(number, comment)
        self.messages.append(comment["body"])

    def _add(self, number: str, comment: dict[str, Any]) -> None:
        made = self.made[number]
        comments = made["comments"]
        comments.append({"id": len(comments) + 1, "author_id": 1, **comment})
        made["updated_at"] = f"2026-11-23T09:00:{len(comments):02}Z"

    def says(self, text: str, *, internal: bool = False, by_customer: bool = False) -> None:
        author = 2 if by_customer else 1
        self._add(max(self.made), {"body": text, "public": not internal, "author_id": author})

    def solves(self) -> None:
        self.made[max(self.made)]["status"] = "solved"


class Chatwoot(Received):
    """Contacts with unique identifiers, conversations and messages that are not."""

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[str, int] = {}
        self.conversations: dict[int, dict[str, Any]] = {}

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("api_access_token") != self.accepts:
            return 401, {"errors": ["You need to sign in or sign up before continuing."]}
        path = asked.path.removeprefix("/api/v1/accounts/3/").split("/")
        if asked.method == "GET" and len(path) == 2 and path[0] == "conversations":
            known = self.conversations.get(int(path[1]))
            return (
                (404, {"error": "Resource could not be found"}) if known is None else (200, known)
            )
        if asked.method == "GET":
            return 200, {"payload": self._listed(path, asked.query)}
        return self._made(path, asked.body)

    def _listed(self, path: list[str], query: dict[str, str]) -> list[Any]:
        match path:
            case ["contacts", "search"]:
                found = [(c, i) for i, c in self.contacts.items() if query["q"] in i]
                return [{"id": c, "identifier": i} for c, i in found]
            case ["contacts", contact, "conversations"]:
                every = self.conversations.values()
                return [c for c in every if c["contact_id"] == int(contact)]
            case ["conversations", number, "messages"]:
                newest: list[Any] = self.conversations[int(number)]["messages"][-20:]
                return newest
        raise AssertionError(path)

    def _made(self, path: list[str], body: Any) -> tuple[int, Any]:
        match path:
            case ["contacts"]:
                if body["identifier"] in self.contacts:
                    return 422, {"message": "Identifier has already been taken"}
                number = self.contacts[body["identifier"]] = len(self.contacts) + 1
                return 200, {"payload": {"contact": {"id": number}, "contact_inbox": {}}}
            case ["conversations"]:
                number = len(self.conversations) + 1
                first = {**body["message"], "id": 1, "message_type": 1}
                identifier = {i: c for c, i in self.contacts.items()}[body["contact_id"]]
                self.conversations[number] = {
                    **body,
                    "id": number,
                    "messages": [first],
                    "meta": {"sender": {"identifier": identifier}},
                    "last_activity_at": 1,
                }
                assert body["message"]["private"] is True
                self.tickets[str(number)] = body["message"]["content"]
                return 200, {"id": number}
            case ["conversations", known, "messages"]:
                assert body["message_type"] == "incoming"
                self._add(int(known), {**body, "message_type": 0})
                self.messages.append(body["content"])
                return 200, {"id": 1}
        raise AssertionError(path)

    def _add(self, number: int, message: dict[str, Any]) -> None:
        known = self.conversations[number]
        known["messages"].append({"id": len(known["messages"]) + 1, **message})
        known["last_activity_at"] += 1

    def says(self, text: str, *, internal: bool = False, by_customer: bool = False) -> None:
        message = {"content": text, "private": internal, "message_type": 0 if by_customer else 1}
        kind = "contact" if by_customer else "user"
        self._add(
            max(self.conversations), {**message, "sender": {"name": "Ana Agent", "type": kind}}
        )

    def solves(self) -> None:
        self.conversations[max(self.conversations)]["status"] = "resolved"


class _Handler(BaseHTTPRequestHandler):
    received: Received

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        url = urlsplit(self.path)
        got = self.received
        got.asked.append(f"{self.command} {url.path}")
        got.raw.append(f"{self.path}\n{self.headers}".encode() + raw)
        if url.path == "/elsewhere":
            got.redirected += 1
            return
        faults = got.read_faults if self.command == "GET" else got.faults
        fault = faults.popleft() if faults else None
        if fault in REFUSING:
            self._say(REFUSING[fault], b"{}")
            return
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        with got.lock:
            asked = Asked(self.command, url.path, query, self.headers, raw)
            status, said = got.answer(asked)
        self._spoil(fault, status, json.dumps(said).encode())

    def _spoil(self, fault: Fault | None, status: int, said: bytes) -> None:
        match fault:
            case None:
                self._say(status, said)
            case Fault.LATE:
                time.sleep(self.received.patience)
            case Fault.GARBAGE:
                self._say(status, b"<html>\xff\xfe it works </html>")
            case Fault.WRONG:
                self._say(status, b'[{"id": "first"}]')
            case Fault.DEEP:
                self._say(status, b"[" * 200_000)
            case Fault.BOMB:
                self._say(status, b"\x1f\x8b" + bytes(1000), "gzip")
            case Fault.HUGE:
                self._head(status, 1 << 30)
                self._pour(bytes(1 << 16), 1 << 14, 0.0)
            case Fault.DRIP:
                self._head(status, 1 << 20)
                self._pour(b" ", 1 << 20, 0.02)
            case _:
                self.connection.close()

    def _pour(self, piece: bytes, times: int, pause: float) -> None:
        until = time.monotonic() + self.received.patience
        try:
            for _ in range(times):
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(pause)
                if time.monotonic() > until:
                    return
        except OSError:
            return

    def _say(self, status: int, body: bytes, encoding: str = "") -> None:
        self._head(status, len(body), encoding)
        self.wfile.write(body)

    def _head(self, status: int, length: int, encoding: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        if status == 429:
            self.send_header("Retry-After", "7")
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    do_GET = do_POST = do_PUT = _serve

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some tests are about."""


@contextmanager
def http_receiver(received: Received) -> Iterator[Received]:
    """Serves a helpdesk over HTTP."""
    handler = type("Handler", (_Handler,), {"received": received})
    server = _Server(("127.0.0.1", 0), handler)
    received.port = server.server_port
    received.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Mail(Received):
    """A mail box that shows mails of one id once, and follows threads."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Any] = []
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self.faults.popleft() if self.faults else None
        said = {Fault.BUSY: "451 later", Fault.BROKEN: "421 broken", Fault.REFUSED: "554 no"}
        if fault in said:
            return said[fault]
        content = envelope.content
        assert isinstance(content, bytes)
        self.raw.append(content)
        mail = message_from_bytes(content, policy=policy.default)
        self._keep(mail)
        self.encrypted.append(session.ssl is not None)
        return await self._spoil(fault, server)

    def _keep(self, mail: Any) -> None:
        self.mails.append(mail)
        text = mail.get_content()
        first = mail["In-Reply-To"] is None
        known = {m["Message-ID"] for m in self.mails[:-1]}
        if mail["Message-ID"] in known:
            return
        if first:
            self.tickets[mail["Message-ID"]] = f"{mail['Subject']}\n{text}"
        else:
            assert mail["In-Reply-To"] in self.tickets
            self.messages.append(text)

    async def _spoil(self, fault: Fault | None, server: SMTP) -> str:
        transport: Any = server.transport
        match fault:
            case Fault.LATE:
                await asyncio.sleep(self.patience)
            case Fault.CUT:
                transport.abort()
            case Fault.GARBAGE | Fault.WRONG:
                return "it worked, I think"
            case Fault.HUGE:
                for _ in range(200):
                    transport.write(b"250-" + b"x" * 1000 + b"\r\n")
            case Fault.DRIP:
                until = time.monotonic() + self.patience
                while time.monotonic() < until and not transport.is_closing():
                    transport.write(b"2")
                    await asyncio.sleep(0.02)
        return "250 OK"


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # the library's


@contextmanager
def mail_receiver(received: Mail, **options: Any) -> Iterator[Mail]:
    """Serves a mail box over SMTP."""
    controller = _AnyPort(received, hostname="127.0.0.1", port=0, **options)
    controller.start()
    received.port = controller.port
    try:
        yield received
    finally:
        controller.stop()


def authenticator(user: str, password: str) -> Any:
    """Lets one user in."""

    def check(*args: Any) -> AuthResult:
        given = args[-1]
        right = isinstance(given, LoginPassword) and given == LoginPassword(
            user.encode(), password.encode()
        )
        return AuthResult(success=right, handled=False)

    return check
