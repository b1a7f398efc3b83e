"""Calls to a helpdesk over HTTP: where they go is judged, what comes back is bounded.

No proxy is used and no redirect followed.
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.helpdesk.helpdesk import HelpdeskRefused, HelpdeskUnavailable
from bot.helpdesk.network import Networks
from bot.helpdesk.pinned import Pinned

SECONDS = 6.0
"""For one call, from the look-up of the name to the last byte: an attempt makes two or more."""

MOST_BYTES = 1024 * 1024
_NEVER = frozenset({400, 405, 406, 410, 411, 413, 414, 415, 422, 431})
"""Answers that the same call would get again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer.

    Attributes:
        status: Its HTTP status.
        body: What it says, as far as it was read.
    """

    status: int
    body: bytes

    def object(self) -> dict[str, Any]:
        """The JSON object that it says.

        Raises:
            HelpdeskUnavailable: It says none.
        """
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise HelpdeskUnavailable(f"answered {self.status} without a JSON object")
        return said


class Caller:
    """Calls one service.

    Args:
        address: What paths are added to.
        networks: Judges where calls go.
        headers: Sent with each call.
        seconds: For one call.
        context: What certificates are checked by; the usual authorities by default.
    """

    def __init__(
        self,
        address: str,
        networks: Networks,
        headers: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._address = address.rstrip("/")
        self._networks = networks
        self._headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        self._headers |= dict(headers or {})
        self._seconds = seconds
        self._context = context

    @property
    def host(self) -> str:
        """Whom it calls; the rest of an address may be a secret."""
        return urlsplit(self._address).hostname or ""

    async def get(self, path: str, **query: str | int) -> Heard:
        """Reads; see :meth:`send` for the errors."""
        url = httpx.URL(self._address + path, params=query)
        return await self._ask("GET", str(url), None, {}, wants_body=True)

    async def send(
        self,
        method: str,
        path: str,
        body: bytes | Mapping[str, object],
        headers: Mapping[str, str] | None = None,
        *,
        wants_body: bool = True,
    ) -> Heard:
        """Writes JSON, and gives an answer of success.

        Args:
            method: ``POST`` or ``PUT``.
            path: Added to the address.
            body: An object, or JSON as it is to be sent.
            headers: Sent beside the usual ones.
            wants_body: Whether what is answered matters, or its status alone.

        Raises:
            HelpdeskUnavailable: No answer, or one that may change: of a busy, broken or wrongly set
                service.
            HelpdeskRefused: An answer that the same call would get again.
        """
        told = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        every = {"Content-Type": "application/json", **(headers or {})}
        return await self._ask(method, self._address + path, told, every, wants_body=wants_body)

    async def _ask(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        wants_body: bool,
    ) -> Heard:
        if self._context is None:
            self._context = httpx.create_ssl_context()
        try:
            async with (
                asyncio.timeout(self._seconds),
                httpx.AsyncClient(
                    transport=Pinned(self._networks, self._context),
                    timeout=self._seconds,
                    follow_redirects=False,
                    trust_env=False,
                    headers=self._headers,
                ) as client,
                client.stream(method, url, content=body, headers=headers) as response,
            ):
                self._require(response)
                heard = await self._read(response) if wants_body else b""
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            raise HelpdeskUnavailable(f"{self.host}: {type(error).__name__}") from None
        return Heard(response.status_code, heard)

    async def _read(self, response: httpx.Response) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise HelpdeskUnavailable(f"{self.host} compresses its answers unasked")
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > MOST_BYTES:
                raise HelpdeskUnavailable(f"the answer of {self.host} is too long")
        return bytes(body)

    def _require(self, response: httpx.Response) -> None:
        status = response.status_code
        if 200 <= status < 300:
            return
        said = f"{self.host} answered {status}"
        if status in _NEVER:
            raise HelpdeskRefused(said)
        if 300 <= status < 400:
            said += ": redirects are not followed, set the address that it leads to"
        elif status in {401, 403}:
            said += ": see the key and what it may do"
        raise HelpdeskUnavailable(said, patience(response.headers.get("retry-after", "")))


def patience(asked: str) -> float | None:
    """Seconds that ``Retry-After`` asks for, in either of its forms."""
    asked = asked.strip()
    if asked.isascii() and asked.isdecimal():
        return float(asked[:9])
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
