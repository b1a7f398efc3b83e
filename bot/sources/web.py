"""Reads pages of one site over HTTP, politely and within bounds.

WebError             a page can't be read
└── UnwantedError    robots.txt asks not to read it

Each address, that of every redirect too, is looked up once, judged, and called as it was judged; it
must be of the same host. Requests keep a distance; a server that says when to come again is heeded.
"""

import asyncio
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from bot.helpdesk.caller import patience
from bot.helpdesk.helpdesk import HelpdeskUnavailable
from bot.helpdesk.network import Networks, NotAdmitted
from bot.helpdesk.pinned import Pinned
from bot.sources.source import Validators

AGENT = "firstline"
"""Our name in ``robots.txt``."""

_OWN_NETWORK = "; if it is a site in your own network, --allow-private reads it"
_USER_AGENT = f"Mozilla/5.0 (compatible; {AGENT}-import/1)"
_MOST_REDIRECTS = 5
_TRIES = 3
_BUSY = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_LONGEST_WAIT = 120.0


class WebError(Exception):
    """A page that can't be read; says why."""


class UnwantedError(WebError):
    """A page that ``robots.txt`` asks not to read."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may be spent.

    Attributes:
        rate: Requests a second.
        page_bytes: Of one answer, unpacked.
        total_bytes: Of all answers together.
        request_seconds: For one request, from the look-up of the name to the last byte.
        seconds: For everything.
    """

    rate: float = 4.0
    page_bytes: int = 5_000_000
    total_bytes: int = 1_000_000_000
    request_seconds: float = 30.0
    seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    Attributes:
        status: Its HTTP status.
        url: Where it came from, after redirects.
        kind: Its media type, small letters, without parameters.
        charset: As its header says; empty where it doesn't.
        body: Its bytes, unpacked.
        validators: For the next conditional request.
    """

    status: int
    url: str
    kind: str
    charset: str
    body: bytes
    validators: Validators


class Web:
    """Reads pages of one host; to be closed.

    Attributes:
        requests: Requests that were sent.

    Args:
        host: Host and port, as in an address.
        networks: Judges where requests go.
        bounds: What may be spent.
        sleep: Waits; the clock is ``time.monotonic``.
    """

    def __init__(
        self,
        host: str,
        networks: Networks,
        bounds: Bounds | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.requests = 0
        self._host = host
        self._bounds = bounds or Bounds()
        self._sleep = sleep
        self._way = _OWN_NETWORK if networks.is_public else ""
        self._distance = 1 / self._bounds.rate
        self._next = 0.0
        self._bytes = 0
        self._end = time.monotonic() + self._bounds.seconds
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            transport=Pinned(networks, httpx.create_ssl_context()),
            timeout=self._bounds.request_seconds,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": _USER_AGENT, "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def keep_distance(self, seconds: float) -> None:
        """Leave at least so many seconds between requests."""
        self._distance = max(self._distance, seconds)

    def spent(self) -> str:
        """Which bound is reached, empty while none is."""
        if self._bytes > self._bounds.total_bytes:
            return f"{self._bounds.total_bytes // 1_000_000:,} MB were read"
        if time.monotonic() > self._end:
            return f"{self._bounds.seconds / 60:.0f} minutes have passed"
        return ""

    def get(
        self,
        url: str,
        validators: Validators = Validators(),  # noqa: B008  it is frozen
        allows: Callable[[str], bool] = lambda _url: True,
        most: int | None = None,
    ) -> Reply:
        """Read a page, after redirects on the same host.

        Args:
            url: Its address.
            validators: What was said of it before; an unchanged page answers 304.
            allows: Whether an address may be read; asked again for each redirect.
            most: Bytes of the answer; as the bounds say where this is ``None``.

        Raises:
            WebError: It can't be read.
        """
        for _ in range(_MOST_REDIRECTS + 1):
            self._require(url, allows)
            reply, location = self._patiently(url, validators, most or self._bounds.page_bytes)
            if not location:
                return reply
            try:
                url = urljoin(url, location).partition("#")[0]
            except ValueError:
                raise WebError(f"is redirected to {location[:200]!r}, no address") from None
        raise WebError(f"is redirected more than {_MOST_REDIRECTS} times")

    def _require(self, url: str, allows: Callable[[str], bool]) -> None:
        try:
            parts = urlsplit(url)
            fits = same_host(url, self._host) and parts.scheme in {"http", "https"}
        except ValueError:
            fits = False
        if not fits or parts.username is not None or not url.isprintable():
            raise WebError(f"leads elsewhere, to {url[:200]}: only {self._host} is read")
        if not allows(url):
            raise UnwantedError("robots.txt asks not to read it")

    def _patiently(self, url: str, validators: Validators, most: int) -> tuple[Reply, str]:
        """The answer, and where it redirects to; a busy server is asked again."""
        for attempt in range(1, _TRIES + 1):
            self._keep_rate()
            try:
                reply, headers = self._runner.run(self._ask(url, validators, most))
            except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
                reason, wait = _told(error), 2.0**attempt
            except NotAdmitted as error:
                raise WebError(f"can't be called: {error}{self._way}") from None
            except HelpdeskUnavailable as error:
                raise WebError(f"can't be called: {error}") from None
            else:
                if reply.status not in _BUSY:
                    moved = reply.status in _MOVED
                    return reply, headers.get("location", "") if moved else ""
                asked = patience(headers.get("retry-after", ""))
                reason, wait = f"answered {reply.status}", 2.0**attempt if asked is None else asked
            if attempt == _TRIES or wait > _LONGEST_WAIT or time.monotonic() + wait > self._end:
                break
            self._sleep(wait)
        raise WebError(f"{reason}, after {attempt} {'try' if attempt == 1 else 'tries'}")

    def _keep_rate(self) -> None:
        now = time.monotonic()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._distance

    async def _ask(
        self, url: str, validators: Validators, most: int
    ) -> tuple[Reply, Mapping[str, str]]:
        self.requests += 1
        headers = {}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.modified:
            headers["If-Modified-Since"] = validators.modified
        async with (
            asyncio.timeout(self._bounds.request_seconds),
            self._client.stream("GET", url, headers=headers) as response,
        ):
            wanted = response.status_code == httpx.codes.OK
            body = await self._read(response, most) if wanted else b""
        told = response.headers
        return Reply(
            response.status_code,
            url,
            told.get("content-type", "").split(";")[0].strip().lower(),
            response.charset_encoding or "",
            body,
            Validators(told.get("etag", "")[:200], told.get("last-modified", "")[:100]),
        ), told

    async def _read(self, response: httpx.Response, most: int) -> bytes:
        """The bytes, unpacked no further than may be read: a small answer can hide a huge one."""
        packed = response.headers.get("content-encoding", "identity").lower()
        if packed not in {"identity", "gzip", "x-gzip", ""}:
            raise WebError(f"is packed as {packed[:20]}, which was not asked for")
        unpacker = zlib.decompressobj(wbits=31) if "gzip" in packed else None
        body = bytearray()
        async for piece in response.aiter_raw():
            try:
                body += unpacker.decompress(piece, most + 1) if unpacker else piece
            except zlib.error:
                raise WebError("is damaged: it can't be unpacked") from None
            if len(body) > most:
                raise WebError(f"is larger than {most / 1e6:.1f} MB")
        self._bytes += len(body)
        return bytes(body)


def same_host(url: str, host: str) -> bool:
    """Whether an address is of a host, port included."""
    parts = urlsplit(url)
    return _with_port(parts.netloc, parts.scheme) == _with_port(host, parts.scheme)


def _with_port(netloc: str, scheme: str) -> str:
    host = netloc.rpartition("@")[2].lower()
    return host.removesuffix(":443" if scheme == "https" else ":80")


def _told(error: Exception) -> str:
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return "did not answer in time"
    if isinstance(error, httpx.ConnectError):
        return "can't be reached"
    return f"broke off ({type(error).__name__})"
