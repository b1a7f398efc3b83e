"""How many may do one thing at once: a few at work, a few waiting, the rest are sent away at once.

A short line keeps what is accepted quick while five times as many ask.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from bot.api.problems import crowded

RETRY_SECONDS = 2
MEMORY_SECONDS = 1.0
"""Over which it is averaged how many find all places taken."""
OVERRUN = 0.8
"""Share of those, above which more come than can be served."""
BRIEF_SECONDS = 0.05
"""How long one waits then."""


class Crowd:
    """Places for work on one event loop.

    While all places are taken now and then, a burst waits its turn. Once hardly anybody finds one
    free, waiting no longer evens out, it only makes everybody late: then the line is brief.

    Args:
        places: Most at work at once.
        line: Most waiting for a place.
        patience: Seconds that one waits before being sent away.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        places: int,
        *,
        line: int,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._free = asyncio.Semaphore(places)
        self._line = line
        self._patience = patience
        self._clock = clock
        self._waiting = 0
        self._fullness = 0.0
        self._seen_at = clock()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place while the body runs.

        Raises:
            Problem: When the line is full or does not move.
        """
        await self._enter()
        try:
            yield
        finally:
            self._free.release()

    @property
    def patience(self) -> float:
        """Seconds that somebody who finds no place waits now."""
        brief = self._fullness > OVERRUN
        return min(BRIEF_SECONDS, self._patience) if brief else self._patience

    async def _enter(self) -> None:
        full = self._free.locked()
        self._note(full)
        if not full:
            await self._free.acquire()
            return
        if self._waiting >= self._line:
            raise crowded(RETRY_SECONDS)
        self._waiting += 1
        try:
            async with asyncio.timeout(self.patience):
                await self._free.acquire()
        except TimeoutError:
            raise crowded(RETRY_SECONDS) from None
        finally:
            self._waiting -= 1

    def _note(self, full: bool) -> None:
        """Brings the share of those who found all places taken up to date, by time."""
        now = self._clock()
        kept = math.exp((self._seen_at - now) / MEMORY_SECONDS)
        self._fullness = self._fullness * kept + full * (1 - kept)
        self._seen_at = now


class _Line:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.length = 0


class OneByOne:
    """Lets each conversation do one thing at a time, so that none takes the places of others.

    Args:
        most: How many of one conversation may stand in line, the first included.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lines: WeakValueDictionary[str, _Line] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """The first in the line of ``who`` while the body runs.

        Raises:
            Problem: When the line is full.
        """
        line = self._lines.setdefault(who, _Line())
        if line.length >= self._most:
            raise crowded(RETRY_SECONDS)
        line.length += 1
        try:
            async with line.lock:
                yield
        finally:
            line.length -= 1
