"""What language models cost, kept so that every server sees the same books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.spend import Cost, Entry, Scope
from bot.store_database import Database
from bot.store_tables import conversation as conversations
from bot.store_tables import handoff as tickets
from bot.store_tables import model_spend as spend
from bot.store_tables import turn as turns


@dataclass(frozen=True, slots=True)
class Bill:
    """What models cost over some time, beside what it led to.

    Attributes:
        cost: Everything, also what was no customer's.
        conversations: Conversations that were begun then and cost something.
        spent_on_them: What these cost.
        contained: Conversations begun then that the assistant answered or asked back in, and that
            were not handed over; tests are left out.
    """

    cost: Cost
    conversations: int
    spent_on_them: Cost
    contained: int

    @property
    def micros_per_contained(self) -> float | None:
        """Cost of all conversations by contained ones, failures included; ``None`` without any."""
        return self.spent_on_them.micros / self.contained if self.contained else None


class SpendStore:
    """The books in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def charge(self, entries: Sequence[Entry], cost: Cost) -> Scope | None:
        """Add ``cost`` to every entry, unless one has reached its cap: then its scope.

        Raises:
            StoreUnavailable: The books cannot be written now.
        """
        with self._database.write() as connection:
            for entry in _in_order(entries):
                _open(connection, entry)
                row = connection.execute(select(spend).where(_is(entry)).with_for_update()).one()
                if entry.cap.reached(_cost(row)):
                    return entry.scope
            _add(connection, entries, cost)
        return None

    def correct(self, entries: Sequence[Entry], difference: Cost) -> None:
        """Add a difference to every entry, caps or not.

        Raises:
            StoreUnavailable: The books cannot be written now.
        """
        with self._database.write() as connection:
            for entry in _in_order(entries):
                _open(connection, entry)
            _add(connection, entries, difference)

    def spent(self, scope: Scope, key: str, day: str) -> Cost:
        """What stands in one entry."""
        wanted = select(spend).where(
            spend.c.scope == scope.value, spend.c.key == key, spend.c.day == day
        )
        with self._database.read() as connection:
            row = connection.execute(wanted).one_or_none()
        return Cost() if row is None else _cost(row)

    def bill(self, since: datetime) -> Bill:
        """What models cost since a time, whole days for everything together."""
        sums = [
            func.coalesce(func.sum(spend.c[name]), 0)
            for name in ("calls", "input_tokens", "output_tokens", "micros")
        ]
        everything = select(*sums).where(
            spend.c.scope == Scope.DAY.value, spend.c.day >= since.date().isoformat()
        )
        begun = and_(conversations.c.created_at >= since, conversations.c.is_test.is_(False))
        theirs = (
            select(func.count(), *sums)
            .select_from(spend)
            .join(conversations, conversations.c.id == spend.c.conversation_id)
            .where(begun)
        )
        helped = (
            select(turns.c.id)
            .where(turns.c.conversation_id == conversations.c.id)
            .where(turns.c.decision.in_(("answer", "clarify")))
        )
        passed_on = select(tickets.c.ticket_id).where(
            tickets.c.conversation_id == conversations.c.id
        )
        contained = select(func.count()).where(begun, helped.exists(), ~passed_on.exists())
        with self._database.read() as connection:
            total = connection.execute(everything).one()
            count, *parts = connection.execute(theirs).one()
            return Bill(
                Cost(*map(int, total)),
                int(count),
                Cost(*map(int, parts)),
                int(connection.execute(contained).scalar_one()),
            )


def money_by_conversation(connection: Connection) -> dict[str, float | None]:
    """What models cost each conversation that used one; ``None`` where the tokens had no price."""
    wanted = select(spend).where(spend.c.conversation_id.is_not(None))
    return {
        row.conversation_id: None
        if row.input_tokens + row.output_tokens and not row.micros
        else row.micros / 1_000_000
        for row in connection.execute(wanted)
    }


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    """The order in which everybody locks them."""
    return sorted(entries, key=lambda each: (each.scope.value, each.key, each.day))


def _is(entry: Entry) -> Any:  # noqa: ANN401  SQLAlchemy's own type of a condition
    return and_(
        spend.c.scope == entry.scope.value, spend.c.key == entry.key, spend.c.day == entry.day
    )


def _open(connection: Connection, entry: Entry) -> None:
    """Begins an entry, unless it is there."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    of_talk = entry.key if entry.scope is Scope.CONVERSATION else None
    connection.execute(
        dialect.insert(spend)
        .values(
            scope=entry.scope.value,
            key=entry.key,
            day=entry.day,
            conversation_id=of_talk,
            calls=0,
            input_tokens=0,
            output_tokens=0,
            micros=0,
        )
        .on_conflict_do_nothing()
    )


def _add(connection: Connection, entries: Sequence[Entry], cost: Cost) -> None:
    for entry in _in_order(entries):
        connection.execute(
            update(spend)
            .where(_is(entry))
            .values(
                calls=spend.c.calls + cost.calls,
                input_tokens=spend.c.input_tokens + cost.input_tokens,
                output_tokens=spend.c.output_tokens + cost.output_tokens,
                micros=spend.c.micros + cost.micros,
            )
        )


def _cost(row: Row[Any]) -> Cost:
    return Cost(row.calls, row.input_tokens, row.output_tokens, row.micros)
