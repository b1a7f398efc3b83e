"""Messages under drops, retries, duplicates and killed servers; then everything is counted.

``make soak`` runs the long form on SQLite and PostgreSQL, ``tests/test_soak.py`` a short one. Two
workers share the database. Each customer insists on every message until it is acknowledged, some
follow their conversation live, and a receiver of tickets fails a third of the time, half of that
after accepting. The workers have an assistant without a model; with ``--real`` they are ``firstline
serve`` itself, with the real one and the webhook helpdesk.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
import psutil

from bot.config import load_settings
from bot.decision import Handoff
from bot.deliveries import DeliveryState
from bot.keys import load_or_create
from bot.store import Store
from tests.databases import postgres
from tests.served import Served

ROOT = Path(__file__).parents[1]
IN_CONVERSATION = 5
AT_ONCE = 8
PATIENCE = 120.0
DOWN_FROM = 0.8
"""Share of the messages after which the receiver is down to the end."""
# One arena of memory for all threads, as docs/operations.md says: else freed memory lies in many.
_ENVIRONMENT = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


@dataclass(frozen=True)
class Plan:
    messages: int = 2000
    kills: int = 100
    workers: int = 2
    seed: int = 7
    late_seconds: float = 1.5


@dataclass
class Report:
    """What was counted. ``lost``, ``doubled`` and ``half`` are to be nought."""

    messages: int = 0
    acknowledged: int = 0
    attempts: int = 0
    kills: int = 0
    lost: int = 0
    doubled: int = 0
    half: int = 0
    changed_replies: int = 0
    live_missed: int = 0
    live_doubled: int = 0
    handoffs: int = 0
    tickets: int = 0
    later_messages: int = 0
    later_messages_delivered: int = 0
    receiver_calls: int = 0
    delivered_after_seconds: float = 0.0
    slowest_restart_seconds: float = 0.0
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        bad = (self.lost, self.doubled, self.half, self.changed_replies)
        live = (self.live_missed, self.live_doubled)
        helpdesk = self.tickets == self.handoffs
        later = self.later_messages == self.later_messages_delivered
        return not any(bad) and not any(live) and helpdesk and later


@dataclass
class Receiver:
    """A helpdesk that knows repeated keys, and is not well; at times it is down."""

    chance: random.Random
    late_seconds: float = 1.5
    well: bool = False
    down: bool = False
    calls: int = 0
    taken: dict[str, str] = field(default_factory=dict)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = dict(
                line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line
            )
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.calls += 1
            mood = 0.0 if self.down else 1.0 if self.well else self.chance.random()
            if mood > 1 / 6:
                key = headers.get("idempotency-key") or headers["webhook-id"]
                self.taken.setdefault(key, body.decode())
            if 1 / 6 < mood <= 1 / 3:
                await asyncio.sleep(self.late_seconds)  # taken, but nobody hears of it in time
            status = b"200 OK" if mood > 1 / 6 else b"503 Unavailable"
            writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n")
            writer.write(b"Connection: close\r\n\r\n")
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def count(self, kind: str) -> int:
        return sum(key.startswith(kind) for key in self.taken)


class Process(Protocol):
    """A server that can be killed."""

    @property
    def address(self) -> str: ...

    async def start(self) -> float: ...

    async def kill(self) -> None: ...


Start = Callable[[str, Path, str], Process]
"""Makes a server of a database, a data folder and the address of the receiver."""


class Worker:
    """A server process that can be killed and started again on its port."""

    def __init__(self, url: str, data: Path, receiver: str, thinking: float = 0.03) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._arguments = [str(self.port), url, str(data), receiver, str(thinking)]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> float:
        """Gives the seconds until it answers."""
        began = time.monotonic()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.soak_server", *self._arguments,
            cwd=ROOT, env={**os.environ, **_ENVIRONMENT},
        )  # fmt: skip
        async with httpx.AsyncClient(base_url=self.address, verify=False) as http:  # noqa: S501  no TLS
            while time.monotonic() - began < PATIENCE:
                try:
                    if (await http.get("/healthz")).status_code == 200:
                        return time.monotonic() - began
                except httpx.HTTPError:
                    await asyncio.sleep(0.05)
        raise RuntimeError(f"the worker on port {self.port} does not answer")

    @property
    def pid(self) -> int:
        """Its process."""
        if self._process is None:
            raise RuntimeError("it does not run")
        return self._process.pid

    def memory(self) -> int:
        """Bytes of memory that the server holds."""
        return int(psutil.Process(self.pid).memory_info().rss)

    async def stop(self) -> None:
        """Asks it to end, and waits until it has."""
        if self._process is None:
            raise RuntimeError("it does not run")
        self._process.terminate()
        async with asyncio.timeout(30):
            await self._process.wait()

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()


class Soak:
    """One run.

    Args:
        plan: How long.
        url: A database with Firstline's tables.
        data: A folder for the keys.
        make: Makes each server.
    """

    def __init__(self, plan: Plan, url: str, data: Path, make: Start = Worker) -> None:
        self._make = make
        self._plan = plan
        self._url = url
        self._data = data
        self._chance = random.Random(plan.seed)  # noqa: S311  when to break what, no secret
        self._receiver = Receiver(self._chance, plan.late_seconds)
        self._report = Report()
        self._workers: list[Process] = []
        self._told: dict[str, str] = {}  # client id to the reply that was acknowledged
        self._visitors: list[dict[str, Any]] = []
        self._heard: dict[str, list[str]] = {}
        self._news = asyncio.Event()
        self._followed = asyncio.Event()

    async def run(self) -> Report:
        began = time.monotonic()
        load_or_create(self._data)
        async with self._receiver.open() as receiver:
            self._workers = [
                self._make(self._url, self._data, receiver) for _ in range(self._plan.workers)
            ]
            try:
                await asyncio.gather(*(each.start() for each in self._workers))
                await self._customers_and_kills()
                await self._deliveries()
            finally:
                for each in self._workers:
                    await each.kill()
        self._count()
        self._report.seconds = time.monotonic() - began
        return self._report

    async def _customers_and_kills(self) -> None:
        conversations = -(-self._plan.messages // IN_CONVERSATION)
        queue = iter(range(conversations))
        async with _client() as http:
            killer = asyncio.create_task(self._kill())
            followers: list[asyncio.Task[None]] = []

            async def customer() -> None:
                for number in queue:
                    visitor = await self._arrive(http)
                    if number % 4 == 0:
                        followers.append(asyncio.create_task(self._follow(http, visitor)))
                    for place in range(IN_CONVERSATION):
                        await self._keep_step()
                        await self._insist(http, visitor, f"{number}-{place}", self._words(place))

            await asyncio.gather(*(customer() for _ in range(AT_ONCE)))
            await killer
            self._followed.set()
            await asyncio.gather(*followers)

    def _words(self, place: int) -> str:
        return "my card was stolen" if place == 3 and self._chance.random() < 0.3 else "freeze it"

    @property
    def _each(self) -> float:
        """Acknowledgements from one kill to the next."""
        return self._plan.messages / (self._plan.kills + 1)

    async def _keep_step(self) -> None:
        """Waits for kills that are late, so that the last ones don't meet an idle server."""
        while self._report.kills < self._plan.kills:
            if len(self._told) <= self._each * (self._report.kills + 2):
                return
            await asyncio.sleep(0.05)

    async def _kill(self) -> None:
        """Kills after so many acknowledgements that all kills fit in."""
        for number in range(self._plan.kills):
            while len(self._told) < self._each * (number + self._chance.random()):
                self._news.clear()
                await self._news.wait()
            await asyncio.sleep(self._chance.uniform(0, 0.08))
            victim = self._chance.choice(self._workers)
            await victim.kill()
            self._report.kills += 1
            seconds = await victim.start()
            self._report.slowest_restart_seconds = max(
                seconds, self._report.slowest_restart_seconds
            )

    async def _arrive(self, http: httpx.AsyncClient) -> dict[str, Any]:
        while True:
            try:
                made = await http.post(f"{self._any()}/v1/conversations")
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
                continue
            if made.status_code == 201:
                visitor: dict[str, Any] = made.json()
                self._visitors.append(visitor)
                return visitor
            await asyncio.sleep(0.5)

    async def _insist(
        self, http: httpx.AsyncClient, visitor: dict[str, Any], client_id: str, text: str
    ) -> None:
        """Sends until it is acknowledged, then sometimes once more."""
        self._report.messages += 1
        while client_id not in self._told:
            copies = 3 if self._chance.random() < 0.2 else 1
            await asyncio.gather(
                *(self._send(http, visitor, client_id, text) for _ in range(copies))
            )
        if self._chance.random() < 0.1:
            await self._send(http, visitor, client_id, text)

    async def _send(
        self, http: httpx.AsyncClient, visitor: dict[str, Any], client_id: str, text: str
    ) -> None:
        """Sends once to any worker; a fifth hang up before the reply."""
        self._report.attempts += 1
        hasty = self._chance.random() < 0.2
        try:
            async with asyncio.timeout(self._chance.uniform(0.001, 0.08) if hasty else 10.0):
                answered = await http.post(
                    f"{self._any()}/v1/conversations/{visitor['id']}/messages",
                    json={"text": text, "client_id": client_id},
                    headers={"Authorization": f"Bearer {visitor['token']}"},
                )
        except (TimeoutError, httpx.HTTPError):
            await asyncio.sleep(self._chance.uniform(0, 0.1))
            return
        if answered.status_code != 200:
            await asyncio.sleep(self._chance.uniform(0.05, 0.3))
            return
        reply = answered.json()["turn_id"]
        if self._told.setdefault(client_id, reply) != reply:
            self._report.changed_replies += 1
        self._receiver.down = len(self._told) > DOWN_FROM * self._plan.messages
        self._news.set()

    async def _follow(self, http: httpx.AsyncClient, visitor: dict[str, Any]) -> None:
        """Reads the conversation's events across every break, from the first one on."""
        heard = self._heard.setdefault(visitor["id"], [])
        last = "0"
        while True:
            ended = self._followed.is_set()
            headers = {"Authorization": f"Bearer {visitor['token']}", "Last-Event-ID": last}
            try:
                async with asyncio.timeout(3.0 if ended else 20.0):
                    address = f"{self._any()}/v1/conversations/{visitor['id']}/events"
                    async for name, id_, data in _events(http, address, headers):
                        last = id_
                        if name == "turn":
                            heard.append(data["turn_id"])
                        if name == "state" and ended:
                            return
            except (TimeoutError, httpx.HTTPError):
                await asyncio.sleep(self._chance.uniform(0, 0.3))

    def _any(self) -> str:
        return self._chance.choice(self._workers).address

    async def _deliveries(self) -> None:
        """The receiver was down, and is well again: all is to be there within a minute."""
        self._receiver.down, self._receiver.well = False, True
        began = time.monotonic()
        store = Store(self._url)
        try:
            while time.monotonic() - began < PATIENCE:
                if not await asyncio.to_thread(store.outbox.count, DeliveryState.WAITING):
                    break
                await asyncio.sleep(0.2)
        finally:
            store.close()
        self._report.delivered_after_seconds = time.monotonic() - began

    def _count(self) -> None:
        report = self._report
        report.acknowledged = len(self._told)
        store = Store(self._url)
        try:
            for visitor in self._visitors:
                self._count_conversation(store, visitor["id"])
        finally:
            store.close()
        report.tickets = self._receiver.count("opened")
        report.later_messages_delivered = self._receiver.count("message")
        report.receiver_calls = self._receiver.calls
        report.lost += len(self._told)  # those found were taken out

    def _count_conversation(self, store: Store, conversation_id: str) -> None:
        turns = store.load(conversation_id).turns
        customers, replies = turns[::2], turns[1::2]
        speakers = ["customer", "assistant"] * len(customers)
        if [turn.speaker.value for turn in turns] != speakers:
            self._report.half += 1
            return
        for customer, reply in zip(customers, replies, strict=True):
            told = self._told.pop(customer.client_id or "", None)
            self._report.doubled += told is None
            self._report.changed_replies += told is not None and told != reply.id
        opened = [n for n, each in enumerate(replies) if isinstance(each.decision, Handoff)]
        if opened:
            self._report.handoffs += 1
            self._report.later_messages += len(customers) - opened[0] - 1
        if conversation_id in self._heard:
            heard = Counter(self._heard[conversation_id])
            self._report.live_missed += sum(turn.id not in heard for turn in turns)
            self._report.live_doubled += sum(heard.values()) - len(heard)


def _client() -> httpx.AsyncClient:
    """One for all: making one takes long, since it reads every certificate authority."""
    return httpx.AsyncClient(
        timeout=10.0, limits=httpx.Limits(max_connections=None, max_keepalive_connections=20)
    )


async def _events(
    http: httpx.AsyncClient, address: str, headers: dict[str, str]
) -> AsyncIterator[tuple[str, str, Any]]:
    async with http.stream("GET", address, headers=headers) as answered:
        answered.raise_for_status()
        found: dict[str, str] = {}
        async for line in answered.aiter_lines():
            kind, _, value = line.partition(": ")
            if line:
                found[kind] = value
            elif "data" in found:
                yield found["event"], found["id"], json.loads(found["data"])
                found = {}


def real(url: str, data: Path, receiver: str) -> Served:
    """``firstline serve``, as it is installed."""
    return Served(
        data,
        {
            "FIRSTLINE_DATABASE_URL": url,
            "FIRSTLINE_WEB__MESSAGES_PER_MINUTE": "100000",
            "FIRSTLINE_HELPDESK__KIND": "webhook",
            "FIRSTLINE_HELPDESK__URL": receiver,
            "FIRSTLINE_HELPDESK__SECRET": "whsec_" + base64.b64encode(bytes(32)).decode(),
            "FIRSTLINE_HELPDESK__NETWORKS": '["127.0.0.1/32"]',
        },
    )


@contextmanager
def database(kind: str) -> Iterator[tuple[str, Path]]:
    """A new database with tables, and a folder for keys."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="firstline-soak-")))
        url = f"sqlite:///{folder / 'firstline.db'}"
        if kind == "postgresql":
            url = stack.enter_context(postgres(durable=True)).create()
        store = Store(url)
        store.upgrade()
        store.close()
        yield url, folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=Plan.messages)
    parser.add_argument("--kills", type=int, default=Plan.kills)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--real", action="store_true", help="kill firstline serve itself")
    chosen = parser.parse_args()
    clean = True
    for kind in chosen.database or ["sqlite", "postgresql"]:
        with database(kind) as (url, folder):
            plan = Plan(chosen.messages, chosen.kills, late_seconds=7.0 if chosen.real else 1.5)
            if chosen.real:
                from bot.publishing import build_index  # noqa: PLC0415  slow to load

                build_index(load_settings({"data": folder}), lambda stage, done, total: None)
            soak = Soak(plan, url, folder, real if chosen.real else Worker)
            report = asyncio.run(soak.run())
        clean = clean and report.clean
        for name, value in vars(report).items():
            shown = f"{value:.1f}" if isinstance(value, float) else str(value)
            sys.stdout.write(f"{kind} {name} {shown}\n")
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()
