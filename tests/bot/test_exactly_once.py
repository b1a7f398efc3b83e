"""Two workers on one database: they share no lock and no memory."""

import asyncio
import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.conversation import Conversation, ConversationState, Speaker
from bot.decision import Decision, Handoff, HandoffReason
from bot.deliveries import DeliveryKind, DeliveryState
from bot.dialogue import Judgement
from bot.gate import Gate
from bot.lines import load_lines
from bot.service import ConversationService
from bot.store import Store
from bot.store_errors import ConversationMoved, StoreUnavailable
from bot.store_feedback import Votes
from bot.ticket import TicketState
from redaction.redactor import RedactedText
from tests.bot.small_store import ANSWER, EVIDENCE, NOW, exchanged, handed_over, ticket
from tests.bot.test_service import PlainRedactor

LINES = load_lines("Kestrel")
HANDOFF = Handoff(HandoffReason.HIGH_RISK, "A person is coming.", "note")


class Slow:
    """Takes a moment, hands over what was stolen, counts."""

    def __init__(self) -> None:
        self.asked = 0
        self.thinking = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        del conversation, withheld
        self.asked += 1
        self.thinking.set()
        await asyncio.sleep(0.005)
        await self.go.wait()
        decision: Decision = HANDOFF if "stolen" in text else ANSWER
        return Judgement(decision, EVIDENCE)


class Worker:
    def __init__(self, url: str) -> None:
        self.store = Store(url)
        self.decider = Slow()
        gate = Gate(PlainRedactor())
        self.service = ConversationService(self.store, gate, self.decider, LINES, key=b"k" * 32)

    async def insist(self, conversation_id: str, text: str, client_id: str) -> str:
        """Sends again until it is acknowledged; gives the reply's id."""
        while True:
            try:
                posted = await self.service.post(conversation_id, text, client_id)
            except StoreUnavailable:
                continue
            return posted.reply.id if posted.reply else "silent"


@pytest.fixture
def workers(url: str) -> Iterator[tuple[Worker, Worker]]:
    made = Worker(url), Worker(url)
    yield made
    for each in made:
        each.store.close()


async def test_a_storm_of_retries_at_two_workers_makes_one_turn_and_one_reply(
    workers: tuple[Worker, Worker],
) -> None:
    started = await workers[0].service.start()
    replies = await asyncio.gather(
        *(each.insist(started.id, "hello", "m1") for each in workers * 20)
    )
    assert len(set(replies)) == 1
    turns = (await workers[1].service.get(started.id)).turns
    assert [turn.speaker for turn in turns] == [Speaker.CUSTOMER, Speaker.ASSISTANT]
    assert turns[1].id == replies[0]
    assert sum(each.decider.asked for each in workers) <= 2


async def test_two_tabs_at_two_workers_make_one_order_with_one_reply_each(
    workers: tuple[Worker, Worker],
) -> None:
    started = await workers[0].service.start()
    sent = [(each, f"m{n}") for n in range(8) for each in (workers[0], workers[1], workers[0])]
    replies = await asyncio.gather(
        *(each.insist(started.id, "hello", client_id) for each, client_id in sent)
    )
    turns = (await workers[0].service.get(started.id)).turns
    assert [turn.speaker for turn in turns] == [Speaker.CUSTOMER, Speaker.ASSISTANT] * 8
    told = {turns[n].client_id: turns[n + 1].id for n in range(0, 16, 2)}
    assert all(
        told[client_id] == reply for (_, client_id), reply in zip(sent, replies, strict=True)
    )


async def test_many_that_are_handed_over_at_once_open_one_ticket_and_one_delivery(
    workers: tuple[Worker, Worker],
) -> None:
    started = await workers[0].service.start()
    await asyncio.gather(
        *(each.insist(started.id, "stolen", f"m{n}") for n, each in enumerate(workers * 4)),
        *(each.service.ask_for_agent(started.id) for each in workers),
        return_exceptions=True,
    )
    store = workers[0].store
    assert len(store.handoffs.list()) == 1
    kinds = [each.kind for each in store.outbox.list(DeliveryState.WAITING)]
    assert kinds.count(DeliveryKind.OPENED) == 1
    customers = [t for t in store.load(started.id).turns if t.speaker is Speaker.CUSTOMER]
    assert len(kinds) == len(customers)


async def test_a_reply_that_an_agent_overtakes_is_dropped_and_recorded(
    workers: tuple[Worker, Worker],
) -> None:
    customers, agents = workers
    started = await customers.service.start()
    await customers.service.post(started.id, "stolen", "m1")
    customers.decider.thinking.clear()
    customers.decider.go.clear()
    sending = asyncio.create_task(customers.service.post(started.id, "hello?", "m2"))
    await customers.decider.thinking.wait()
    (ticket,) = agents.store.handoffs.list(TicketState.WAITING)
    await agents.service.desk.claim(ticket.id, "Ana")
    customers.decider.go.set()
    posted = await sending
    assert posted.reply is None
    kept = await agents.service.get(started.id)
    assert kept.state is ConversationState.CLAIMED
    assert [turn.speaker.value for turn in kept.turns] == ["customer", "assistant", "customer"]
    dropped = [e for e in agents.store.events.of(started.id) if e.kind == "reply_dropped"]
    assert [each.payload for each in dropped] == [{"turn_id": posted.customer.id}]
    again = await agents.service.post(started.id, "hello?", "m2")
    assert (again.customer, again.reply) == (posted.customer, None)


def test_agents_and_customers_never_wait_for_each_other_in_a_ring(
    workers: tuple[Worker, Worker],
) -> None:
    """Messages hold the conversation and then its ticket; so must claims and ends."""
    store = workers[0].store
    waiting = [handed_over(store) for _ in range(12)]

    def write(before: Conversation) -> None:
        for _ in range(3):
            now = store.load(before.id)
            with contextlib.suppress(ConversationMoved):
                waits = now.state is ConversationState.WAITING
                opened = ticket(NOW) if waits else None
                store.keep(exchanged(now, silent=not waits), before=now, ticket=opened)

    def serve(before: Conversation) -> None:
        opened = store.handoffs.open_of(before.id)
        assert opened is not None
        store.handoffs.claim(opened.id, "Ana", NOW)
        store.handoffs.finish(opened.id, "Ana", NOW, disposition="solved", remark="Done.")

    with ThreadPoolExecutor(8) as pool:
        doing = [pool.submit(act, each) for each in waiting for act in (write, serve, write)]
        for each in doing:
            each.result(timeout=60)
    assert store.handoffs.list() == ()


def test_votes_at_the_same_moment_leave_one(workers: tuple[Worker, Worker]) -> None:
    def vote(number: int) -> None:
        feedback = workers[number % 2].store.feedback
        feedback.vote_article("a", "r1", "v1", helpful=True, comment=None, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(vote, range(32)))
    assert workers[0].store.feedback.article_votes("a", "r1") == Votes(1, 0)
