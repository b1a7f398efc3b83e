"""What agents answer in another helpdesk, whichever it is."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from bot.conversation import ConversationState, Speaker
from bot.desk import AgentDesk
from bot.gate import Gate
from bot.helpdesk.answering import AnsweringHelpdesk
from bot.keys import keyed_digest
from bot.lines import load_lines
from bot.outbox import OutboxWorker
from bot.relay import MOST_CHARACTERS, Relay
from bot.store import Store
from bot.ticket import TicketState
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from tests.bot.helpdesk.kinds import KINDS
from tests.bot.helpdesk.receivers import Fault, Received, http_receiver
from tests.bot.small_store import NOW, exchanged, handed_over


@dataclass
class Scene:
    store: Store
    got: Received
    outbox: OutboxWorker
    desk: AgentDesk
    helpdesk: AnsweringHelpdesk
    conversation_id: str = ""

    def relay(self) -> Relay:
        """As a server makes it when it starts."""
        return Relay(self.store, self.helpdesk, self.desk, partial(keyed_digest, b"k" * 32, "h"))

    async def hand_over(self) -> None:
        self.conversation_id = handed_over(self.store).id
        while await self.outbox.deliver_due():
            pass

    def heard(self) -> list[tuple[str | None, str]]:
        turns = self.store.load(self.conversation_id).turns
        return [(t.author, t.text) for t in turns if t.speaker is Speaker.AGENT]

    @property
    def state(self) -> ConversationState:
        return self.store.load(self.conversation_id).state


@pytest.fixture(params=["zendesk", "chatwoot"])
def scene(request: pytest.FixtureRequest, url: str) -> Iterator[Scene]:
    make, receiver = KINDS[request.param]
    store = Store(url)
    gate = Gate(build_redactor(RedactionSettings(named_entities=False), b"r" * 32))
    with http_receiver(receiver()) as got:
        helpdesk = make(got)
        assert isinstance(helpdesk, AnsweringHelpdesk)
        desk = AgentDesk(store, gate, load_lines("Kestrel"), lambda: NOW)
        # A minute passes at each look: what a busy machine couldn't deliver in time is due again.
        clock = (NOW + timedelta(minutes=each) for each in count())
        outbox = OutboxWorker(store, helpdesk, clock=lambda: next(clock))
        yield Scene(store, got, outbox, desk, helpdesk)
    store.close()


async def test_a_reply_reaches_the_customer_once_and_takes_the_ticket(scene: Scene) -> None:
    await scene.hand_over()
    relay = scene.relay()
    await relay.look()
    assert scene.heard() == []
    scene.got.says("a note among us", internal=True)
    scene.got.says("what the customer said", by_customer=True)
    scene.got.says("We froze it. Call ana@example.com.")
    assert await relay.look() == 1
    assert await relay.look() == 0
    assert await scene.relay().look() == 1  # another server, or the same after a crash
    ((author, text),) = scene.heard()
    assert author == "Ana Agent"
    assert "We froze it." in text
    assert "ana@example.com" not in text
    assert scene.state is ConversationState.CLAIMED
    assert scene.store.handoffs.list()[0].claimed_by == "Ana Agent"
    scene.got.says("Anything else?")
    await relay.look()
    assert [said for _, said in scene.heard()][1:] == ["Anything else?"]


async def test_a_ticket_that_is_solved_there_is_resolved_here(scene: Scene) -> None:
    await scene.hand_over()
    scene.got.says("Done.")
    scene.got.solves()
    await scene.relay().look()
    assert scene.state is ConversationState.RESOLVED
    (ticket,) = scene.store.handoffs.list(TicketState.RESOLVED)
    assert (ticket.claimed_by, ticket.disposition) == ("Ana Agent", "solved")
    assert await scene.relay().look() == 0


async def test_whoever_holds_the_ticket_in_our_inbox_keeps_it(scene: Scene) -> None:
    await scene.hand_over()
    ticket = scene.store.handoffs.list()[0]
    await scene.desk.claim(ticket.id, "Bo")
    scene.got.says("I know more.")
    scene.got.solves()
    await scene.relay().look()
    assert scene.heard() == [("Ana Agent", "I know more.")]
    assert scene.state is ConversationState.CLAIMED
    assert scene.store.handoffs.get(ticket.id).claimed_by == "Bo"


async def test_a_customer_cannot_take_the_place_of_a_reply(scene: Scene) -> None:
    await scene.hand_over()
    before = scene.store.load(scene.conversation_id)
    taken = exchanged(before, "mine", client_id="2", silent=True)
    scene.store.keep(taken, before=before, ticket=None)
    scene.got.says("We froze it.")
    await scene.relay().look()
    assert len(scene.heard()) == 1


async def test_an_agent_may_say_who_writes(scene: Scene) -> None:
    await scene.hand_over()
    scene.got.says("Hello, this is Ana. My name is Berta, says the customer.")
    await scene.relay().look()
    ((_, text),) = scene.heard()
    assert "this is Ana." in text
    assert "Berta" not in text


async def test_a_long_reply_comes_whole(scene: Scene) -> None:
    await scene.hand_over()
    scene.got.says("so long " * 600)
    await scene.relay().look()
    assert len(scene.heard()) == 2
    assert max(len(text) for _, text in scene.heard()) <= MOST_CHARACTERS
    assert sum(text.count("long") for _, text in scene.heard()) >= 599


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.DRIP}))
async def test_bad_answers_lose_and_double_nothing(scene: Scene, fault: Fault) -> None:
    await scene.hand_over()
    scene.got.patience = 0.6
    relay = scene.relay()
    scene.got.says("One.")
    for spoilt in (1, 2, 0):
        scene.got.read_faults.extend([Fault.BUSY] * (spoilt - 1) + [fault] * bool(spoilt))
        await relay.look()
        scene.got.read_faults.clear()
    assert [text for _, text in scene.heard()] == ["One."]


async def test_a_ticket_of_somebody_else_with_that_number_is_left_alone(scene: Scene) -> None:
    await scene.hand_over()
    marks = await scene.helpdesk.marks({"1": "firstline-k-1", "41": "firstline-k-1", "x": "y"})
    assert marks == {}


async def test_two_servers_at_once_keep_one_reply(scene: Scene) -> None:
    await scene.hand_over()
    scene.got.says("One.")
    await asyncio.gather(*(scene.relay().look() for _ in range(3)))
    assert [text for _, text in scene.heard()] == ["One."]
