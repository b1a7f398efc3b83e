"""What other systems are to be told: written with the turn, delivered afterwards, at least once.

A row holds ids, never text: what is delivered is read when it is delivered. A row that is taken
becomes due again after a while by itself, so one whose worker died is taken by another. What
concerns one ticket goes out in order.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.conversation import Turn
from bot.deliveries import Delivered, Delivery, DeliveryKind, DeliveryState
from bot.store_database import Database
from bot.store_errors import UnknownDelivery
from bot.store_tables import OPEN_TICKET, outbox
from bot.store_tables import contact as contacts
from bot.store_tables import handoff as tickets
from bot.ticket import TicketState

ERROR_CHARACTERS = 255

ALERTS = (DeliveryKind.ALERT_MAIL, DeliveryKind.ALERT_CALL)
_IN_ORDER = ((DeliveryKind.OPENED, DeliveryKind.MESSAGE), (DeliveryKind.ANSWER,))
"""Kinds that go out in order for each ticket; alerts need none, and nothing waits for them."""
ANSWER_WAITS = timedelta(minutes=2)
"""How long a customer has to come back and read an answer before it is mailed."""


def queue_delivery(connection: Connection, conversation_id: str, turn: Turn) -> None:
    """Queues what a customer's turn means for the open ticket; nothing where there is none.

    The first turn since the ticket was opened brings the ticket itself, a later one its message.
    The caller's transaction holds the conversation's row.
    """
    ticket_id = connection.execute(
        select(tickets.c.ticket_id).where(tickets.c.conversation_id == conversation_id, OPEN_TICKET)
    ).scalar_one_or_none()
    if ticket_id is None:
        return
    opened = f"{DeliveryKind.OPENED.value}-{ticket_id}"
    known = connection.execute(select(outbox.c.id).where(outbox.c.key == opened)).first()
    kind = DeliveryKind.OPENED if known is None else DeliveryKind.MESSAGE
    key = opened if known is None else f"{kind.value}-{turn.id}"
    queue(connection, kind, key, (conversation_id, ticket_id, turn.id), turn.at)


def queue_answer(connection: Connection, conversation_id: str, turn: Turn) -> None:
    """Queues the mail of an agent's turn, where the customer left details; within a transaction."""
    known = select(contacts.c.conversation_id).where(contacts.c.conversation_id == conversation_id)
    if connection.execute(known).first() is None:
        return
    newest = (
        select(tickets.c.ticket_id)
        .where(tickets.c.conversation_id == conversation_id)
        .order_by(tickets.c.created_at.desc())
        .limit(1)
    )
    ticket_id = connection.execute(newest).scalar_one_or_none()
    if ticket_id is not None:
        due = turn.at + ANSWER_WAITS
        key = f"{DeliveryKind.ANSWER.value}-{turn.id}"
        queue(connection, DeliveryKind.ANSWER, key, (conversation_id, ticket_id, turn.id), due)


def queue(
    connection: Connection,
    kind: DeliveryKind,
    key: str,
    about: tuple[str, str, str],
    at: datetime,
) -> None:
    """Adds a row about a conversation, a ticket and a turn, due at ``at``."""
    conversation_id, ticket_id, turn_id = about
    connection.execute(
        insert(outbox).values(
            key=key,
            kind=kind.value,
            conversation_id=conversation_id,
            ticket_id=ticket_id,
            turn_id=turn_id,
            state=DeliveryState.WAITING.value,
            attempts=0,
            created_at=at,
            due_at=at,
        )
    )


class OutboxStore:
    """Gives deliveries to workers and keeps how they went. Any number of workers may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, now: datetime, lease: timedelta, limit: int = 10) -> Sequence[Delivery]:
        """Deliveries that are due, each given to one caller until ``lease`` is over.

        Of what the helpdesk is told of a ticket, and of answers, at most the oldest that is not
        done: the rest waits for it.
        """
        earlier = outbox.alias()
        first = (
            ~select(earlier.c.id)
            .where(
                earlier.c.ticket_id == outbox.c.ticket_id,
                earlier.c.id < outbox.c.id,
                earlier.c.state != DeliveryState.DONE.value,
                or_(*(_both(earlier, kinds) for kinds in _IN_ORDER)),
            )
            .exists()
        )
        with self._database.write() as connection:
            rows = connection.execute(
                select(outbox)
                .where(outbox.c.state == DeliveryState.WAITING.value, outbox.c.due_at <= now, first)
                .order_by(outbox.c.due_at, outbox.c.id)
                .limit(limit)
                .with_for_update(of=outbox, skip_locked=True)
            ).all()
            connection.execute(
                update(outbox)
                .where(outbox.c.id.in_([row.id for row in rows]))
                .values(due_at=now + lease, attempts=outbox.c.attempts + 1)
            )
            taken = connection.execute(
                select(outbox)
                .where(outbox.c.id.in_([row.id for row in rows]))
                .order_by(outbox.c.id)
            ).all()
        return tuple(_delivery(row) for row in taken)

    def succeed(self, delivery: Delivery, ref: str | None, now: datetime) -> None:
        """It arrived; ``ref`` is the helpdesk's own id of what it made."""
        with self._database.write() as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.id == delivery.id)
                .values(state=DeliveryState.DONE.value, ref=ref, error=None, done_at=now)
            )

    def postpone(self, delivery: Delivery, until: datetime, error: str) -> None:
        """It failed, and is tried again at ``until``."""
        self._set(delivery, due_at=until, error=error[:ERROR_CHARACTERS])

    def bury(self, delivery: Delivery, error: str) -> None:
        """It failed for good; somebody has to look at it."""
        self._set(delivery, state=DeliveryState.DEAD.value, error=error[:ERROR_CHARACTERS])

    def revive(self, delivery_id: int, now: datetime) -> None:
        """Tries a dead one again; one that waits is tried at once.

        Raises:
            UnknownDelivery: When there is none of that id that is not done.
        """
        with self._database.write() as connection:
            moved = connection.execute(
                update(outbox)
                .where(outbox.c.id == delivery_id, outbox.c.state != DeliveryState.DONE.value)
                .values(state=DeliveryState.WAITING.value, due_at=now, created_at=now, attempts=0)
            ).rowcount
        if not moved:
            raise UnknownDelivery(str(delivery_id))

    def list(self, state: DeliveryState, limit: int = 100) -> Sequence[Delivery]:
        """Deliveries that stand so, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(outbox)
                .where(outbox.c.state == state.value)
                .order_by(outbox.c.id)
                .limit(limit)
            ).all()
        return tuple(_delivery(row) for row in rows)

    def count(self, state: DeliveryState) -> int:
        """How many stand so."""
        counted = select(func.count()).select_from(outbox).where(outbox.c.state == state.value)
        with self._database.read() as connection:
            return int(connection.execute(counted).scalar_one())

    def ref_of(self, ticket_id: str) -> str | None:
        """The helpdesk's own id of a ticket, once it was delivered."""
        with self._database.read() as connection:
            ref = connection.execute(
                select(outbox.c.ref).where(
                    outbox.c.ticket_id == ticket_id, outbox.c.kind == DeliveryKind.OPENED.value
                )
            ).scalar_one_or_none()
        return None if ref is None else str(ref)

    def delivered(self, limit: int = 200) -> Sequence[Delivered]:
        """Open tickets that the helpdesk has, the newest first."""
        opened = [TicketState.WAITING.value, TicketState.CLAIMED.value]
        with self._database.read() as connection:
            rows = connection.execute(
                select(outbox.c.ref, outbox.c.ticket_id, outbox.c.conversation_id)
                .join(tickets, tickets.c.ticket_id == outbox.c.ticket_id)
                .where(
                    outbox.c.kind == DeliveryKind.OPENED.value,
                    outbox.c.ref.is_not(None),
                    tickets.c.state.in_(opened),
                )
                .order_by(outbox.c.id.desc())
                .limit(limit)
            ).all()
        return tuple(Delivered(row.ref, row.ticket_id, row.conversation_id) for row in rows)

    def _set(self, delivery: Delivery, **values: object) -> None:
        """Keeps how an attempt failed, unless it is done already or a later one has begun."""
        with self._database.write() as connection:
            connection.execute(
                update(outbox)
                .where(
                    outbox.c.id == delivery.id,
                    outbox.c.state == DeliveryState.WAITING.value,
                    outbox.c.attempts == delivery.attempts,
                )
                .values(values)
            )


def _both(earlier: FromClause, kinds: Sequence[DeliveryKind]) -> ColumnElement[bool]:
    named = [kind.value for kind in kinds]
    return and_(earlier.c.kind.in_(named), outbox.c.kind.in_(named))


def _delivery(row: Row[Any]) -> Delivery:  # Any: every column of the table
    return Delivery(
        id=row.id,
        key=row.key,
        kind=DeliveryKind(row.kind),
        conversation_id=row.conversation_id,
        ticket_id=row.ticket_id,
        turn_id=row.turn_id,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
        ref=row.ref,
        error=row.error,
    )
