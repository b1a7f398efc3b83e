"""Handoff tickets: at most one open ticket a conversation, held so by an index."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, or_, select, tuple_, update

from bot.conversation import ConversationState, Speaker
from bot.decision import HandoffReason, Risk
from bot.store_database import Database
from bot.store_episodes import EndedBy, add_remark, end_episode
from bot.store_errors import TicketTaken, UnknownTicket
from bot.store_tables import conversation as conversations
from bot.store_tables import handoff as tickets
from bot.store_tables import turn as turns
from bot.store_turns import lock_conversation, record_event
from bot.ticket import (
    PRESSING_REASONS,
    URGENT_REASONS,
    NewTicket,
    Sentiment,
    Ticket,
    TicketState,
    is_graver,
    is_worse,
    masked_quotes,
)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that are not mistaken for each other when read aloud."""


_OPEN = (TicketState.WAITING.value, TicketState.CLAIMED.value)
_RANK = case(
    (tickets.c.reason == HandoffReason.SENSITIVE.value, -1),
    (tickets.c.risk == Risk.HIGH.value, 0),
    (tickets.c.reason.in_([reason.value for reason in URGENT_REASONS]), 0),
    (tickets.c.risk == Risk.ACCOUNT.value, 1),
    (tickets.c.reason.in_([reason.value for reason in PRESSING_REASONS]), 1),
    else_=2,
)
"""The place of :func:`bot.ticket.weight_of` in the order of the queue."""
_FIRST_REPLY = (
    select(func.min(turns.c.at))
    .where(
        turns.c.conversation_id == tickets.c.conversation_id,
        turns.c.speaker == Speaker.AGENT.value,
        turns.c.at >= tickets.c.created_at,
        # A later ticket's replies are not this one's.
        or_(tickets.c.resolved_at.is_(None), turns.c.at <= tickets.c.resolved_at),
    )
    .correlate(tickets)
    .scalar_subquery()
    .label("first_reply_at")
)


def open_ticket(connection: Connection, conversation_id: str, new: NewTicket) -> str:
    """Opens a ticket and gives its id; where one is open already, brings that one up to date."""
    known = connection.execute(
        select(tickets).where(
            tickets.c.conversation_id == conversation_id, tickets.c.state.in_(_OPEN)
        )
    ).one_or_none()
    if known is not None:
        _refresh(connection, known, new)
        return str(known.ticket_id)
    ticket_id = _free_id(connection)
    connection.execute(
        insert(tickets).values(
            ticket_id=ticket_id,
            conversation_id=conversation_id,
            reason=new.reason.value,
            intent=new.intent,
            risk=None if new.risk is None else new.risk.value,
            language=new.language,
            sentiment=new.sentiment.value,
            summary=new.summary,
            queue=new.queue,
            reply_due=new.reply_due,
            state=TicketState.WAITING.value,
            created_at=new.at,
        )
    )
    record_event(connection, conversation_id, new.at, "handoff", ticket_id=ticket_id)
    return ticket_id


def _refresh(connection: Connection, known: Row[Any], new: NewTicket) -> None:
    """Takes the newer summary, and a graver reason; a lighter one never lowers the ticket."""
    values: dict[str, object] = {"summary": new.summary}
    had = HandoffReason(known.reason), None if known.risk is None else Risk(known.risk)
    graver = is_graver(new.reason, new.risk, had)
    if graver:
        values |= {
            "reason": new.reason.value,
            "risk": None if new.risk is None else new.risk.value,
            "intent": new.intent or known.intent,
            "queue": new.queue,
            "reply_due": min(filter(None, (known.reply_due, new.reply_due)), default=None),
        }
    elif known.intent is None and new.intent is not None:
        values["intent"] = new.intent
    if is_worse(new.sentiment, Sentiment(known.sentiment)):
        values["sentiment"] = new.sentiment.value
    connection.execute(update(tickets).where(tickets.c.ticket_id == known.ticket_id).values(values))
    if graver:
        record_event(connection, known.conversation_id, new.at, "raised", ticket_id=known.ticket_id)


def read_open_ticket(connection: Connection, conversation_id: str) -> Ticket | None:
    """The open ticket of a conversation, if there is one."""
    row = connection.execute(
        select(tickets, _FIRST_REPLY).where(
            tickets.c.conversation_id == conversation_id, tickets.c.state.in_(_OPEN)
        )
    ).one_or_none()
    return None if row is None else _ticket(connection, row)


def mask_summaries(connection: Connection, conversation_id: str, old: str, new: str) -> None:
    """Replaces a customer's words in the summaries of a conversation's tickets."""
    found = connection.execute(
        select(tickets.c.ticket_id, tickets.c.summary).where(
            tickets.c.conversation_id == conversation_id
        )
    ).all()
    for row in found:
        masked = masked_quotes(row.summary, old, new)
        if masked != row.summary:
            connection.execute(
                update(tickets).where(tickets.c.ticket_id == row.ticket_id).values(summary=masked)
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
        """Tickets in the order of the queue: the urgent first, then the longest waiting.

        Without ``state``, the open ones.
        """
        wanted = _OPEN if state is None else (state.value,)
        with self._database.read() as connection:
            rows = connection.execute(
                select(tickets, _FIRST_REPLY)
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
            return _require(connection, ticket_id)

    def open_of(self, conversation_id: str) -> Ticket | None:
        """The open ticket of a conversation, if there is one."""
        with self._database.read() as connection:
            return read_open_ticket(connection, conversation_id)

    def claim(self, ticket_id: str, agent: str, now: datetime) -> Ticket:
        """Gives a waiting ticket to one agent. The same agent may ask twice.

        Raises:
            UnknownTicket: When there is none of that id.
            TicketTaken: When another agent was first, or it is resolved.
        """
        with self._database.write() as connection:
            _hold(connection, ticket_id)
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
        remark: str = "",
        state: ConversationState = ConversationState.RESOLVED,
    ) -> Ticket:
        """Ends a ticket that this agent holds; ``state`` is what its conversation becomes.

        The ``remark`` is noted in the conversation: what came before it is dealt with.

        Raises:
            UnknownTicket: When there is none of that id.
            TicketTaken: When this agent does not hold it.
        """
        with self._database.write() as connection:
            _hold(connection, ticket_id)
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
            if state is ConversationState.RESOLVED:
                end_episode(connection, ticket.conversation_id, now, EndedBy.AGENT)
            if remark:
                add_remark(connection, ticket.conversation_id, now, remark)
            kind = "resolved" if state is ConversationState.RESOLVED else "returned"
            _move(connection, ticket, state, now, kind)
        return ticket


def _hold(connection: Connection, ticket_id: str) -> None:
    """Locks the ticket's conversation: everybody takes it first, so no two wait for each other."""
    conversation_id = connection.execute(
        select(tickets.c.conversation_id).where(tickets.c.ticket_id == ticket_id)
    ).scalar_one_or_none()
    if conversation_id is None:
        raise UnknownTicket(ticket_id)
    lock_conversation(connection, conversation_id)


def _require(connection: Connection, ticket_id: str) -> Ticket:
    row = connection.execute(
        select(tickets, _FIRST_REPLY).where(tickets.c.ticket_id == ticket_id)
    ).one_or_none()
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
        language=row.language,
        sentiment=Sentiment(row.sentiment),
        summary=row.summary,
        queue=row.queue,
        reply_due=row.reply_due,
        first_reply_at=row.first_reply_at,
        state=state,
        created_at=row.created_at,
        position=_position(connection, row) if state is TicketState.WAITING else None,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        resolved_at=row.resolved_at,
        disposition=row.disposition,
    )


def _position(connection: Connection, row: Row[Any]) -> int:
    rank = select(_RANK).where(tickets.c.ticket_id == row.ticket_id).scalar_subquery()
    ahead = connection.execute(
        select(func.count())
        .select_from(tickets)
        .where(
            tickets.c.state == TicketState.WAITING.value,
            tickets.c.queue == row.queue,
            tuple_(_RANK, tickets.c.created_at, tickets.c.ticket_id)
            < tuple_(rank, row.created_at, row.ticket_id),
        )
    ).scalar_one()
    return int(ahead) + 1
