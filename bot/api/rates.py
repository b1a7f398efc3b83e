"""Requests a minute by key: in memory, and for all servers together where they share a database.

Keys in memory are forgotten when idle, the oldest first when full. What leaves memory is a keyed
digest, for a key can hold an address.
"""

import hashlib
import hmac
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.store_errors import StoreUnavailable
from bot.store_rates import RateStore
from bot.threaded import threaded

logger = logging.getLogger(__name__)

WINDOW = 60.0
"""Seconds over which requests are counted."""


class RateLimiter:
    """A sliding window for each key.

    Args:
        keys: Most keys remembered; past it the least recently used is forgotten.
        clock: Monotonic seconds.
    """

    def __init__(self, keys: int = 50_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = keys
        self._clock = clock
        self._seen: OrderedDict[str, deque[tuple[float, str | None]]] = OrderedDict()

    def wait(self, key: str, limit: int, once: str | None = None) -> int:
        """Counts a request; 0 when it may pass, else the seconds to wait before the next.

        Args:
            key: Who asks for what.
            limit: Requests in a window.
            once: The request's own id; the same one again in a window is not counted.
        """
        now = self._clock()
        window = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while window and window[0][0] <= now - WINDOW:
            window.popleft()
        if once is not None and any(known == once for _, known in window):
            return 0
        if len(window) >= limit:
            return max(1, int(window[0][0] + WINDOW - now) + 1) if window else int(WINDOW)
        window.append((now, once))
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return 0


def _now() -> datetime:
    return datetime.now(UTC)


class SharedRates:
    """The same count for every server on one database.

    Args:
        store: Counts.
        key: Keys the digests.
        clock: Tells the time.
    """

    def __init__(self, store: RateStore, key: bytes, clock: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._key = key
        self._clock = clock
        self._swept = clock()

    async def wait(self, key: str, limit: int, once: str | None = None) -> int:
        """As of :class:`RateLimiter`; lets a request pass when the database cannot be asked."""
        now, window = self._clock(), timedelta(seconds=WINDOW)
        try:
            if now - self._swept > window:
                self._swept = now
                await threaded(self._store.forget, now - window)
            return await threaded(
                self._store.wait,
                self._digest(key),
                limit,
                now=now,
                window=window,
                once=None if once is None else self._digest(once),
            )
        except StoreUnavailable:
            logger.warning("rates are counted in memory alone: the database cannot be used now")
            return 0

    def _digest(self, text: str) -> str:
        return hmac.new(self._key, b"rate:" + text.encode(), hashlib.sha256).hexdigest()[:32]
