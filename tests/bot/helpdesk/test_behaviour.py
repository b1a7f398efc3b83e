"""What every helpdesk does, whichever it is."""

import asyncio
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.conversation import Conversation, Speaker, Turn
from bot.decision import HandoffReason, Risk
from bot.deliveries import DeliveryState
from bot.helpdesk.helpdesk import Helpdesk, HelpdeskError, HelpdeskRefused, HelpdeskUnavailable
from bot.helpdesk.inbox import InboxHelpdesk
from bot.helpdesk.letters import external_id_of
from bot.outbox import OutboxWorker, Patience
from bot.store import Store
from bot.ticket import Sentiment, Ticket, TicketState
from redaction.redactor import RedactedText
from tests.bot.helpdesk.kinds import KINDS, SECONDS
from tests.bot.helpdesk.receivers import (
    Fault,
    Mail,
    Received,
    http_receiver,
    mail_receiver,
)
from tests.bot.small_store import NOW, exchanged, handed_over

TICKET = Ticket(
    id="K-7F3Q",
    conversation_id="conversation-1",
    reason=HandoffReason.HIGH_RISK,
    intent="lost_card",
    risk=Risk.HIGH,
    language="en",
    sentiment=Sentiment.NEUTRAL,
    summary="Problem: my card [CARD_1] is gone\nSteps already taken: none by the assistant",
    queue="general",
    reply_due=None,
    first_reply_at=None,
    state=TicketState.WAITING,
    created_at=NOW,
    position=1,
    claimed_by=None,
    claimed_at=None,
    resolved_at=None,
    disposition=None,
)
TURN = Turn("t1", NOW, Speaker.CUSTOMER, RedactedText("My card [CARD_1] is gone – größte Not"))
LATER = Turn("t2", NOW, Speaker.CUSTOMER, RedactedText("Are you there?"))
TALK = Conversation(id="conversation-1", turns=(TURN,))
OPENED, ADDED = "opened-K-7F3Q", "message-t2"


@dataclass
class Pair:
    """A helpdesk and what it brings tickets to."""

    name: str
    helpdesk: Helpdesk
    got: Received
    make: Callable[..., Helpdesk]


@pytest.fixture(params=KINDS)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    make, receiver = KINDS[request.param]
    with ExitStack() as stack:
        got = receiver()
        if isinstance(got, Mail):
            stack.enter_context(mail_receiver(got))
        else:
            stack.enter_context(http_receiver(got))
        seconds = 0.4 if "fault" in request.fixturenames else SECONDS
        yield Pair(request.param, make(got, seconds=seconds), got, make)


async def stubborn(action: Callable[[], object], times: int = 20) -> object:
    """Does it until it is done, as the outbox does."""
    for _ in range(times):
        try:
            return await action()  # type: ignore[misc]  # each is a coroutine
        except HelpdeskUnavailable:
            continue
    raise AssertionError("never done")


async def test_a_ticket_comes_with_summary_transcript_and_link(pair: Pair) -> None:
    ref = await pair.helpdesk.open(TICKET, TALK, OPENED)
    ((number, text),) = pair.got.tickets.items()
    assert "K-7F3Q" in text
    assert "Problem: my card [CARD_1] is gone" in text
    assert "größte Not" in text
    assert "https://help.example.com/agent?ticket=K-7F3Q" in text
    if pair.name != "webhook":
        assert ref == number


async def test_messages_follow_in_order_once_each(pair: Pair) -> None:
    ref = await pair.helpdesk.open(TICKET, TALK, OPENED)
    for turn in (LATER, replace(LATER, id="t3", text=RedactedText("Hello?"))):
        for _ in range(2):
            await pair.helpdesk.add(TICKET, turn, ref, f"message-{turn.id}")
    assert len(pair.got.tickets) == 1
    first, second = pair.got.messages
    assert "Are you there?" in first
    assert "Hello?" in second


async def test_opening_twice_makes_one_ticket(pair: Pair) -> None:
    refs = {await pair.helpdesk.open(TICKET, TALK, OPENED) for _ in range(2)}
    assert len(refs) == 1
    assert len(pair.got.tickets) == 1


async def test_a_ticket_that_changed_between_attempts_is_still_one(pair: Pair) -> None:
    pair.got.faults.append(Fault.LATE)
    ref = None
    try:
        ref = await pair.helpdesk.open(TICKET, TALK, OPENED)
    except HelpdeskUnavailable:
        changed = replace(TICKET, state=TicketState.CLAIMED, claimed_by="Ana", summary="Problem: x")
        ref = await pair.helpdesk.open(changed, TALK, OPENED)
    assert len(pair.got.tickets) == 1
    await pair.helpdesk.add(TICKET, LATER, ref, ADDED)


FAULTS = [
    (name, fault)
    for name in KINDS
    for fault in Fault
    if fault is not Fault.REFUSED
    and not (name == "mail" and fault in {Fault.REDIRECT, Fault.DEEP, Fault.BOMB})
]
LOOKS = pytest.mark.parametrize("pair", ["zendesk", "chatwoot"], indirect=True)


@pytest.mark.parametrize(("pair", "fault"), FAULTS, indirect=["pair"])
async def test_one_ticket_and_one_message_whatever_an_answer_is_like(
    pair: Pair, fault: Fault
) -> None:
    pair.got.faults.extend([fault, fault])
    ref = await stubborn(lambda: pair.helpdesk.open(TICKET, TALK, OPENED))
    pair.got.faults.clear()
    pair.got.faults.extend([fault, fault])
    await stubborn(lambda: pair.helpdesk.add(TICKET, LATER, str(ref), ADDED))
    assert len(pair.got.tickets) == 1
    assert len(pair.got.messages) == 1
    assert not pair.got.redirected


@LOOKS
@pytest.mark.parametrize("fault", Fault)
async def test_a_spoilt_look_up_makes_no_second_ticket(pair: Pair, fault: Fault) -> None:
    await pair.helpdesk.open(TICKET, TALK, OPENED)
    pair.got.read_faults.extend([fault, fault])
    for _ in range(2):
        with pytest.raises(HelpdeskError):
            await pair.helpdesk.open(TICKET, TALK, OPENED)
    assert len(pair.got.tickets) == 1
    await pair.helpdesk.open(TICKET, TALK, OPENED)
    assert len(pair.got.tickets) == 1


async def test_it_asks_for_patience_and_gets_it(pair: Pair) -> None:
    pair.got.faults.append(Fault.BUSY)
    with pytest.raises(HelpdeskUnavailable) as caught:
        await pair.helpdesk.open(TICKET, TALK, OPENED)
    assert caught.value.retry_after == (None if pair.name == "mail" else 7.0)


async def test_what_it_will_never_take_is_put_aside(pair: Pair) -> None:
    pair.got.faults.append(Fault.REFUSED)
    with pytest.raises(HelpdeskRefused):
        await pair.helpdesk.open(TICKET, TALK, OPENED)


@pytest.mark.parametrize("pair", ["webhook", "zendesk", "chatwoot"], indirect=True)
async def test_a_wrong_secret_can_be_set_right_and_is_not_quoted(pair: Pair) -> None:
    wrong = pair.make(pair.got, "another-token")
    with pytest.raises(HelpdeskUnavailable) as caught:
        await wrong.open(TICKET, TALK, OPENED)
    assert "another-token" not in str(caught.value)
    assert "401" in str(caught.value)


async def test_errors_quote_nothing_that_a_helpdesk_says(pair: Pair) -> None:
    for fault in (Fault.BROKEN, Fault.REFUSED, Fault.LATE):
        pair.got.faults.append(fault)
        try:
            await pair.helpdesk.open(TICKET, TALK, OPENED)
        except HelpdeskError as error:
            said = str(error)
            assert "gone" not in said
            assert len(said) < 120


async def test_a_helpdesk_that_is_down_is_tried_again(pair: Pair) -> None:
    pair.got.port, pair.got.url = 1, "http://127.0.0.1:1"
    helpdesk = pair.make(pair.got)
    with pytest.raises(HelpdeskUnavailable):
        await helpdesk.open(TICKET, TALK, OPENED)


@LOOKS
async def test_a_message_for_a_ticket_of_another_helpdesk_finds_it_or_is_put_aside(
    pair: Pair,
) -> None:
    with pytest.raises(HelpdeskRefused, match=external_id_of(TICKET)):
        await pair.helpdesk.add(TICKET, LATER, "K-7F3Q", ADDED)
    await pair.helpdesk.open(TICKET, TALK, OPENED)
    await pair.helpdesk.add(TICKET, LATER, "../../K-7F3Q", ADDED)
    assert len(pair.got.messages) == 1


async def test_our_own_inbox_takes_everything() -> None:
    assert await InboxHelpdesk().open(TICKET, TALK, OPENED) == "K-7F3Q"
    await InboxHelpdesk().add(TICKET, LATER, "K-7F3Q", ADDED)


async def test_the_outbox_brings_everything_once_to_a_helpdesk_that_fails_a_third_of_the_time(
    pair: Pair, tmp_path: Path, sqlite_blank: Path
) -> None:
    path = shutil.copy(sqlite_blank, tmp_path / "firstline.db")
    store = Store(f"sqlite:///{path}")
    try:
        for _ in range(6):
            before = handed_over(store)
            for text in ("one more thing", "and another"):
                now = store.load(before.id)
                store.keep(exchanged(now, text), before=now, ticket=None)
        chance = random.Random(4)  # noqa: S311  a test's own
        pair.got.patience = 1.3
        faults = [Fault.LATE, Fault.CUT, Fault.BUSY, Fault.BROKEN]
        worker = OutboxWorker(
            store, pair.helpdesk, Patience(first_seconds=0.02, longest_seconds=0.05)
        )
        async with asyncio.timeout(60):
            while store.outbox.count(DeliveryState.WAITING):
                pair.got.faults.extend(chance.choices(faults, k=chance.choice([0, 1, 3])))
                await worker.deliver_due()
                pair.got.faults.clear()
                await asyncio.sleep(0.02)
        assert store.outbox.count(DeliveryState.DONE) == 18
        assert store.outbox.count(DeliveryState.DEAD) == 0
        assert len(pair.got.tickets) == 6
        assert len(pair.got.messages) == 12
    finally:
        store.close()


def test_ids_of_two_installations_differ() -> None:
    other = replace(TICKET, conversation_id="conversation-2")
    assert external_id_of(other) != external_id_of(TICKET)
