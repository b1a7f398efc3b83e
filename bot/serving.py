"""``firstline serve``: the installation put together and served."""

import socket
import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from bot.api.transport import BoundedProtocol
from bot.application import build_app
from bot.config import Settings
from bot.errors import ConfigurationError
from bot.installation import build_services
from bot.people import first_link
from bot.server_address import address_of, keep_address
from bot.wiring import build_offline, has_index, knowledge_base, repair_in_background
from redaction.logs import protect_root
from retrieval.vector_writer import Progress

DRAINING_SECONDS = 28
"""How long a server that was told to stop finishes: longer than any turn may take (25 seconds)."""

SWITCH_SECONDS = 0.001
"""After which a thread that computes lets others go on; Python's own 5 ms delay the event loop."""


def run_server(
    settings: Settings, progress: Progress, say: Callable[[str], None]
) -> Callable[[], None]:
    """Get everything ready and return what serves until it is stopped.

    Builds the index first where there is none. Prints the address, and a one-time sign-in link
    while nobody but the first person has access to the staff pages.
    """
    listener = _listen(settings.web.host, settings.web.port)  # before the work of starting
    if not has_index(settings.data):
        say(f"no index yet: building one from {knowledge_base(settings)}")
        _build(settings, progress)
    services = build_services(
        settings, build_offline(settings, rebuild=lambda: _build(settings, progress))
    )
    protect_root(services.keys.redaction, settings.redaction)
    repair_in_background(services.offline, lambda: _build(settings, _quiet))
    host, port = listener.getsockname()[:2]
    address = address_of(host, port)
    server = http_server(build_app(services))
    keep_address(settings, address)

    def serve() -> None:
        say(f"help site and chat: {address}")
        link = first_link(services.store, address)
        if link is None:
            say(f"staff pages: {address}/staff (firstline staff link makes a one-time link)")
        else:
            say(f"staff pages (one-time link): {link}")
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            server.run(sockets=[listener])
        finally:
            services.close()

    return serve


def http_server(app: FastAPI) -> uvicorn.Server:
    """Serves an application until SIGTERM or SIGINT, and then finishes the turns under way."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=BoundedProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=DRAINING_SECONDS,
        )
    )


def _build(settings: Settings, progress: Progress) -> None:
    # Indexing brings scikit-learn and scipy along, a second that a start with an index is spared.
    from bot.publishing import rebuild  # noqa: PLC0415  slow to load

    rebuild(settings, progress)


def _quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


_WAITING = 2048
"""Connections that the system holds until they are served."""


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; else replies wait 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Who comes while the rest starts waits in the line, and no second server gets the port.
        listener.listen(_WAITING)
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port} ({error.strerror}): choose another with --port"
        ) from error
    return listener
