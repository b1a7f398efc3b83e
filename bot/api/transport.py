"""What one connection may cost: how much is held back for a slow reader, how long it may dawdle."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

UNSENT_BYTES = 4 * 1024
"""Past this the sender waits; asyncio's own limit would let hundreds of stalled readers hoard."""

HEAD_SECONDS = 10.0
"""How long the head of a request may take to arrive; ``BodyLimit`` watches the body."""


class BoundedProtocol(H11Protocol):
    """Uvicorn's HTTP/1.1 with a small buffer for what is not sent yet, and no patience.

    Attributes:
        head_seconds: How long the head of a request may take to arrive.
    """

    head_seconds = HEAD_SECONDS
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Sets the limits."""
        transport.set_write_buffer_limits(high=UNSENT_BYTES)
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Takes what came; a head that is not whole by the deadline ends the connection."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets the deadline go."""
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
