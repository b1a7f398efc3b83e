"""Runs a command in a process of its own beside a server, and ends it with the server."""

import asyncio
import logging
from collections.abc import Sequence

logger = logging.getLogger(__name__)

NOT_STARTED = -1


async def run_beside(command: Sequence[str], stop: asyncio.Event) -> int | None:
    """Runs a command to its end; gives its exit code, ``None`` where ``stop`` ended it."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
        )
    except OSError as error:
        logger.warning("%s did not start: %s", command[0], error)
        return NOT_STARTED
    ended, stopped = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
    await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if ended.done():
        return ended.result()
    process.terminate()
    await ended
    return None
