"""Handoff tickets: at most one open ticket a conversation, held so by an index."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, select, tuple_, update

from bot.conversation import ConversationState
from bot.decision import HandoffReason, Risk
from bot.store_database import Database
from bot.store_errors import TicketTaken, UnknownTicket
from bot.store_tables import conversation as conversations
from bot.store_tables import handoff as tickets
from bot.store_turns import record_event

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that are not mistaken for each other when read aloud."""


class TicketState(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


_OPEN = (TicketState.WAITING.value, TicketState.CLAIMED.value)
_RANK = case((tickets.c.risk == Risk.HIGH.value, 0), else_=1)


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a ticket opens with. The summary is redacted."""

    reason: HandoffReason
    summary: str
    at: datetime
    intent: str | None = None
    risk: Risk | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A handoff as the agents see it.

    Attributes:
        id: Short reference to read aloud, such as ``K-7F3Q``.
        position: Place in the queue from 1, high risk first; ``None`` unless waiting.
        claimed_by: Name of the agent.
        disposition: How it ended, in one word of the agents'.
    """

    id: str
    conversation_id: str
    reason: HandoffReason
    intent: str | None
    risk: Risk | None
    summary: str
    state: TicketState
    created_at: datetime
    position: int | None
    claimed_by: str | None
    claimed_at: datetime | None
    resolved_at: datetime | None
    disposition: str | None


def open_ticket(connection: Connection, conversation_id: str, new: NewTicket) -> str:
    """Opens a ticket and gives its id; where one is open already, gives that one's."""
    known = connection.execute(
        select(tickets.c.ticket_id).where(
            tickets.c.conversation_id == conversation_id, tickets.c.state.in_(_OPEN)
        )
    ).scalar_one_or_none()
    if known is not None:
        return str(known)
    ticket_id = _free_id(connection)
    connection.execute(
        insert(tickets).values(
            ticket_id=ticket_id,
            conversation_id=conversation_id,
            reason=new.reason.value,
            intent=new.intent,
            risk=None if new.risk is None else new.risk.value,
            summary=new.summary,
            state=TicketState.WAITING.value,
            created_at=new.at,
        )
    )
    record_event(connection, conversation_id, new.at, "handoff", ticket_id=ticket_id)
    return ticket_id


def mask_summaries(connection: Connection, conversation_id: str, old: str, new: str) -> None:
    """Replaces a customer's words in the summaries of a conversation's tickets."""
    connection.execute(
        update(tickets)
        .where(tickets.c.conversation_id == conversation_id)
        .values(summary=func.replace(tickets.c.summary, old, new))
    )


def _free_id(connection: Connection) -> str:
    """Four characters, longer where those are taken."""
    for length in (4, 4, 5, 6):
        wanted = "K-" + "".join(secrets.choice(ALPHABET) for _ in range(length))
        taken = connection.execute(
            select(tickets.c.ticket_id).where(tickets.c.ticket_id == wanted)
        ).scalar_one_or_none()
        if taken is None:
            return wanted
    return "K-" + "".join(secrets.choice(ALPHABET) for _ in range(10))


class HandoffStore:
    """Reads tickets and moves them from waiting to claimed to resolved."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, state: TicketState | None = None, limit: int = 100) -> Sequence[Ticket]:
        """Tickets in the order of the queue: high risk first, then the longest waiting.

        Without ``state``, the open ones.
        """
        wanted = _OPEN if state is None else (state.value,)
        with self._database.read() as connection:
            rows = connection.execute(
                select(tickets)
                .where(tickets.c.state.in_(wanted))
                .order_by(_RANK, tickets.c.created_at, tickets.c.ticket_id)
                .limit(limit)
            ).all()
            return tuple(_ticket(connection, row) for row in rows)

    def get(self, ticket_id: str) -> Ticket:
        """One ticket.

        Raises:
            UnknownTicket: When there is none of that id.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(tickets).where(tickets.c.ticket_id == ticket_id)
            ).one_or_none()
            if row is None:
                raise UnknownTicket(ticket_id)
            return _ticket(connection, row)

    def open_of(self, conversation_id: str) -> Ticket | None:
        """The open ticket of a conversation, if there is one."""
        with self._database.read() as connection:
            row = connection.execute(
                select(tickets).where(
                    tickets.c.conversation_id == conversation_id, tickets.c.state.in_(_OPEN)
                )
            ).one_or_none()
            return None if row is None else _ticket(connection, row)

    def claim(self, ticket_id: str, agent: str, now: datetime) -> Ticket:
        """Gives a waiting ticket to one agent. The same agent may ask twice.

        Raises:
            UnknownTicket: When there is none of that id.
            TicketTaken: When another agent was first, or it is resolved.
        """
        with self._database.write() as connection:
            moved = connection.execute(
                update(tickets)
                .where(
                    tickets.c.ticket_id == ticket_id,
                    tickets.c.state == TicketState.WAITING.value,
                )
                .values(state=TicketState.CLAIMED.value, claimed_by=agent, claimed_at=now)
            ).rowcount
            ticket = _require(connection, ticket_id)
            if moved:
                _move(connection, ticket, ConversationState.CLAIMED, now, "claimed")
        if not moved and (ticket.state is not TicketState.CLAIMED or ticket.claimed_by != agent):
            raise TicketTaken(f"{ticket.state.value} by {ticket.claimed_by or 'nobody'}")
        return ticket

    def finish(
        self,
        ticket_id: str,
        agent: str,
        now: datetime,
        *,
        disposition: str,
        state: ConversationState = ConversationState.RESOLVED,
    ) -> Ticket:
        """Ends a ticket that this agent holds; ``state`` is what its conversation becomes.

        Raises:
            UnknownTicket: When there is none of that id.
            TicketTaken: When this agent does not hold it.
        """
        with self._database.write() as connection:
            moved = connection.execute(
                update(tickets)
                .where(
                    tickets.c.ticket_id == ticket_id,
                    tickets.c.state == TicketState.CLAIMED.value,
                    tickets.c.claimed_by == agent,
                )
                .values(state=TicketState.RESOLVED.value, resolved_at=now, disposition=disposition)
            ).rowcount
            ticket = _require(connection, ticket_id)
            if not moved:
                raise TicketTaken(f"{ticket.state.value} by {ticket.claimed_by or 'nobody'}")
            kind = "resolved" if state is ConversationState.RESOLVED else "returned"
            _move(connection, ticket, state, now, kind)
        return ticket


def _require(connection: Connection, ticket_id: str) -> Ticket:
    row = connection.execute(select(tickets).where(tickets.c.ticket_id == ticket_id)).one_or_none()
    if row is None:
        raise UnknownTicket(ticket_id)
    return _ticket(connection, row)


def _move(
    connection: Connection, ticket: Ticket, state: ConversationState, now: datetime, kind: str
) -> None:
    connection.execute(
        update(conversations)
        .where(conversations.c.id == ticket.conversation_id)
        .values(state=state.value)
    )
    record_event(connection, ticket.conversation_id, now, kind, ticket_id=ticket.id)


def _ticket(connection: Connection, row: Row[Any]) -> Ticket:  # Any: every column of the table
    state = TicketState(row.state)
    return Ticket(
        id=row.ticket_id,
        conversation_id=row.conversation_id,
        reason=HandoffReason(row.reason),
        intent=row.intent,
        risk=None if row.risk is None else Risk(row.risk),
        summary=row.summary,
        state=state,
        created_at=row.created_at,
        position=_position(connection, row) if state is TicketState.WAITING else None,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        resolved_at=row.resolved_at,
        disposition=row.disposition,
    )


def _position(connection: Connection, row: Row[Any]) -> int:
    rank = 0 if row.risk == Risk.HIGH.value else 1
    ahead = connection.execute(
        select(func.count())
        .select_from(tickets)
        .where(
            tickets.c.state == TicketState.WAITING.value,
            tuple_(_RANK, tickets.c.created_at, tickets.c.ticket_id)
            < tuple_(rank, row.created_at, row.ticket_id),
        )
    ).scalar_one()
    return int(ahead) + 1
