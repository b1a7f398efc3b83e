"""A help site on this machine: pages with ETags, a sitemap, a count of what was asked."""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answers."""

    status: int = 200
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Site:
    """A site.

    Attributes:
        pages: HTML, or a whole answer, by path.
        asked: How often each path was asked for.
        conditional: How often a page was answered by "not modified".
        on_request: Called with each path before it is answered.
    """

    address: str = ""
    pages: dict[str, "str | Answer"] = field(default_factory=dict)
    robots: str | Answer = Answer(404)
    asked: Counter[str] = field(default_factory=Counter)
    conditional: int = 0
    sitemap: bytes | None = None
    on_request: Callable[[str], None] = lambda _path: None

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def answer(self, path: str) -> Answer:
        if path == "/robots.txt":
            found: str | Answer | None = self.robots
        elif path == "/sitemap.xml":
            return Answer(200, self.sitemap or self._listed(), "application/xml")
        else:
            found = self.pages.get(path)
        if found is None:
            return Answer(404)
        return found if isinstance(found, Answer) else Answer(200, found.encode())

    def _listed(self) -> bytes:
        urls = "".join(f"<url><loc>{self.address}{path}</loc></url>" for path in self.pages)
        return f"<urlset>{urls}</urlset>".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing is told of a client that was killed."""


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve a site on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.on_request(self.path)
            site.asked[self.path] += 1
            answer = site.answer(self.path)
            etag = '"' + hashlib.sha256(answer.body).hexdigest()[:12] + '"'
            if answer.status == 200 and self.headers.get("If-None-Match") == etag:
                site.conditional += 1
                answer = Answer(304)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.status == 200:
                self.send_header("ETag", etag)
                self.send_header("Content-Type", answer.kind)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as it is called
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(title: str, *paragraphs: str, around: str = "") -> str:
    """A page as help sites have them."""
    told = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><title>{title} – Help</title></head><body>"
        f"<nav><a href=/>Home</a></nav><main><h1>{title}</h1>{told}</main>{around}"
        "<footer>All rights reserved</footer></body></html>"
    )
