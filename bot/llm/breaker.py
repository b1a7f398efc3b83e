"""Leaves a failing server alone for a while, then lets one call through to see."""

import time
from collections.abc import Callable
from enum import StrEnum


class BreakerState(StrEnum):
    """Where a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    PROBING = "probing"


class Breaker:
    """Opens after failures in a row; closes when a probe succeeds.

    Every admitted call ends in exactly one of :meth:`succeeded`, :meth:`failed`, :meth:`released`.

    Args:
        failures: Failures in a row after which it opens.
        pause: Seconds it stays open before a probe.
        clock: Monotonic seconds.
    """

    def __init__(
        self, failures: int = 5, pause: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._failures = 0
        self._opened: float | None = None
        self._probing = False

    @property
    def state(self) -> BreakerState:
        """Where it stands."""
        if self._opened is None:
            return BreakerState.CLOSED
        return BreakerState.PROBING if self._probing else BreakerState.OPEN

    def admit(self) -> bool:
        """Whether a call may be made now; after the pause one call is the probe."""
        if self._opened is None:
            return True
        if self._probing or self._clock() - self._opened < self._pause:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """The server works."""
        self._failures = 0
        self._opened = None
        self._probing = False

    def failed(self) -> None:
        """The server failed; a failed probe opens it again."""
        self._failures += 1
        if self._probing or self._failures >= self._most:
            self._opened = self._clock()
        self._probing = False

    def released(self) -> None:
        """The call told nothing about the server: it was cancelled, or never made."""
        self._probing = False
