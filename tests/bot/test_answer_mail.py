from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from bot.answer_mail import AnswerMail, Presence
from bot.contacts import Contact, ContactBook
from bot.conversation import Conversation, Speaker, Turn
from bot.deliveries import DeliveryKind, DeliveryState
from bot.events import LiveEvents
from bot.helpdesk.inbox import InboxHelpdesk
from bot.helpdesk.mail import Post, read_address
from bot.helpdesk.smtp import MailServer
from bot.lines import load_lines
from bot.outbox import OutboxWorker
from bot.store import Store, new_id
from redaction.redactor import RedactedText
from tests.bot.helpdesk.receivers import Fault, Mail, mail_receiver
from tests.bot.small_store import NOW, exchanged, handed_over

MINUTE = timedelta(minutes=1)
SENDER = read_address("Kestrel <help@kestrel.example>", "sender")
# A knowledge base may say each part otherwise; "again" is left as it ships.
LINES = load_lines("Kestrel", {"mail": {"privacy": "Without personal data."}})
JANE = Contact("jane@example.org", name="Jane")


class Scene:
    """A customer who was handed over and left details, an agent, and a mail server."""

    def __init__(self, store: Store, box: Mail) -> None:
        self.store = store
        self.box = box
        self.now = NOW
        self.conversation = handed_over(store)
        self.ticket = store.handoffs.list()[0]
        self.contacts = ContactBook(store, bytes(32), self.clock)
        self.live = LiveEvents(store.events)
        post = Post(
            MailServer("127.0.0.1", box.port, seconds=1.0),
            SENDER,
        )
        carrier = AnswerMail(store, self.contacts, post, LINES, "https://help.example.com")
        self.worker = OutboxWorker(
            store, InboxHelpdesk(), clock=self.clock, carriers={DeliveryKind.ANSWER: carrier}
        )

    def clock(self) -> datetime:
        return self.now

    def load(self) -> Conversation:
        return self.store.load(self.conversation.id)

    def answer(self, text: str = "Your card is [CARD_1], and blocked.") -> Turn:
        now = self.load()
        said = Turn(new_id(), self.now, Speaker.AGENT, RedactedText(text), author="Ana")
        return self.store.append(said, before=now, after=now)

    async def pass_time(self, minutes: int = 3) -> None:
        for _ in range(3):
            await self.worker.deliver_due()
            self.now += minutes * MINUTE
        await self.worker.deliver_due()


@pytest.fixture
def scene(url: str) -> Iterator[Scene]:
    with ExitStack() as stack:
        box = stack.enter_context(mail_receiver(Mail()))
        store = Store(url)
        stack.callback(store.close)
        yield Scene(store, box)


async def test_an_answer_goes_to_a_customer_who_has_left_on_record(scene: Scene) -> None:
    await scene.contacts.keep(scene.conversation.id, JANE)
    scene.now += MINUTE
    scene.answer()
    await scene.worker.deliver_due()
    assert scene.box.mails == []  # the customer may be back in a moment
    await scene.pass_time()
    (mail,) = scene.box.mails
    assert mail["To"] == "jane@example.org"
    assert scene.ticket.id in mail["Subject"]
    assert "Ana answered" in mail.get_content()
    assert "Your card is [CARD_1], and blocked." in mail.get_content()
    assert "https://help.example.com" in mail.get_content()
    (read,) = [each for each in scene.store.audit.entries() if each.action == "contact.read"]
    assert read.actor == "mail of an answer"


async def test_somebody_who_is_there_gets_no_mail(scene: Scene) -> None:
    await scene.contacts.keep(scene.conversation.id, JANE)
    scene.now += MINUTE
    scene.answer()
    scene.now += timedelta(seconds=15)
    with scene.live.follow(scene.conversation.id):
        await Presence(scene.store, scene.live, scene.clock).look()
    await scene.pass_time()
    assert scene.box.mails == []
    scene.answer("Are you still there?")
    await Presence(scene.store, scene.live, scene.clock).look()  # nobody follows any more
    await scene.pass_time()
    assert len(scene.box.mails) == 1


async def test_somebody_who_wrote_since_gets_no_mail(scene: Scene) -> None:
    await scene.contacts.keep(scene.conversation.id, JANE)
    scene.now += MINUTE
    scene.answer()
    before = scene.load()
    scene.store.keep(exchanged(before, "thanks", silent=True), before=before, ticket=None)
    await scene.pass_time()
    assert scene.box.mails == []


@pytest.mark.parametrize("contact", [None, Contact(phone="+44 20 7946 0000"), "erased"])
async def test_without_a_mail_address_nothing_goes_out(
    scene: Scene, contact: Contact | str | None
) -> None:
    if contact is not None:
        await scene.contacts.keep(
            scene.conversation.id, contact if isinstance(contact, Contact) else JANE
        )
    scene.now += MINUTE
    scene.answer()
    if contact == "erased":
        await scene.contacts.erase(scene.conversation.id)
    await scene.pass_time()
    assert scene.box.mails == []
    assert scene.store.outbox.count(DeliveryState.WAITING) == 0


async def test_a_mail_whose_receipt_is_lost_comes_again_under_the_same_id(scene: Scene) -> None:
    await scene.contacts.keep(scene.conversation.id, JANE)
    scene.now += MINUTE
    scene.answer()
    scene.box.faults.append(Fault.CUT)
    await scene.pass_time()
    assert len({mail["Message-ID"] for mail in scene.box.mails}) == 1
    assert scene.store.outbox.count(DeliveryState.WAITING) == 0


async def test_details_that_do_not_open_are_put_aside(scene: Scene) -> None:
    await scene.contacts.keep(scene.conversation.id, JANE)
    other = ContactBook(scene.store, bytes([1]) * 32, scene.clock)
    carrier = AnswerMail(scene.store, other, Post(MailServer("127.0.0.1", 1), SENDER), LINES)
    worker = OutboxWorker(
        scene.store, InboxHelpdesk(), clock=scene.clock, carriers={DeliveryKind.ANSWER: carrier}
    )
    scene.now += MINUTE
    scene.answer()
    for _ in range(3):
        await worker.deliver_due()
        scene.now += 3 * MINUTE
    (dead,) = scene.store.outbox.list(DeliveryState.DEAD)
    assert dead.error == "the contact details do not open"


async def test_where_no_mail_is_set_answers_stay_in_the_chat(scene: Scene) -> None:
    await scene.contacts.keep(scene.conversation.id, JANE)
    scene.answer()
    scene.worker = OutboxWorker(scene.store, InboxHelpdesk(), clock=scene.clock)
    await scene.pass_time()
    assert scene.store.outbox.count(DeliveryState.WAITING) == 0
    assert scene.store.outbox.count(DeliveryState.DEAD) == 0
