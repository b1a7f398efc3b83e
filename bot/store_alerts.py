"""Finds tickets that agents have not been alerted of, and queues the alerts, each once."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from bot.conversation import Speaker
from bot.decision import HandoffReason, Risk
from bot.deliveries import AlertCause, DeliveryKind
from bot.store_database import Database, lock_until_commit
from bot.store_outbox import ALERTS, queue
from bot.store_tables import handoff as tickets
from bot.store_tables import outbox
from bot.store_tables import turn as turns
from bot.ticket import TicketState, Urgency, urgency_of

FRESH = timedelta(hours=1)
"""A ticket that was opened longer ago, before alerts were set, is nothing new."""
LATE = timedelta(days=1)
"""A reply that was due longer ago is nobody's news."""
MOST = 200

_LOCK = 0x616C657274  # "alert"


class AlertStore:
    """Queues alerts. Any number of processes may look at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(
        self, now: datetime, causes: Collection[AlertCause], channels: Collection[DeliveryKind]
    ) -> int:
        """Queues what agents are to be told; gives how many alerts.

        Args:
            now: The time.
            causes: What they want to be told.
            channels: How: one alert for each.
        """
        with self._database.read() as connection:
            if not any(True for _ in _missing(connection, now, causes, channels)):
                return 0
        with self._database.write() as connection:
            lock_until_commit(connection, _LOCK)
            missing = list(_missing(connection, now, causes, channels))
            for channel, key, about in missing:
                queue(connection, channel, key, about, now)
        return len(missing)


def cause_of(key: str) -> AlertCause:
    """Why an alert of that key is made."""
    return AlertCause(key.split("-")[1])


def _missing(
    connection: Connection,
    now: datetime,
    causes: Collection[AlertCause],
    channels: Collection[DeliveryKind],
) -> Iterator[tuple[DeliveryKind, str, tuple[str, str, str]]]:
    rows = connection.execute(_open_tickets(now)).all()
    made = select(outbox.c.key).where(
        outbox.c.ticket_id.in_([row.ticket_id for row in rows]),
        outbox.c.kind.in_([kind.value for kind in ALERTS]),
    )
    known = set(connection.execute(made).scalars()) if rows else set()
    for row in rows:
        for channel in channels:
            told = {cause for cause in AlertCause if _key(channel, cause, row) in known}
            cause = _cause(row, now, causes, told)
            if cause is not None:
                about = row.conversation_id, row.ticket_id, row.turn_id
                yield channel, _key(channel, cause, row), about


def _cause(
    row: Row[Any],  # Any: the columns of _open_tickets
    now: datetime,
    causes: Collection[AlertCause],
    told: Collection[AlertCause],
) -> AlertCause | None:
    """The gravest of what is to be told, of which nothing as grave was told."""
    late = row.reply_due is not None and now - LATE <= row.reply_due < now and not row.replied
    risk = None if row.risk is None else Risk(row.risk)
    urgent = urgency_of(HandoffReason(row.reason), risk) is Urgency.URGENT
    waiting = row.state == TicketState.WAITING.value
    recent = waiting and (row.created_at > now - FRESH or bool(told))
    fitting = {
        AlertCause.OVERDUE: late,
        AlertCause.URGENT: recent and urgent,
        AlertCause.NEW: recent and AlertCause.URGENT not in told,
    }
    for cause, fits in fitting.items():
        if fits and cause in causes:
            return None if cause in told else cause
    return None


def _key(channel: DeliveryKind, cause: AlertCause, row: Row[Any]) -> str:
    return f"{channel.value}-{cause.value}-{row.ticket_id}"


def _open_tickets(now: datetime) -> Select[Any]:  # Any: its columns
    replied = (
        select(turns.c.id)
        .where(
            turns.c.conversation_id == tickets.c.conversation_id,
            turns.c.speaker == Speaker.AGENT.value,
            turns.c.at >= tickets.c.created_at,
        )
        .exists()
        .label("replied")
    )
    return (
        select(
            tickets.c.ticket_id,
            tickets.c.conversation_id,
            tickets.c.reason,
            tickets.c.risk,
            tickets.c.state,
            tickets.c.created_at,
            tickets.c.reply_due,
            outbox.c.turn_id,
            replied,
        )
        .join(
            outbox,
            and_(
                outbox.c.ticket_id == tickets.c.ticket_id,
                outbox.c.kind == DeliveryKind.OPENED.value,
            ),
        )
        .where(
            tickets.c.state.in_([TicketState.WAITING.value, TicketState.CLAIMED.value]),
            or_(
                tickets.c.created_at > now - LATE,
                tickets.c.reply_due.between(now - LATE, now),
            ),
        )
        .order_by(tickets.c.created_at.desc())
        .limit(MOST)
    )
