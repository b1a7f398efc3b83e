"""Wakes those who follow a conversation when something happened in it, in whatever process.

A follower holds a flag and nothing else: what it has not read yet stays in the store, so a slow
reader costs no more than a quick one.
"""

import asyncio
import contextlib
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.store_errors import StoreUnavailable
from bot.store_events import EventStore

logger = logging.getLogger(__name__)

MOST = 2000
"""Followers in this process."""

MOST_EACH = 8
"""Followers of one conversation: tabs of one customer. One more, and the oldest has to go."""

_SLICE = 1.0
_RETRY_SECONDS = 1.0


class Follower:
    """Waits for news of one conversation.

    Attributes:
        ended: Whether it has to go: a newer one took its place, or the server stops.
    """

    def __init__(self) -> None:
        self.ended = False
        self._news = asyncio.Event()

    def expect(self) -> None:
        """From here on news counts; call it before reading."""
        self._news.clear()

    def wake(self) -> None:
        """There may be news."""
        self._news.set()

    def end(self) -> None:
        """There will be no more."""
        self.ended = True
        self._news.set()

    async def wait(self, seconds: float) -> None:
        """Returns at the first news since :meth:`expect`, or when time is up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()


class LiveEvents:
    """The followers of one event loop, and the thread that waits for the database on their behalf.

    The thread lives while anybody follows.

    Args:
        events: Where events are read.
        most: Most followers.
        most_each: Most followers of one conversation.

    Attributes:
        stopping: Whether the server was told to stop; asked about once a second, by a thread.
    """

    def __init__(self, events: EventStore, *, most: int = MOST, most_each: int = MOST_EACH) -> None:
        self.stopping: Callable[[], bool] = lambda: False
        self._events = events
        self._most = most
        self._most_each = most_each
        self._followers: dict[str, list[Follower]] = defaultdict(list)
        self._count = 0
        self._stop = threading.Event()

    @property
    def count(self) -> int:
        """How many follow now."""
        return self._count

    @property
    def full(self) -> bool:
        """Whether nobody more may follow."""
        return self._count >= self._most

    @property
    def followed(self) -> tuple[str, ...]:
        """Ids of the conversations that anybody follows now."""
        return tuple(self._followers)

    @contextmanager
    def follow(self, conversation_id: str) -> Iterator[Follower]:
        """Follows a conversation while the body runs. Call it on the event loop."""
        follower = Follower()
        here = self._followers[conversation_id]
        here.append(follower)
        for old in here[: -self._most_each]:
            old.end()
        self._count += 1
        if self._count == 1:
            self._stop = threading.Event()
            threading.Thread(
                target=self._watch,
                args=(asyncio.get_running_loop(), self._stop),
                name="live-events",
                daemon=True,
            ).start()
        try:
            yield follower
        finally:
            self._leave(conversation_id, follower)

    def _leave(self, conversation_id: str, follower: Follower) -> None:
        here = self._followers[conversation_id]
        here.remove(follower)
        if not here:
            del self._followers[conversation_id]
        self._count -= 1
        if not self._count:
            self._stop.set()

    def _watch(self, loop: asyncio.AbstractEventLoop, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                self._hear(loop, stop)
        except RuntimeError:  # the loop is closed, so nobody follows any more
            logger.debug("live events end with their loop")

    def _hear(self, loop: asyncio.AbstractEventLoop, stop: threading.Event) -> None:
        try:
            with self._events.feed() as feed:
                loop.call_soon_threadsafe(self._wake, None)  # for what came before the feed
                while not stop.is_set():
                    news = feed.wait(_SLICE)
                    if news:
                        loop.call_soon_threadsafe(self._wake, news)
                    if self.stopping():
                        loop.call_soon_threadsafe(self._end)
        except StoreUnavailable as error:
            logger.warning("live events pause: %s", error)
            stop.wait(_RETRY_SECONDS)

    def _end(self) -> None:
        for followers in self._followers.values():
            for follower in followers:
                follower.end()

    def _wake(self, news: set[str] | None) -> None:
        """Wakes the followers of some conversations, or all."""
        for conversation_id in list(self._followers) if news is None else news:
            for follower in self._followers.get(conversation_id, ()):
                follower.wake()
