import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation import Conversation, Turn
from bot.deliveries import DeliveryState
from bot.helpdesk.helpdesk import HelpdeskRefused, HelpdeskUnavailable
from bot.outbox import LEASE, OutboxWorker, Patience
from bot.store import Store
from bot.ticket import Ticket
from tests.bot.small_store import Clock, exchanged, handed_over


@dataclass
class Desk:
    """Fails as told, then takes; knows a repeated key."""

    failures: list[Exception] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    transcripts: list[int] = field(default_factory=list)
    takes_all_the_same: bool = False
    refuses: str = ""

    def _take(self, key: str, what: str) -> None:
        self.calls.append(key)
        if self.takes_all_the_same or not self.failures:
            self.taken.setdefault(key, what)
        if self.failures:
            raise self.failures.pop(0)

    async def open(self, ticket: Ticket, conversation: Conversation, key: str) -> str | None:
        if conversation.id == self.refuses:
            raise HelpdeskRefused("no such queue")
        self.transcripts.append(len(conversation.turns))
        self._take(key, ticket.id)
        return f"their-{ticket.id}"

    async def add(self, ticket: Ticket, turn: Turn, ref: str | None, key: str) -> None:
        assert ref == f"their-{ticket.id}"
        self._take(key, turn.text)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def write(store: Store, before: Conversation, text: str) -> None:
    now = store.load(before.id)
    store.keep(exchanged(now, text), before=now, ticket=None)


async def drain(worker: OutboxWorker) -> None:
    while await worker.deliver_due():
        pass


async def test_a_ticket_arrives_with_what_opened_it_then_each_later_message(
    store: Store, clock: Clock
) -> None:
    before = handed_over(store)
    write(store, before, "one more thing")
    desk = Desk()
    await drain(OutboxWorker(store, desk, clock=clock))
    ticket = store.handoffs.list()[0]
    assert list(desk.taken.values()) == [ticket.id, "one more thing"]
    assert desk.transcripts == [2]
    assert store.outbox.count(DeliveryState.DONE) == 2
    assert store.outbox.ref_of(ticket.id) == f"their-{ticket.id}"


async def test_what_fails_is_tried_again_later_under_the_same_key(
    store: Store, clock: Clock
) -> None:
    handed_over(store)
    desk = Desk([HelpdeskUnavailable("busy"), TimeoutError(), ValueError("a customer's words")])
    desk.takes_all_the_same = True
    worker = OutboxWorker(store, desk, clock=clock)
    errors = []
    for _ in range(3):
        assert await worker.deliver_due() == 1
        assert await worker.deliver_due() == 0
        errors.append(store.outbox.list(DeliveryState.WAITING)[0].error)
        clock.now += timedelta(seconds=30)
    assert errors == ["busy", "no answer in time", "failed: ValueError"]
    await worker.deliver_due()
    assert len(desk.calls) == 4
    assert len(set(desk.calls)) == len(desk.taken) == 1
    assert store.outbox.count(DeliveryState.DONE) == 1


async def test_what_is_refused_is_put_aside_until_somebody_tries_it_again(
    store: Store, clock: Clock
) -> None:
    before = handed_over(store)
    write(store, before, "hello?")
    other = handed_over(store)
    desk = Desk(refuses=before.id)
    worker = OutboxWorker(store, desk, clock=clock)
    await drain(worker)
    (dead,) = store.outbox.list(DeliveryState.DEAD)
    assert (dead.conversation_id, dead.error) == (before.id, "no such queue")
    assert store.outbox.list(DeliveryState.DONE)[0].conversation_id == other.id
    desk.refuses = ""
    store.outbox.revive(dead.id, clock.now)
    await drain(worker)
    assert store.outbox.count(DeliveryState.DONE) == 3


async def test_what_fails_for_a_day_is_put_aside(store: Store, clock: Clock) -> None:
    handed_over(store)
    desk = Desk([HelpdeskUnavailable("down")] * 2)
    worker = OutboxWorker(store, desk, clock=clock)
    await worker.deliver_due()
    clock.now += timedelta(hours=24)
    await worker.deliver_due()
    assert store.outbox.list(DeliveryState.DEAD)[0].error == "down"


async def test_a_delivery_whose_worker_died_is_made_by_another(store: Store, clock: Clock) -> None:
    handed_over(store)
    store.outbox.take(clock.now, LEASE)  # and dies
    desk = Desk()
    worker = OutboxWorker(store, desk, clock=clock)
    assert await worker.deliver_due() == 0
    clock.now += LEASE
    assert await worker.deliver_due() == 1
    assert len(desk.taken) == 1


@pytest.mark.parametrize("attempts", [1, 2, 5, 6, 50, 5000])
def test_waits_grow_to_half_a_minute_with_jitter(attempts: int) -> None:
    most = min(30.0, 2.0 ** (attempts - 1)) if attempts < 50 else 30.0
    waits = {Patience().wait(attempts, None).total_seconds() for _ in range(200)}
    assert len(waits) > 100
    assert most / 2 <= min(waits) <= max(waits) <= most


@pytest.mark.parametrize(("asked", "waited"), [(90.0, 90), (1e9, 3600), (0.0, 1), (-5.0, 1)])
def test_a_helpdesk_may_ask_for_patience_but_not_for_ever(asked: float, waited: float) -> None:
    seconds = Patience().wait(1, asked).total_seconds()
    assert seconds == waited if asked > 1 else seconds <= waited


async def test_a_worker_runs_until_it_is_stopped(store: Store) -> None:
    handed_over(store, datetime.now(UTC))
    desk = Desk()
    stop = asyncio.Event()
    worker = OutboxWorker(store, desk, Patience(idle_seconds=0.02))
    running = asyncio.create_task(worker.run(stop))
    async with asyncio.timeout(30):
        while not store.outbox.count(DeliveryState.DONE):  # noqa: ASYNC110  the store tells nobody
            await asyncio.sleep(0.02)
        stop.set()
        await running
