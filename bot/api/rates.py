"""Requests a minute by key, in memory. Keys are forgotten when idle, the oldest first when full."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

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
