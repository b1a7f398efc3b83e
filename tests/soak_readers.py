"""Readers of live events that stop reading: what each costs the server, and what others notice.

``python -m tests.soak_readers`` measures 500; ``tests/test_soak.py`` fewer.
"""

import asyncio
import socket
import statistics
import sys
import time
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.keys import load_or_create
from tests.soak import Worker, database

EACH = 8
"""Readers of one conversation; the server allows no more."""
UNREAD_BYTES = 4096
"""What a stalled reader's own system takes before it stops, so that the server feels it soon."""


@dataclass(frozen=True)
class Cost:
    """What was measured.

    Attributes:
        readers: How many stalled.
        kilobytes_each: Growth of the server's memory, divided among them.
        unread_kilobytes: What was said in each conversation while nobody read it.
        calm_ms: Median time of a message before, in milliseconds.
        busy_ms: The same with all the readers stalled.
    """

    readers: int
    kilobytes_each: float
    unread_kilobytes: float
    calm_ms: float
    busy_ms: float


async def measure(url: str, data: Path, readers: int, messages: int) -> Cost:
    """Opens the readers, says so many long things to each of their conversations, and measures."""
    load_or_create(data)
    worker = Worker(url, data, "http://127.0.0.1:9")
    await worker.start()
    stalled: list[socket.socket] = []
    try:
        async with httpx.AsyncClient(base_url=worker.address, timeout=60.0) as http:
            visitors = [
                (await http.post("/v1/conversations")).json() for _ in range(-(-readers // EACH))
            ]
            other = (await http.post("/v1/conversations")).json()
            for _ in range(messages):  # what messages make the server load is no reader's
                await _together(_say(http, visitor, "long") for visitor in visitors)
            await _warm(worker.address, visitors)
            calm = await _pace(http, other)
            before = worker.memory()
            stalled += [await _stall(worker.address, each) for each in (visitors * EACH)[:readers]]
            for _ in range(messages):
                await _together(_say(http, visitor, "long") for visitor in visitors)
            grown = worker.memory() - before
            busy = await _pace(http, other)
            read = await http.get(
                f"/v1/conversations/{visitors[0]['id']}", headers=_token(visitors[0])
            )
            unread = len(read.content) / 2 / 1024
    finally:
        for each in stalled:
            each.close()
        await worker.kill()
    return Cost(readers, grown / readers / 1024, unread, calm, busy)


async def _warm(address: str, visitors: list[dict[str, Any]]) -> None:
    """Readers that come and go: threads, connections and caches that they all share are there."""
    gone = [await _stall(address, each) for each in (visitors * EACH)[:100]]
    await asyncio.sleep(1)
    for each in gone:
        each.close()
    await asyncio.sleep(1)


async def _stall(address: str, visitor: dict[str, Any]) -> socket.socket:
    """Asks for the events and reads none."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UNREAD_BYTES)
    made.setblocking(False)
    loop = asyncio.get_running_loop()
    parts = urlsplit(address)
    await loop.sock_connect(made, (parts.hostname, parts.port))
    head = (
        f"GET /v1/conversations/{visitor['id']}/events HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Authorization: Bearer {visitor['token']}\r\nLast-Event-ID: 0\r\n\r\n"
    )
    await loop.sock_sendall(made, head.encode())
    return made


async def _pace(http: httpx.AsyncClient, visitor: dict[str, Any]) -> float:
    times = []
    for _ in range(30):
        began = time.perf_counter()
        await _say(http, visitor, "freeze")
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


async def _say(http: httpx.AsyncClient, visitor: dict[str, Any], text: str) -> None:
    answered = await http.post(
        f"/v1/conversations/{visitor['id']}/messages", json={"text": text}, headers=_token(visitor)
    )
    answered.raise_for_status()


async def _together(work: Iterable[Awaitable[None]]) -> None:
    """A few at once."""
    places = asyncio.Semaphore(4)

    async def one(each: Awaitable[None]) -> None:
        async with places:
            await each

    await asyncio.gather(*(one(each) for each in work))


def _token(visitor: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {visitor['token']}"}


def main() -> None:
    with database("sqlite") as (url, folder):
        cost = asyncio.run(measure(url, folder, readers=500, messages=20))
    for name, value in vars(cost).items():
        sys.stdout.write(f"{name} {value:.1f}\n")


if __name__ == "__main__":
    main()
