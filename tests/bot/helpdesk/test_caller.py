import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.helpdesk.caller import Caller, patience
from bot.helpdesk.helpdesk import HelpdeskUnavailable
from bot.helpdesk.network import Networks
from tests.bot.helpdesk.certificates import tls


@contextmanager
def https(context: ssl.SSLContext) -> Iterator[tuple[int, list[str]]]:
    """A server that says which host it was called by."""
    hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            hosts.append(self.headers["Host"])
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not trust us hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port, hosts
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def _here(host: str, port: int) -> Sequence[str]:
    del host, port
    return ["127.0.0.1"]


NETWORKS = Networks(["127.0.0.0/8"], _here)


async def test_certificates_are_checked_for_the_name_not_the_address(tmp_path: Path) -> None:
    server, client = tls(tmp_path, "desk.test")
    with https(server) as (port, hosts):
        caller = Caller(f"https://desk.test:{port}", NETWORKS, context=client)
        assert (await caller.send("POST", "/hook", {})).object() == {}
        other = Caller(f"https://other.test:{port}", NETWORKS, context=client)
        with pytest.raises(HelpdeskUnavailable):
            await other.send("POST", "/hook", {})
        stranger = Caller(f"https://desk.test:{port}", NETWORKS)
        with pytest.raises(HelpdeskUnavailable):
            await stranger.send("POST", "/hook", {})
    assert hosts == [f"desk.test:{port}"]


def test_patience_is_read_in_both_forms() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 80 < (patience(later) or 0) <= 90
    assert patience(" 120 ") == 120
    assert patience("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    for nonsense in ("", "soon", "-5", "١٢", "1e9", "Wed, 99 Oct 2015"):
        assert patience(nonsense) is None
