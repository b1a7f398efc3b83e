"""How much a connection may hold back for a client that reads slowly."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

UNSENT_BYTES = 16 * 1024
"""Past this the sender waits; asyncio's own limit would let hundreds of stalled readers hoard."""


class BoundedProtocol(H11Protocol):
    """Uvicorn's HTTP/1.1 with a small buffer for what is not sent yet."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Sets the limit."""
        transport.set_write_buffer_limits(high=UNSENT_BYTES)
        super().connection_made(transport)
