"""What a server does beside answering, from its start to its end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from fastapi import FastAPI

Lifetime = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Worker(Protocol):
    """Works beside the answering, such as delivering or ending what is silent."""

    async def run(self, stop: asyncio.Event) -> None:
        """Works until ``stop`` is set, and finishes what is under way then."""
        ...


def delivering(*workers: Worker) -> Lifetime:
    """Runs the workers while the application runs, and lets them finish what is under way."""

    @asynccontextmanager
    async def lifetime(_app: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        running = [asyncio.create_task(worker.run(stop)) for worker in workers]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*running)

    return lifetime
