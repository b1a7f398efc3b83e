"""Conversations of a window in the replay format, read in batches so that many need little memory.

Texts are as they were stored: redacted, or gone where retention cleared them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from bot.conversation import Speaker
from bot.measure.replayed import (
    ReplayedConversation,
    ReplayedFeedback,
    ReplayedHandoff,
    ReplayedRating,
    ReplayedTurn,
)
from bot.store_database import Database
from bot.store_tables import conversation as conversations
from bot.store_tables import episode as episodes
from bot.store_tables import handoff as handoffs
from bot.store_tables import turn as turns
from bot.store_tables import turn_feedback as feedback

_BATCH = 400

_Rows = dict[str, list[Row[Any]]]  # Any: the columns differ from select to select


class ReplayStore:
    """Reads whole conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def conversations(self, since: datetime, until: datetime) -> Iterator[ReplayedConversation]:
        """Conversations that started within ``[since, until)``, the oldest first."""
        wanted = (
            select(conversations)
            .where(conversations.c.created_at >= since, conversations.c.created_at < until)
            .order_by(conversations.c.created_at, conversations.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            for start in range(0, len(rows), _BATCH):
                yield from _batch(connection, rows[start : start + _BATCH])


def _batch(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[ReplayedConversation]:
    ids = [row.id for row in rows]
    said = _by_conversation(
        connection,
        select(turns).where(turns.c.conversation_id.in_(ids)).order_by(turns.c.seq),
    )
    votes = _by_conversation(
        connection,
        select(turns.c.conversation_id, turns.c.seq, feedback.c.helpful, feedback.c.at)
        .join(feedback, feedback.c.turn_id == turns.c.id)
        .where(turns.c.conversation_id.in_(ids)),
    )
    tickets = _by_conversation(
        connection,
        select(handoffs.c.conversation_id, handoffs.c.created_at, handoffs.c.ticket_id)
        .where(handoffs.c.conversation_id.in_(ids))
        .order_by(handoffs.c.created_at),
    )
    ends = _by_conversation(
        connection,
        select(episodes).where(episodes.c.conversation_id.in_(ids)).order_by(episodes.c.number),
    )
    for row in rows:
        yield _read(row, said[row.id], votes[row.id], tickets[row.id], ends[row.id])


def _by_conversation(connection: Connection, wanted: Select[Any]) -> _Rows:
    found: _Rows = defaultdict(list)
    for row in connection.execute(wanted):
        found[row.conversation_id].append(row)
    return found


def _read(
    row: Row[Any],
    said: Sequence[Row[Any]],
    votes: Sequence[Row[Any]],
    tickets: Sequence[Row[Any]],
    ends: Sequence[Row[Any]],
) -> ReplayedConversation:
    end = ends[-1] if ends else None
    places = {each.seq: place for place, each in enumerate(said)}
    solved_at = end.solved_at if end is not None and end.solved else None
    rated = end is not None and end.score is not None
    return ReplayedConversation(
        conversation_id=row.id,
        customer_id=row.customer_ref,
        channel=row.channel,
        started_at=row.created_at,
        intent=_intent(said),
        turns=tuple(_turn(each) for each in said),
        feedback=tuple(
            ReplayedFeedback(at=vote.at, turn=places[vote.seq], helpful=vote.helpful)
            for vote in votes
        ),
        rating=ReplayedRating(at=end.rated_at, score=end.score) if rated and end else None,
        handoff=(
            ReplayedHandoff(at=tickets[-1].created_at, ticket_id=tickets[-1].ticket_id)
            if tickets
            else None
        ),
        confirmed_at=solved_at,
        closed_at=None if end is None else end.ended_at,
        locale=row.locale,
        is_test=row.is_test,
    )


def _intent(said: Sequence[Row[Any]]) -> str | None:
    """What the first message that wasn't met with a fixed line was taken to be after."""
    for row in said:
        if row.decision in {"answer", "clarify", "handoff"}:
            intents = ((row.payload or {}).get("evidence") or {}).get("intents") or ()
            return str(intents[0]["intent"]) if intents else None
    return None


def _turn(row: Row[Any]) -> ReplayedTurn:
    decision = (row.payload or {}).get("decision") or {}
    return ReplayedTurn(
        at=row.at,
        speaker=Speaker(row.speaker).value,
        text=row.text,
        decision=row.decision,
        reason=row.reason,
        articles=tuple(each["article_id"] for each in decision.get("citations") or ()),
    )
