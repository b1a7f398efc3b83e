"""Sends an agent's answer by mail to a customer who has left, where they said how to be reached."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from bot.contacts import ContactBook, ContactDamaged
from bot.conversation import Conversation, Speaker, Turn
from bot.deliveries import Delivery
from bot.events import LiveEvents
from bot.helpdesk.helpdesk import HelpdeskRefused
from bot.helpdesk.mail import Post, receiver
from bot.lines import Lines, LinesSource, fill
from bot.periodic import every
from bot.store import Store
from bot.threaded import threaded

LOOK_SECONDS = 20.0
"""How often it is noted who is there; an answer waits longer than that before it is mailed."""
_AT_ONCE = 500


def _now() -> datetime:
    return datetime.now(UTC)


class Presence:
    """Notes which customers are there: those who follow their conversation live.

    Args:
        store: The records.
        live: The followers of this process.
        clock: Tells the time.
    """

    def __init__(
        self, store: Store, live: LiveEvents, clock: Callable[[], datetime] = _now
    ) -> None:
        self._store = store
        self._live = live
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Looks until ``stop`` is set."""
        await every(LOOK_SECONDS, self.look, stop, "presence")

    async def look(self) -> None:
        """Notes who is there now."""
        there = self._live.followed
        for start in range(0, len(there), _AT_ONCE):
            some = there[start : start + _AT_ONCE]
            await threaded(self._store.contacts.mark_seen, some, self._clock())


class AnswerMail:
    """Mails what an agent wrote, unless the customer has been there since.

    Args:
        store: The records.
        contacts: Opens contact details, on record.
        post: Sends.
        lines: The words of the mail.
        address: Of the help site; empty where it is not set.
    """

    def __init__(
        self,
        store: Store,
        contacts: ContactBook,
        post: Post,
        lines: LinesSource,
        address: str = "",
    ) -> None:
        self._lines = lines
        self._store = store
        self._contacts = contacts
        self._post = post
        self._address = address

    async def carry(self, delivery: Delivery) -> None:
        """Sends the answer; a customer without a mail address gets none."""
        conversation = await threaded(self._store.load, delivery.conversation_id)
        turn = await self._unread(conversation, delivery.turn_id)
        if turn is None:
            return
        lines = self._lines.current(conversation.locale.partition("-")[0].lower())
        try:
            contact = await self._contacts.for_delivery(
                delivery.conversation_id, delivery.ticket_id, "mail of an answer"
            )
        except ContactDamaged:
            raise HelpdeskRefused("the contact details do not open") from None
        if contact is None or contact.email is None:
            return
        await self._post.send(
            [receiver(contact.email)],
            fill(lines.mail["subject"], id=delivery.ticket_id),
            self._words(lines, turn, delivery.ticket_id),
            key=delivery.key,
        )

    async def _unread(self, conversation: Conversation, turn_id: str) -> Turn | None:
        turns = conversation.turns
        place = next((n for n, turn in enumerate(turns) if turn.id == turn_id), None)
        if place is None:  # erased since
            return None
        seen_at = await threaded(self._store.contacts.seen_at, conversation.id)
        read = seen_at is not None and seen_at >= turns[place].at
        wrote = any(turn.speaker is Speaker.CUSTOMER for turn in turns[place + 1 :])
        return None if read or wrote else turns[place]

    def _words(self, lines: Lines, turn: Turn, reference: str) -> str:
        mail = lines.mail
        who = turn.author or lines.queue["colleague"]
        answered = fill(mail["answered"], who=who[:1].upper() + who[1:], id=reference)
        again = mail["again" if self._address else "again_without"]
        again = fill(again, address=self._address)
        return f"{answered}\n\n{turn.text}\n\n{mail['privacy']} {again}\n"
