"""How much waits, and for how long: counts and times alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.deliveries import DeliveryState
from bot.store_database import Database
from bot.store_tables import handoff, outbox
from bot.ticket import TicketState


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits now.

    Attributes:
        deliveries: Deliveries that wait.
        oldest_delivery: When the oldest of them was queued.
        dead: Deliveries that were given up.
        tickets: Tickets that wait for an agent.
        oldest_ticket: When the oldest of them was opened.
        overdue: Those of them whose first reply is overdue.
        claimed: Tickets that agents hold.
    """

    deliveries: int
    oldest_delivery: datetime | None
    dead: int
    tickets: int
    oldest_ticket: datetime | None
    overdue: int
    claimed: int


class FigureStore:
    """Counts what waits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def backlog(self, now: datetime) -> Backlog:
        """What waits now, one consistent view.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        count = func.count()
        with self._database.read() as connection:
            deliveries = connection.execute(
                select(outbox.c.state, count, func.min(outbox.c.created_at))
                .where(outbox.c.state != DeliveryState.DONE.value)
                .group_by(outbox.c.state)
            ).all()
            open_states = (TicketState.WAITING.value, TicketState.CLAIMED.value)
            tickets = connection.execute(
                select(handoff.c.state, count, func.min(handoff.c.created_at))
                .where(handoff.c.state.in_(open_states))
                .group_by(handoff.c.state)
            ).all()
            overdue = connection.execute(
                select(count)
                .select_from(handoff)
                .where(handoff.c.state == TicketState.WAITING.value, handoff.c.reply_due < now)
            ).scalar_one()
        queued = {state: (number, oldest) for state, number, oldest in deliveries}
        held = {state: (number, oldest) for state, number, oldest in tickets}
        none = (0, None)
        waiting, oldest_delivery = queued.get(DeliveryState.WAITING.value, none)
        asking, oldest_ticket = held.get(TicketState.WAITING.value, none)
        return Backlog(
            deliveries=waiting,
            oldest_delivery=oldest_delivery,
            dead=queued.get(DeliveryState.DEAD.value, none)[0],
            tickets=asking,
            oldest_ticket=oldest_ticket,
            overdue=int(overdue),
            claimed=held.get(TicketState.CLAIMED.value, none)[0],
        )
