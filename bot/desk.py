"""The agents' side of a conversation: claim, reply, resolve, hand back."""

import re
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.deliveries import Delivery, DeliveryState
from bot.gate import Gate
from bot.lines import LinesSource, fill
from bot.store import Store
from bot.store_errors import (
    ConversationClosed,
    ConversationMoved,
    StoreUnavailable,
    TicketTaken,
)
from bot.store_notes import Note
from bot.threaded import threaded
from bot.ticket import Ticket, TicketState
from redaction.redactor import RedactedText

ATTEMPTS = 8
_OWN_NAME = "\ue000"  # a character that nobody types


class AgentDesk:
    """What agents do with handoff tickets.

    Args:
        store: The records.
        gate: Redacts what agents type, too.
        lines: What is noted in a conversation when an agent leaves it.
        clock: Tells the time.
    """

    def __init__(
        self, store: Store, gate: Gate, lines: LinesSource, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._gate = gate
        self._lines = lines
        self._clock = clock

    @property
    def closings(self) -> tuple[str, ...]:
        """What agents can say at the end with one click."""
        return self._lines.current().closings

    def now(self) -> datetime:
        """The time."""
        return self._clock()

    async def tickets(self, state: TicketState | None = None) -> Sequence[Ticket]:
        """Tickets in the order of the queue; the open ones without ``state``."""
        return await threaded(self._store.handoffs.list, state)

    async def ticket(self, ticket_id: str) -> Ticket:
        """One ticket.

        Raises:
            UnknownTicket: When there is none of that id.
        """
        return await threaded(self._store.handoffs.get, ticket_id)

    async def claim(self, ticket_id: str, agent: str) -> Ticket:
        """Gives a waiting ticket to one agent; from now on the assistant is silent.

        Raises:
            UnknownTicket: When there is none of that id.
            TicketTaken: When another agent was first.
        """
        return await threaded(self._store.handoffs.claim, ticket_id, agent, self._clock())

    async def reply(
        self, ticket_id: str, agent: str, raw: str, client_id: str | None = None
    ) -> Turn:
        """Keeps an agent's message; a retry with the same client id gives the first one.

        Raises:
            UnknownTicket: When there is none of that id.
            TicketTaken: When this agent does not hold it.
            ClientIdTaken: When a turn of another speaker carries the client id.
        """
        client_id = await self._gate.safe_id(client_id) if client_id else None
        for _ in range(ATTEMPTS):
            ticket = await self.ticket(ticket_id)
            before = await threaded(self._store.load, ticket.conversation_id)
            held = ticket.state is TicketState.CLAIMED and ticket.claimed_by == agent
            if not held or before.state is not ConversationState.CLAIMED:
                raise TicketTaken(f"{ticket.state.value} by {ticket.claimed_by or 'nobody'}")
            with suppress(ConversationMoved):
                return await self._append(before, agent, raw, client_id)
        raise StoreUnavailable("the conversation is too busy; send the reply again")

    async def relay(self, ticket_id: str, author: str, raw: str, client_id: str) -> Turn:
        """Keeps what an agent wrote in another system; whoever answers there takes the ticket.

        Args:
            ticket_id: The ticket.
            author: The agent's name there.
            raw: What was written; it is redacted.
            client_id: The same for the same message.

        Raises:
            UnknownTicket: When there is none of that id.
            ConversationClosed: When the conversation takes no more messages.
        """
        for _ in range(ATTEMPTS):
            ticket = await self.ticket(ticket_id)
            if ticket.state is TicketState.WAITING:
                with suppress(TicketTaken):
                    await self.claim(ticket_id, author)
            before = await threaded(self._store.load, ticket.conversation_id)
            if before.state is ConversationState.CLOSED:
                raise ConversationClosed(before.id)
            with suppress(ConversationMoved):
                return await self._append(before, author, raw, client_id)
        raise StoreUnavailable("the conversation is too busy")

    async def _append(
        self, before: Conversation, author: str, raw: str, client_id: str | None
    ) -> Turn:
        raw, own = _own_name_aside(raw, author)
        admission = await self._gate.admit(raw, before.placeholders, locale=before.locale)
        turn = Turn(
            uuid.uuid4().hex,
            self._clock(),
            Speaker.AGENT,
            RedactedText(admission.text.replace(_OWN_NAME, own)),
            client_id=client_id,
            author=author,
        )
        after = replace(before, placeholders=admission.placeholders)
        return await threaded(self._store.append, turn, before=before, after=after)

    async def resolve(self, ticket_id: str, agent: str, disposition: str = "solved") -> Ticket:
        """Ends a ticket that this agent holds.

        Raises:
            UnknownTicket: When there is none of that id.
            TicketTaken: When this agent does not hold it.
        """
        return await self._finish(ticket_id, agent, "resolved", disposition)

    async def hand_back(self, ticket_id: str, agent: str) -> Ticket:
        """Ends the ticket and gives the conversation back to the assistant.

        Raises:
            UnknownTicket: When there is none of that id.
            TicketTaken: When this agent does not hold it.
        """
        return await self._finish(ticket_id, agent, "returned", "returned", ConversationState.OPEN)

    async def _finish(
        self,
        ticket_id: str,
        agent: str,
        ending: str,
        disposition: str,
        state: ConversationState = ConversationState.RESOLVED,
    ) -> Ticket:
        return await threaded(
            self._store.handoffs.finish,
            ticket_id,
            agent,
            self._clock(),
            disposition=disposition,
            remark=fill(self._lines.current().ending[ending], who=agent),
            state=state,
        )

    async def pulse(self) -> int:
        """A number that grows with anything that agents would see."""
        return await threaded(self._store.events.newest)

    async def note(self, ticket_id: str, agent: str, raw: str) -> Note:
        """Keeps an internal note, redacted; customers never see it.

        Raises:
            UnknownTicket: When there is none of that id.
        """
        note = Note(self._clock(), agent, (await self._gate.admit(raw)).text)
        await threaded(self._store.notes.add, ticket_id, note)
        return note

    async def notes(self, ticket_id: str) -> Sequence[Note]:
        """The notes of a ticket, the oldest first."""
        return await threaded(self._store.notes.of, ticket_id)

    async def undelivered(self) -> Sequence[Delivery]:
        """What another system did not take and is not tried again by itself."""
        return await threaded(self._store.outbox.list, DeliveryState.DEAD)

    async def deliver_again(self, delivery_id: int) -> None:
        """Has a delivery tried again, for as long as a new one.

        Raises:
            UnknownDelivery: When none of that id is left to make.
        """
        await threaded(self._store.outbox.revive, delivery_id, self._clock())


def _own_name_aside(raw: str, author: str) -> tuple[str, str]:
    """What an agent wrote with a stand-in for the agent's own name, and the name.

    The customer sees it beside the message anyway: "this is Ana" would else lose the Ana.
    """
    raw = raw.replace(_OWN_NAME, "")
    for own in (author, author.partition(" ")[0]):
        put_aside, found = re.subn(rf"\b{re.escape(own)}\b", _OWN_NAME, raw)
        if found:
            return put_aside, own
    return raw, author
