"""Does something again and again until the server stops."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from bot.store_errors import StoreError

logger = logging.getLogger(__name__)


async def every(
    seconds: float, work: Callable[[], Awaitable[object]], stop: asyncio.Event, what: str
) -> None:
    """Works, waits, and works again until ``stop`` is set; a store that is away is waited for.

    Args:
        seconds: Between the end of one time and the next.
        work: What is done.
        stop: Ends it; what is under way then is finished.
        what: What pauses, as the log says it.
    """
    while not stop.is_set():
        try:
            await work()
        except StoreError as error:
            logger.warning("%s: paused, %s", what, error)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stop.wait()
