"""Tells agents outside the inbox of a new, urgent or overdue ticket: ids and reasons, no words."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address

from bot.deliveries import AlertCause, Delivery, DeliveryKind
from bot.helpdesk.letters import Letters, subject
from bot.helpdesk.mail import Post
from bot.helpdesk.webhook import Webhook, describe
from bot.lines import Lines, LinesSource, fill
from bot.periodic import every
from bot.store import Store
from bot.store_alerts import cause_of
from bot.threaded import threaded
from bot.ticket import Ticket, TicketState

LOOK_SECONDS = 3.0


def _now() -> datetime:
    return datetime.now(UTC)


class AlertWatch:
    """Looks for tickets that agents are to be told of.

    Args:
        store: The records.
        causes: What they want to be told.
        channels: How.
        clock: Tells the time.
    """

    def __init__(
        self,
        store: Store,
        causes: Collection[AlertCause],
        channels: Collection[DeliveryKind],
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._causes = causes
        self._channels = channels
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Looks every few seconds until ``stop`` is set."""
        await every(LOOK_SECONDS, self.look, stop, "alerts")

    async def look(self) -> int:
        """Queues what is to be told now; gives how many alerts."""
        return await threaded(self._store.alerts.queue, self._clock(), self._causes, self._channels)


class AlertMail:
    """Tells by mail.

    Args:
        store: The records.
        post: Sends.
        to: Who is told.
        letters: Know where our inbox is.
        lines: The words.
    """

    def __init__(
        self,
        store: Store,
        post: Post,
        to: Sequence[Address],
        letters: Letters,
        lines: LinesSource,
    ) -> None:
        self._lines = lines
        self._store = store
        self._post = post
        self._to = to
        self._letters = letters

    async def carry(self, delivery: Delivery) -> None:
        """Sends it unless somebody has the ticket by now."""
        told = await _told(self._store, delivery)
        if told is None:
            return
        ticket, cause = told
        about, body = words(ticket, cause, self._letters, self._lines.current())
        urgent = cause is not AlertCause.NEW
        await self._post.send(self._to, about, body, key=delivery.key, urgent=urgent)


class AlertCall:
    """Tells a webhook ``ticket.alert``.

    Args:
        store: The records.
        webhook: Tells.
        letters: Know where our inbox is.
        lines: The words.
    """

    def __init__(
        self, store: Store, webhook: Webhook, letters: Letters, lines: LinesSource
    ) -> None:
        self._lines = lines
        self._store = store
        self._webhook = webhook
        self._letters = letters

    async def carry(self, delivery: Delivery) -> None:
        """Makes the call unless somebody has the ticket by now."""
        told = await _told(self._store, delivery)
        if told is None:
            return
        ticket, cause = told
        about, _ = words(ticket, cause, self._letters, self._lines.current())
        data = describe(ticket, self._letters) | {"alert": cause.value}
        text = f"{about} {self._letters.link(ticket)}".strip()
        await self._webhook.tell("ticket.alert", delivery.created_at, data, delivery.key, text)


def words(ticket: Ticket, cause: AlertCause, letters: Letters, said: Lines) -> tuple[str, str]:
    """The subject of an alert and its text."""
    alert = said.alert
    about = fill(alert[cause.value], about=subject(ticket))
    lines = [
        fill(alert["reference"], id=ticket.id),
        fill(alert["queue"], queue=ticket.queue),
        fill(alert["since"], when=f"{ticket.created_at:%Y-%m-%d %H:%M} UTC"),
    ]
    if ticket.reply_due is not None:
        lines.append(fill(alert["due"], when=f"{ticket.reply_due:%Y-%m-%d %H:%M} UTC"))
    if link := letters.link(ticket):
        lines.append(fill(alert["inbox"], address=link))
    return about, "\n".join(lines)


async def _told(store: Store, delivery: Delivery) -> tuple[Ticket, AlertCause] | None:
    ticket = await threaded(store.handoffs.get, delivery.ticket_id)
    cause = cause_of(delivery.key)
    if cause is AlertCause.OVERDUE:
        settled = ticket.state is TicketState.RESOLVED or ticket.first_reply_at is not None
    else:
        settled = ticket.state is not TicketState.WAITING
    return None if settled else (ticket, cause)
