"""Two workers on one database, each behind a socket of its own."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.events import LiveEvents
from bot.store_errors import StoreUnavailable
from bot.ticket import TicketState

PATIENCE = 10.0


@dataclass
class Reader:
    """Reads a stream event by event."""

    lines: AsyncIterator[str]
    ids: list[int] = field(default_factory=list)

    async def next(self) -> tuple[str, Any]:
        """The next event's name and data; comments are passed over."""
        name, data = "", ""
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                kind, _, value = line.partition(": ")
                if kind == "event":
                    name = value
                elif kind == "id":
                    self.ids.append(int(value))
                elif kind == "data":
                    data = value
                elif not line and name:
                    return name, json.loads(data)
        raise AssertionError("the stream has ended")

    async def silent(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self.next()
        except TimeoutError:
            return True
        return False


@dataclass
class Worker:
    parts: Any
    address: str

    def client(self, visitor: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"{self.address}/v1/conversations/{visitor['id']}",
            headers={"Authorization": f"Bearer {visitor['token']}"},
            timeout=PATIENCE,
        )

    async def say(self, visitor: Any, text: str, client_id: str) -> Any:
        async with self.client(visitor) as http:
            body = {"text": text, "client_id": client_id}
            return (await http.post("/messages", json=body)).json()

    @asynccontextmanager
    async def follow(self, visitor: Any, seen: int | str | None = None) -> AsyncIterator[Reader]:
        headers = {} if seen is None else {"Last-Event-ID": str(seen)}
        async with (
            self.client(visitor) as http,
            http.stream("GET", "/events", headers=headers) as answered,
        ):
            assert answered.status_code == 200
            assert answered.headers["content-type"].startswith("text/event-stream")
            assert answered.headers["cache-control"] == "no-store"
            yield Reader(answered.aiter_lines())


@pytest.fixture
def workers(kit: Any, url: str) -> Iterator[tuple[Worker, Worker]]:
    with kit.served(url) as first, kit.served(url) as second:
        yield Worker(*first), Worker(*second)


@pytest.fixture
async def visitor(workers: tuple[Worker, Worker]) -> Any:
    async with httpx.AsyncClient(base_url=workers[0].address) as http:
        return (await http.post("/v1/conversations")).json()


async def test_a_reader_is_told_at_another_worker_what_is_said_and_how_it_stands(
    workers: tuple[Worker, Worker], visitor: Any
) -> None:
    here, there = workers
    async with here.follow(visitor) as reader:
        assert await reader.next() == ("state", {"state": "open", "handoff": None})
        said = await there.say(visitor, "my card was stolen", "m1")
        name, customer = await reader.next()
        assert (name, customer["client_id"], customer["speaker"]) == ("turn", "m1", "customer")
        name, reply = await reader.next()
        assert (reply["turn_id"], reply["decision"]) == (said["turn_id"], "handoff")
        name, state = await reader.next()
        assert (name, state["state"]) == ("state", "waiting")
        assert state["handoff"] == said["handoff"]
        desk = there.parts.service.desk
        (ticket,) = await desk.tickets(TicketState.WAITING)
        await desk.claim(ticket.id, "Ana")
        assert (await reader.next())[1]["state"] == "claimed"
        await desk.reply(ticket.id, "Ana", "Hello!")
        name, agent = await reader.next()
        assert (agent["speaker"], agent["text"], agent["author"]) == ("agent", "Hello!", "Ana")
        assert reader.ids == sorted(reader.ids)
        assert "secret" not in json.dumps([customer, reply, state, agent])
        async with here.client(visitor) as http:
            stored = (await http.get(str(http.base_url).rstrip("/"))).json()["turns"]
        assert [customer, reply, agent] == stored


async def test_whoever_comes_back_is_told_what_was_missed_once(
    workers: tuple[Worker, Worker], visitor: Any
) -> None:
    here, there = workers
    async with here.follow(visitor) as reader:
        await reader.next()
        await there.say(visitor, "freeze", "m1")
        await reader.next()
        seen = reader.ids[-1]
    await there.say(visitor, "which", "m2")
    async with there.follow(visitor, seen) as reader:
        told = [await reader.next() for _ in range(4)]
        assert [name for name, _ in told] == ["turn", "turn", "turn", "state"]
        assert [turn.get("client_id") for _, turn in told[:3]] == [None, "m2", None]
        assert await reader.silent(0.5)
        last = reader.ids[-1]
    async with there.follow(visitor, last) as reader:
        assert (await reader.next())[0] == "state"
        assert await reader.silent(0.5)


@pytest.mark.parametrize("odd", ["-1", "abc", "9" * 30, "1.5", "٣"])
async def test_an_odd_last_event_id_starts_at_the_present(
    workers: tuple[Worker, Worker], visitor: Any, odd: str
) -> None:
    await workers[0].say(visitor, "freeze", "m1")
    async with workers[0].client(visitor) as http:
        headers = [(b"Last-Event-ID", odd.encode())]
        async with http.stream("GET", "/events", headers=headers) as answered:
            assert (await Reader(answered.aiter_lines()).next())[0] == "state"


async def test_a_stream_is_its_visitors_alone(workers: tuple[Worker, Worker], visitor: Any) -> None:
    async with httpx.AsyncClient(base_url=workers[0].address) as http:
        other = (await http.post("/v1/conversations")).json()
        for token, status in ((other["token"], 404), ("nonsense", 401)):
            headers = {"Authorization": f"Bearer {token}"}
            answered = await http.get(f"/v1/conversations/{visitor['id']}/events", headers=headers)
            assert answered.status_code == status


async def test_a_newer_stream_takes_the_place_of_the_oldest(
    workers: tuple[Worker, Worker], visitor: Any
) -> None:
    here, _ = workers
    here.parts.service.live = LiveEvents(here.parts.store.events, most_each=1)
    async with here.follow(visitor) as first:
        await first.next()
        async with here.follow(visitor) as second:
            await second.next()
            with pytest.raises(AssertionError, match="ended"):
                await first.next()
            await here.say(visitor, "freeze", "m1")
            assert (await second.next())[0] == "turn"


async def test_a_full_server_sends_readers_away_and_says_when_to_come_back(
    workers: tuple[Worker, Worker], visitor: Any
) -> None:
    workers[0].parts.service.live = LiveEvents(workers[0].parts.store.events, most=0)
    async with workers[0].client(visitor) as http:
        answered = await http.get("/events")
    assert answered.status_code == 503
    assert int(answered.headers["retry-after"]) > 0


async def test_nobody_is_followed_once_readers_have_gone(
    workers: tuple[Worker, Worker], visitor: Any
) -> None:
    live = workers[0].parts.service.live
    async with workers[0].follow(visitor) as reader:
        await reader.next()
        assert live.count == 1
    async with asyncio.timeout(PATIENCE):
        while live.count:  # noqa: ASYNC110  nobody tells when the last one leaves
            await asyncio.sleep(0.02)


async def test_the_place_in_the_queue_is_told_anew_when_others_are_served(
    workers: tuple[Worker, Worker], visitor: Any
) -> None:
    here, there = workers
    desk = there.parts.service.desk
    async with httpx.AsyncClient(base_url=there.address) as http:
        first = (await http.post("/v1/conversations")).json()
    await there.say(first, "stolen", "m1")
    there.parts.clock.ahead = timedelta(seconds=1)
    await here.say(visitor, "stolen", "m1")
    async with here.follow(visitor) as reader:
        assert (await reader.next())[1]["handoff"]["position"] == 2
        ticket = (await desk.tickets(TicketState.WAITING))[0]
        await desk.claim(ticket.id, "Ana")
        assert (await reader.next())[1]["handoff"]["position"] == 1


async def test_a_database_that_hung_up_on_everybody_is_used_again_and_nothing_is_missed(
    workers: tuple[Worker, Worker], visitor: Any, url: str
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no connection to lose")
    here, there = workers
    async with here.follow(visitor) as reader:
        await reader.next()
        with contextlib.suppress(StoreUnavailable), there.parts.store._database.write() as admin:
            admin.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        async with asyncio.timeout(PATIENCE):  # connections may die while they are in use
            while "turn_id" not in await there.say(visitor, "freeze", "m1"):  # noqa: ASYNC110  it asks
                await asyncio.sleep(0.05)
        assert [(await reader.next())[0] for _ in range(2)] == ["turn", "turn"]
