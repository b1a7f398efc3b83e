from datetime import datetime, timedelta

import pytest

from bot.alerts import AlertCall, AlertMail, AlertWatch
from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import HandoffReason, Risk
from bot.deliveries import AlertCause, DeliveryKind, DeliveryState
from bot.helpdesk.caller import Caller
from bot.helpdesk.inbox import InboxHelpdesk
from bot.helpdesk.letters import Letters
from bot.helpdesk.mail import Post, read_address
from bot.helpdesk.network import Networks
from bot.helpdesk.smtp import MailServer
from bot.helpdesk.webhook import Webhook
from bot.lines import load_lines
from bot.outbox import Carrier, OutboxWorker
from bot.store import Store, new_id
from bot.store_outbox import ALERTS
from bot.ticket import NewTicket
from redaction.redactor import RedactedText
from tests.bot.helpdesk.receivers import (
    SIGNING_KEY,
    Asked,
    Fault,
    Mail,
    Received,
    http_receiver,
    mail_receiver,
)
from tests.bot.small_store import NOW, Clock, exchanged, handed_over, started

ALL = frozenset(AlertCause)
LETTERS = Letters("https://help.example.com")
LINES = load_lines("Kestrel")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def alerts(store: Store) -> list[str]:
    every = store.outbox.list(DeliveryState.WAITING)
    return [each.key for each in every if each.kind in ALERTS]


def waiting(store: Store, due: datetime | None = None, risk: Risk | None = None) -> Conversation:
    before = started(store)
    new = NewTicket(
        HandoffReason.NO_ARTICLE, "Problem: private words", NOW, "fees", risk, reply_due=due
    )
    store.keep(exchanged(before, state=ConversationState.WAITING), before=before, ticket=new)
    return store.load(before.id)


async def test_a_new_ticket_is_told_once_on_each_channel(store: Store, clock: Clock) -> None:
    ticket = handed_over(store)
    watch = AlertWatch(store, ALL, ALERTS, clock)
    assert [await watch.look() for _ in range(3)] == [2, 0, 0]
    (number,) = {each.split("-", 2)[2] for each in alerts(store)}
    assert number == store.handoffs.list()[0].id
    assert ticket.id == store.handoffs.list()[0].conversation_id


async def test_an_urgent_one_is_told_as_such_alone(store: Store, clock: Clock) -> None:
    handed_over(store, risk=Risk.HIGH)
    await AlertWatch(store, ALL, [DeliveryKind.ALERT_MAIL], clock).look()
    (key,) = alerts(store)
    assert key.startswith("alert_mail-urgent-K-")


async def test_a_ticket_that_is_raised_is_told_again(store: Store, clock: Clock) -> None:
    before = handed_over(store)
    watch = AlertWatch(store, ALL, [DeliveryKind.ALERT_MAIL], clock)
    await watch.look()
    graver = NewTicket(HandoffReason.HIGH_RISK, "summary", NOW, "lost_card", Risk.HIGH)
    store.keep(exchanged(before, "stolen"), before=before, ticket=graver)
    clock.now += timedelta(hours=5)
    assert await watch.look() == 1
    assert [key.split("-")[1] for key in alerts(store)] == ["new", "urgent"]
    assert await watch.look() == 0


async def test_a_late_first_reply_is_told_until_there_is_one(store: Store, clock: Clock) -> None:
    before = waiting(store, due=NOW + 10 * MINUTE)
    watch = AlertWatch(store, {AlertCause.OVERDUE}, [DeliveryKind.ALERT_CALL], clock)
    assert await watch.look() == 0
    clock.now += 11 * MINUTE
    ticket = store.handoffs.claim(store.handoffs.list()[0].id, "Ana", clock.now)
    assert await watch.look() == 1
    now = store.load(before.id)
    said = Turn(new_id(), clock.now, Speaker.AGENT, RedactedText("Hello"), author="Ana")
    store.append(said, before=now, after=now)
    assert await watch.look() == 0
    other = waiting(store, due=clock.now + MINUTE)
    clock.now += 2 * MINUTE
    assert await watch.look() == 1
    assert ticket.conversation_id != other.id


@pytest.mark.parametrize(
    ("causes", "told"),
    [({"new"}, ["new"]), ({"urgent"}, ["urgent"]), ({"overdue"}, []), (set(), [])],
)
async def test_only_what_is_wanted_is_told(
    store: Store, clock: Clock, causes: set[str], told: list[str]
) -> None:
    handed_over(store, risk=Risk.HIGH)
    watch = AlertWatch(store, {AlertCause(c) for c in causes}, [DeliveryKind.ALERT_MAIL], clock)
    await watch.look()
    assert [key.split("-")[1] for key in alerts(store)] == told


async def test_what_waits_since_before_alerts_were_set_is_no_news(
    store: Store, clock: Clock
) -> None:
    handed_over(store)
    waiting(store, due=NOW)
    clock.now += timedelta(days=2)
    assert await AlertWatch(store, ALL, ALERTS, clock).look() == 0


class Room(Received):
    """Takes alerts."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[dict[str, object]] = []

    def answer(self, asked: Asked) -> tuple[int, object]:
        self.told.append(asked.body)
        assert asked.headers["webhook-signature"].startswith("v1,")
        return 200, "ok"


async def test_alerts_name_ids_and_reasons_and_no_words_of_anybody(
    store: Store, clock: Clock
) -> None:
    waiting(store, due=NOW + MINUTE, risk=Risk.HIGH)
    ticket = store.handoffs.list()[0]
    await AlertWatch(store, ALL, ALERTS, clock).look()
    with mail_receiver(Mail()) as box, http_receiver(Room()) as room:
        assert isinstance(room, Room)
        post = Post(
            MailServer("127.0.0.1", box.port), read_address("help@kestrel.example", "sender")
        )
        hook = Webhook(Caller(room.url, Networks(["127.0.0.0/8"])), [SIGNING_KEY])
        to = [read_address("ana@example.com", "to"), read_address("ben@example.com", "to")]
        carriers: dict[DeliveryKind, Carrier] = {
            DeliveryKind.ALERT_MAIL: AlertMail(store, post, to, LETTERS, LINES),
            DeliveryKind.ALERT_CALL: AlertCall(store, hook, LETTERS, LINES),
        }
        room.faults.append(Fault.BROKEN)
        worker = OutboxWorker(store, InboxHelpdesk(), clock=clock, carriers=carriers)
        for _ in range(3):
            await worker.deliver_due()
            clock.now += MINUTE
    (mail,) = box.mails
    assert mail["Subject"] == f"Urgent ticket [{ticket.id}] urgent: no article, fees"
    assert mail["To"] == "ana@example.com, ben@example.com"
    assert mail["Importance"] == "high"
    assert f"https://help.example.com/agent?ticket={ticket.id}" in mail.get_content()
    (told,) = room.told
    assert told["type"] == "ticket.alert"
    assert ticket.id in str(told["text"])
    for said in (mail.as_string(), room.raw[-1].decode()):
        assert "private words" not in said
        assert "hello" not in said


async def test_a_ticket_that_somebody_took_meanwhile_alerts_nobody(
    store: Store, clock: Clock
) -> None:
    handed_over(store)
    await AlertWatch(store, ALL, [DeliveryKind.ALERT_MAIL], clock).look()
    store.handoffs.claim(store.handoffs.list()[0].id, "Ana", NOW)
    post = Post(MailServer("127.0.0.1", 1), read_address("help@kestrel.example", "sender"))
    to = [read_address("ana@example.com", "to")]
    carrier = AlertMail(store, post, to, LETTERS, LINES)
    worker = OutboxWorker(
        store, InboxHelpdesk(), clock=clock, carriers={DeliveryKind.ALERT_MAIL: carrier}
    )
    await worker.deliver_due()
    assert store.outbox.count(DeliveryState.WAITING) == 0


async def test_an_alert_does_not_wait_for_a_helpdesk_that_is_down(
    store: Store, clock: Clock
) -> None:
    handed_over(store)
    (opened,) = store.outbox.take(NOW, MINUTE)
    store.outbox.bury(opened, "refused")
    await AlertWatch(store, ALL, [DeliveryKind.ALERT_MAIL], clock).look()
    (taken,) = store.outbox.take(NOW, MINUTE)
    assert taken.kind is DeliveryKind.ALERT_MAIL
