"""How many may do one thing at once: a few at work, a few waiting, the rest are sent away at once.

A short line keeps what is accepted quick while five times as many ask.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from bot.api.problems import crowded

RETRY_SECONDS = 2


class Crowd:
    """Places for work on one event loop.

    Args:
        places: Most at work at once.
        line: Most waiting for a place.
        patience: Seconds that one waits before being sent away.
    """

    def __init__(self, places: int, *, line: int, patience: float) -> None:
        self._free = asyncio.Semaphore(places)
        self._line = line
        self._patience = patience
        self._waiting = 0

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

    async def _enter(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        if self._waiting >= self._line:
            raise crowded(RETRY_SECONDS)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise crowded(RETRY_SECONDS) from None
        finally:
            self._waiting -= 1


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
