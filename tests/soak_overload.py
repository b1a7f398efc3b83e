"""Five times as many messages as a server can take: what is accepted stays quick, the rest is told.

``python -m tests.soak_overload`` measures the real ``firstline serve`` on the built-in articles
for five minutes, ``tests/test_soak.py`` a server without a model for seconds. The load is open:
messages come at their times, whatever became of those before.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from tests.served import Served

AT_ONCE = 4
"""Customers who write without a pause while it is measured what a server can take."""
SUSTAINABLE = 0.75
"""Share of that which is called sustainable."""
TIMES = 5
IDLE_SECONDS = 3.0
"""Servers hang up after five; then the next message would meet a closed connection."""
MESSAGES = 5
"""Accepted messages after which a customer starts a new conversation."""
WORDS = (
    "how do I freeze my card",
    "what does a transfer abroad cost",
    "when does my new card arrive",
    "can I change my pin in the app",
    "how long does a top up by bank transfer take",
    "is there a limit for cash withdrawals",
    "hi there, which countries do you support?",
    "how can I change my address",
)


@dataclass(frozen=True)
class Plan:
    """Seconds of each phase."""

    capacity: float = 15.0
    normal: float = 30.0
    overload: float = 300.0
    customers: int = 400


@dataclass
class Load:
    """What became of the messages of one phase."""

    seconds: float = 0.0
    sent: int = 0
    accepted: list[float] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)
    not_told_when: int = 0
    broken: int = 0
    late: int = 0
    memory: list[int] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Milliseconds within which that share of the accepted messages was answered."""
        ordered = sorted(self.accepted)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


@dataclass(frozen=True)
class Report:
    """What was measured; times in milliseconds, memory in MiB."""

    capacity: float
    rate: float
    normal: Load
    overload: Load

    @property
    def memory(self) -> tuple[float, float]:
        """Median of the second and of the last fifth of the overload: start-up is left out."""
        samples = self.overload.memory
        fifth = max(1, len(samples) // 5)
        parts = samples[fifth : 2 * fifth] or samples, samples[-fifth:]
        early, late = (statistics.median(part) / 2**20 for part in parts)
        return early, late

    def lines(self) -> list[str]:
        normal, over = self.normal, self.overload
        early, late = self.memory
        return [
            f"capacity_per_second {self.capacity:.1f}",
            f"sustainable_per_second {self.rate:.1f}",
            f"normal_accepted {len(normal.accepted)} of {normal.sent}",
            f"normal_p50_ms {normal.quantile(0.5):.0f}",
            f"normal_p95_ms {normal.quantile(0.95):.0f}",
            f"overload_seconds {over.seconds:.0f}",
            f"overload_sent {over.sent} ({over.sent / over.seconds:.1f} a second)",
            f"overload_accepted {len(over.accepted)} ({len(over.accepted) / over.seconds:.1f} a s)",
            f"overload_p50_ms {over.quantile(0.5):.0f}",
            f"overload_p95_ms {over.quantile(0.95):.0f}",
            f"overload_p99_ms {over.quantile(0.99):.0f}",
            f"overload_refused {dict(over.refused)}",
            f"overload_refused_without_retry_after {over.not_told_when}",
            f"overload_broken {over.broken}",
            f"overload_not_sent_for_want_of_customers {over.late}",
            f"memory_mib {early:.0f} then {late:.0f}",
        ]


class Customer:
    """One connection that stays open, and a conversation."""

    def __init__(self, address: str, number: int) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 0
        self._whence = f"192.0.{number // 250 % 250}.{number % 250 + 1}"
        self._number = number
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._conversation: dict[str, Any] = {}
        self._accepted = 0
        self._used_at = 0.0

    async def arrive(self) -> None:
        """Starts a conversation."""
        while True:
            status, _, said = await self._call("/v1/conversations", {}, "")
            if status == 201:
                self._conversation, self._accepted = json.loads(said), 0
                return
            await asyncio.sleep(0.2)

    async def write(self, load: Load) -> None:
        """Sends one message."""
        load.sent += 1
        began = time.perf_counter()
        body = {"text": random.choice(WORDS), "client_id": f"m{load.sent}"}  # noqa: S311  no secret
        path = f"/v1/conversations/{self._conversation['id']}/messages"
        try:
            status, headers, _ = await self._call(path, body, self._conversation["token"])
        except (OSError, asyncio.IncompleteReadError):
            load.broken += 1
            self.leave()
            return
        if status == 200:
            load.accepted.append(time.perf_counter() - began)
            self._accepted += 1
            if self._accepted == MESSAGES:
                await self.arrive()
        elif status in {429, 503}:
            load.refused[status] += 1
            load.not_told_when += b"retry-after:" not in headers.lower()
        else:
            load.broken += 1

    def leave(self) -> None:
        """Hangs up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _call(self, path: str, body: object, token: str) -> tuple[int, bytes, bytes]:
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            self.leave()  # the server is about to hang up
        self._used_at = time.monotonic()
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        content = json.dumps(body).encode()
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"X-Forwarded-For: {self._whence}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        said = await reader.readexactly(length)
        if b"connection: close" in head.lower():
            self.leave()
        return int(head.split(b" ", 2)[1]), head, said


class Rush:
    """Customers at one server.

    Args:
        address: Of the server.
        pid: Of its process.
        customers: How many there are.
    """

    def __init__(self, address: str, pid: int, customers: int) -> None:
        self._process = psutil.Process(pid)
        self._all = [Customer(address, number) for number in range(customers)]

    async def __aenter__(self) -> "Rush":
        for each in self._all:
            await each.arrive()
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._all:
            each.leave()

    async def without_pause(self, seconds: float) -> Load:
        """A few who write again as soon as they are answered."""
        load = Load()
        ends = time.monotonic() + seconds

        async def one(customer: Customer) -> None:
            while time.monotonic() < ends:
                await customer.write(load)

        await self._timed(load, lambda: [one(each) for each in self._all[:AT_ONCE]])
        return load

    async def at_rate(self, rate: float, seconds: float) -> Load:
        """Messages at random times, so many a second on average."""
        load = Load()
        idle = self._all[:]
        random.shuffle(idle)
        under_way: set[asyncio.Task[None]] = set()

        async def one(customer: Customer) -> None:
            await customer.write(load)
            idle.insert(random.randrange(len(idle) + 1), customer)  # noqa: S311  no secret

        async def come() -> None:
            begin = due = time.monotonic()
            while due < begin + seconds:
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                if idle:
                    task = asyncio.create_task(one(idle.pop()))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                else:
                    load.late += 1
                due += random.expovariate(rate)
            await asyncio.gather(*under_way)

        await self._timed(load, lambda: [come()])
        return load

    async def _timed(
        self, load: Load, work: Callable[[], Sequence[Coroutine[Any, Any, None]]]
    ) -> None:
        began = time.monotonic()
        watching = asyncio.create_task(self._watch(load))
        await asyncio.gather(*work())
        watching.cancel()
        load.seconds = time.monotonic() - began

    async def _watch(self, load: Load) -> None:
        while True:
            load.memory.append(self._process.memory_info().rss)
            await asyncio.sleep(0.5)


async def measure(address: str, pid: int, plan: Plan) -> Report:
    """Finds what a server can take, then sends five times that."""
    async with Rush(address, pid, plan.customers) as rush:
        await rush.without_pause(plan.capacity / 3)
        most = await rush.without_pause(plan.capacity)
        capacity = len(most.accepted) / most.seconds
        rate = SUSTAINABLE * capacity
        normal = await rush.at_rate(rate, plan.normal)
        overload = await rush.at_rate(TIMES * rate, plan.overload)
    return Report(capacity, rate, normal, overload)


async def _real(data: Path, plan: Plan) -> Report:
    served = Served(data, {"FIRSTLINE_WEB__MESSAGES_PER_MINUTE": "100000"})
    await served.start()
    try:
        return await measure(served.address, served.pid, plan)
    finally:
        await served.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=Plan.overload)
    parser.add_argument("--data", type=Path, help="a folder with an index; else one is made")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="firstline-overload-") as folder:
        report = asyncio.run(_real(chosen.data or Path(folder), Plan(overload=chosen.seconds)))
    sys.stdout.write("\n".join(report.lines()) + "\n")


if __name__ == "__main__":
    main()
