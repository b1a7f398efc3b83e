"""What a server does beside answering, from its start to its end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI

from bot.outbox import OutboxWorker

Lifetime = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def delivering(worker: OutboxWorker) -> Lifetime:
    """Runs the worker while the application runs, and lets it finish what is under way."""

    @asynccontextmanager
    async def lifetime(_app: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        try:
            yield
        finally:
            stop.set()
            await running

    return lifetime
