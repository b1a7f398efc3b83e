"""What one connection may cost: how much is held back for a slow reader, how long it may dawdle."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

UNSENT_BYTES = 0
"""Past this the sender waits; asyncio's own limit would let hundreds of stalled readers hoard."""

STALLED_SECONDS = 30.0
"""A reader that takes nothing of what waits for so long is cut off."""

HEAD_SECONDS = 10.0
"""How long the head of a request may take to arrive; ``BodyLimit`` watches the body."""


class BoundedProtocol(H11Protocol):
    """Uvicorn's HTTP/1.1 with a small buffer for what is not sent yet, and no patience.

    Attributes:
        head_seconds: How long the head of a request may take to arrive.
        stalled_seconds: How long a reader may take nothing.
    """

    head_seconds = HEAD_SECONDS
    stalled_seconds = STALLED_SECONDS
    _deadline: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(  # type: ignore[override]  # as uvicorn has it
        self, transport: asyncio.Transport
    ) -> None:
        """Sets the limits."""
        transport.set_write_buffer_limits(high=UNSENT_BYTES)
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Takes what came; a head that is not whole by the deadline ends the connection."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets the deadlines go."""
        self._forget()
        self._forget_stall()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The reader is behind: from now on it has to take something."""
        super().pause_writing()
        self._expect_less(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The reader has caught up."""
        self._forget_stall()
        super().resume_writing()

    def _expect_less(self, size: int) -> None:
        self._stall = self.loop.call_later(self.stalled_seconds, self._look, size)

    def _look(self, before: int) -> None:
        now = self.transport.get_write_buffer_size()
        if now < before:
            self._expect_less(now)
        else:
            self.transport.abort()

    def _forget_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
