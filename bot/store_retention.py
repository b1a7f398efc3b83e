"""What is older than it may be: counted, and cleared, kind by kind.

Text goes, figures stay: the kind and reason of a decision, intents and scores, votes, ratings.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Delete,
    Table,
    Text,
    Update,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)

from bot.accounts import OPERATOR
from bot.store_audit import record_audit
from bot.store_database import Database
from bot.store_tables import (
    article_feedback,
    cached_answer,
    contact,
    episode,
    handoff,
    handoff_note,
    model_spend,
    turn_feedback,
    vault,
    vault_access,
)
from bot.store_tables import conversation as conversations
from bot.store_tables import turn as turns

EXPIRED = "[expired]"
"""Stands for the text of a turn that is gone."""

_BATCH = 500
_WORDS = frozenset({"text", "question", "note", "quote"})
"""Parts of a decision that are words."""


def without_words(value: object) -> object:
    """A stored decision with its evidence, every text in it emptied."""
    if isinstance(value, dict):
        return {
            name: "" if name in _WORDS and isinstance(part, str) else without_words(part)
            for name, part in value.items()
        }
    return [without_words(part) for part in value] if isinstance(value, list) else value


def _steps(
    before: datetime, sealed: datetime
) -> Iterator[tuple[str, Table, ColumnElement[bool], Update | Delete]]:
    """Name of each kind but turns, its table, which rows are overdue, and what is done with them.

    Args:
        before: Text from before this time is overdue.
        sealed: Sealed values from before this time are.
    """
    yield _emptied("summaries", handoff, handoff.c.created_at < before, "summary")
    late = handoff_note.c.at < before
    yield "notes", handoff_note, late, delete(handoff_note).where(late)
    yield _nulled("comments on answers", turn_feedback, turn_feedback.c.at < before)
    yield _nulled("comments on articles", article_feedback, article_feedback.c.at < before)
    yield _nulled("comments on ratings", episode, episode.c.ended_at < before)
    late = contact.c.at < before
    yield "contact details", contact, late, delete(contact).where(late)
    late = cached_answer.c.at < before
    yield "answers to give again", cached_answer, late, delete(cached_answer).where(late)
    day = before.date().isoformat()
    late = and_(model_spend.c.scope == "visitor", model_spend.c.day < day)
    yield "budgets of visitors", model_spend, late, delete(model_spend).where(late)
    late = vault.c.at < sealed
    yield "sealed values", vault, late, delete(vault).where(late)
    yield _emptied("reasons", vault_access, vault_access.c.at < before, "reason")
    since = select(turns.c.id).where(
        turns.c.conversation_id == conversations.c.id, turns.c.at >= before
    )
    kept = or_(
        conversations.c.customer_ref.is_not(None),
        cast(conversations.c.placeholders, Text) != "{}",
    )
    late = and_(conversations.c.created_at < before, kept, ~since.exists())
    these = update(conversations).where(late).values(customer_ref=None, placeholders={})
    yield "references to customers", conversations, late, these


def _emptied(
    name: str, table: Table, old: ColumnElement[bool], column: str
) -> tuple[str, Table, ColumnElement[bool], Update]:
    late = and_(old, table.c[column] != "")
    return name, table, late, update(table).where(late).values({column: ""})


def _nulled(
    name: str, table: Table, old: ColumnElement[bool]
) -> tuple[str, Table, ColumnElement[bool], Update]:
    late = and_(old, table.c.comment.is_not(None))
    return name, table, late, update(table).where(late).values(comment=None)


class RetentionStore:
    """Counts and clears what is overdue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def overdue(self, before: datetime, sealed: datetime) -> Mapping[str, int]:
        """How many rows of each kind are overdue, one consistent view."""
        with self._database.read() as connection:
            counted = select(func.count()).select_from(turns).where(_late_turns(before))
            found = {"turns": int(connection.execute(counted).scalar_one())}
            for name, table, late, _ in _steps(before, sealed):
                counted = select(func.count()).select_from(table).where(late)
                found[name] = int(connection.execute(counted).scalar_one())
        return found

    def clear(self, before: datetime, sealed: datetime) -> Mapping[str, int]:
        """Clears what is overdue, in steps that hold nobody up for long; says how many rows."""
        done = {"turns": 0}
        while cleared := self._clear_turns(before):
            done["turns"] += cleared
        for name, _, _, statement in _steps(before, sealed):
            with self._database.write() as connection:
                done[name] = connection.execute(statement).rowcount
        if any(done.values()):
            self._database.flush()
        return done

    def note(self, at: datetime, cleared: Mapping[str, int]) -> None:
        """Puts a run on the audit chain."""
        counts = {name.replace(" ", "_"): str(count) for name, count in cleared.items() if count}
        with self._database.write() as connection:
            record_audit(connection, at, OPERATOR, "retention.run", "records", **counts)

    def _clear_turns(self, before: datetime) -> int:
        with self._database.write() as connection:
            rows = connection.execute(
                select(turns.c.id, turns.c.payload)
                .where(_late_turns(before))
                .limit(_BATCH)
                .with_for_update()
            ).all()
            for row in rows:
                connection.execute(
                    update(turns)
                    .where(turns.c.id == row.id)
                    .values(text=EXPIRED, notice=None, payload=without_words(row.payload))
                )
        return len(rows)


def _late_turns(before: datetime) -> ColumnElement[bool]:
    return and_(turns.c.at < before, turns.c.text != EXPIRED)
