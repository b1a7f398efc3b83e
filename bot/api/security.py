"""What every response carries and every request obeys: headers, sizes, time, and a quiet log."""

import asyncio
import logging
import re
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.problems import Problem, too_intricate, too_large, unexpected
from bot.metrics import Metrics
from bot.spans import Tracer, span, traced

access_log = logging.getLogger("bot.api.access")
logger = logging.getLogger(__name__)

API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; img-src 'self' data: https:"
)


def page_policy(frame_ancestors: tuple[str, ...] = ()) -> str:
    """The content security policy of a page: our own files alone, no inline script.

    Args:
        frame_ancestors: Origins whose pages may frame it; nobody when empty.
    """
    framers = " ".join(frame_ancestors) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {framers}"
    )


DEEPEST = 32
"""Levels of nesting; our own bodies have three at most."""

MOST_FIELDS = 200
"""Fields of all objects together; our own bodies have five at most."""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NO_BRACKET = re.compile(rb"[^\[\]{}]+")


class Shield:
    """The outermost layer: safe headers, one log line without text, no trace to the outside.

    A route that sets one of the headers itself keeps its own.

    Args:
        app: What it wraps.
        debug: Whether the interactive API pages may load their scripts.
        metrics: Counts every request, if wanted.
        tracer: Traces every request that changes something, if wanted.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        debug: bool = False,
        metrics: Metrics | None = None,
        tracer: Tracer | None = None,
    ) -> None:
        self._app = app
        self._tracer = tracer
        self._debug = debug
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._tracer is None or scope["method"] in _READS:
            await self._serve(scope, receive, send)
        else:
            with traced(self._tracer), span("request") as seen:
                status = await self._serve(scope, receive, send)
                seen.rename(f"{scope['method']} {_template(scope)}")
                seen.note(route=_template(scope), status=status)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> int:
        began = time.perf_counter()
        status = 0

        async def shielded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._protect(scope, MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, shielded)
        except Exception as error:  # noqa: BLE001  nothing of it may reach the visitor
            logger.error("request failed %s", _places(error))  # noqa: TRY400  no words of it
            if not status:
                await unexpected().response()(scope, receive, shielded)
        finally:
            method, route = scope["method"], _template(scope)
            seconds = time.perf_counter() - began
            access_log.info(
                "method=%s route=%s status=%d ms=%.1f", method, route, status, seconds * 1000
            )
            if self._metrics is not None:
                self._metrics.request(method, route, status, seconds)
        return status

    def _protect(self, scope: Scope, headers: MutableHeaders) -> None:
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("Content-Security-Policy", self._policy(scope, headers))
        if scope["path"].startswith(("/v1/", "/staff")):
            headers.setdefault("Cache-Control", "no-store")

    def _policy(self, scope: Scope, headers: MutableHeaders) -> str:
        if self._debug and scope["path"] == "/docs":
            return DOCS_POLICY
        html = headers.get("Content-Type", "").startswith("text/html")
        return page_policy() if html else API_POLICY


class BodyLimit:
    """Reads a request's body whole before the route runs, up to a size, a depth and a time.

    Args:
        app: What it wraps.
        size: Most bytes.
        seconds: How long it may take to arrive.
    """

    def __init__(self, app: ASGIApp, *, size: int, seconds: float) -> None:
        self._app = app
        self._size = size
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read(scope, receive)
        except TimeoutError:
            body = Problem(408, "too-slow", "The request took too long", "Send it again.")
        if isinstance(body, Problem):
            await body.response()(scope, receive, send)
        elif body is not None:
            await self._app(scope, _replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | Problem | None:
        """The body, why it is refused, or ``None`` when the sender has gone."""
        announced = Headers(scope=scope).get("Content-Length", "0")
        if not announced.isdecimal() or int(announced) > self._size:
            return too_large(self._size)
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self._size:
                return too_large(self._size)
            more = message.get("more_body", False)
        if is_deep(body) or body.count(b":") > MOST_FIELDS < _STRING.sub(b"", body).count(b":"):
            return too_intricate(DEEPEST, MOST_FIELDS)
        return bytes(body)


def is_deep(body: bytes | bytearray) -> bool:
    """Whether brackets outside of strings nest more than ``DEEPEST`` levels, in one quick pass."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return False
    depth = 0
    for bracket in _NO_BRACKET.sub(b"", _STRING.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replayed() -> MutableMapping[str, Any]:  # Any: ASGI's own message type
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _template(scope: Scope) -> str:
    """The route's template, never the path: a path can hold a name or a number."""
    return str(getattr(scope.get("route"), "path", "-"))


def _places(error: Exception) -> str:
    """Where it broke, without the message: that may quote a customer."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"error={type(error).__name__} at={places}"
