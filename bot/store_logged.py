"""Conversations as a log tells them, for the table of episodes: decisions, times, ratings."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from bot.decision import Risk
from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow, Vote
from bot.measure.log import (
    HALF_SURE,
    LoggedConversation,
    LoggedFeedback,
    LoggedHandoff,
    LoggedRating,
    LoggedTurn,
)
from bot.measure.log_rows import rows_of
from bot.measure.predicted_csat import HAND_SET, CsatModel
from bot.record import Record
from bot.store_database import Database
from bot.store_retention import EXPIRED
from bot.store_spend import money_by_conversation
from bot.store_tables import article_feedback
from bot.store_tables import conversation as conversations
from bot.store_tables import episode as episodes
from bot.store_tables import handoff as tickets
from bot.store_tables import turn as turns
from bot.store_tables import turn_feedback as feedback

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any record."""

_BATCH = 400

_Rows = Sequence[Row[Any]]  # Any: the columns differ from select to select


class LoggedStore:
    """Reads what the metrics are counted from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def conversations(self, since: datetime, until: datetime) -> Iterator[LoggedConversation]:
        """Conversations that were opened within ``[since, until)``, the oldest first.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        wanted = (
            select(conversations)
            .where(conversations.c.created_at >= since, conversations.c.created_at < until)
            .order_by(conversations.c.created_at, conversations.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            for start in range(0, len(rows), _BATCH):
                yield from _batch(connection, rows[start : start + _BATCH])

    def episodes(
        self, context: MeasureContext, csat: CsatModel | None = HAND_SET
    ) -> list[EpisodeRow]:
        """Episodes of a window, and those around it that tell of contacts before and after.

        Args:
            context: Window, time and settings.
            csat: Predicts CSAT, from features alone.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        since = BEGINNING if context.since is None else context.since - context.durable
        rows = rows_of(self.conversations(since, context.now + timedelta(seconds=1)), csat)
        with self._database.read() as connection:
            return list(_priced(rows, money_by_conversation(connection)))

    def measured(self, context: MeasureContext) -> tuple[list[EpisodeRow], tuple[Vote, ...]]:
        """Episodes and votes of a window, for the figures.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        votes = self.votes(context.since or BEGINNING, context.until or context.now)
        return self.episodes(context), votes

    def count(self, context: MeasureContext) -> int:
        """How many conversations ``measured`` would read.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        since = BEGINNING if context.since is None else context.since - context.durable
        wanted = select(func.count()).select_from(conversations)
        with self._database.read() as connection:
            found = connection.execute(wanted.where(conversations.c.created_at >= since)).scalar()
        return found or 0

    def votes(self, since: datetime, until: datetime) -> tuple[Vote, ...]:
        """Votes on article pages, given within ``[since, until)``.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        wanted = select(article_feedback).where(
            article_feedback.c.at >= since, article_feedback.c.at < until
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(article_feedback.c.at)).all()
        return tuple(
            Vote(row.article_id, row.helpful, row.at, row.revision, f"visitor {row.visitor_hash}")
            for row in rows
        )


def _priced(rows: Sequence[EpisodeRow], spent: Mapping[str, float | None]) -> Iterator[EpisodeRow]:
    """The rows with what models cost, shared out by the assistant's turns in each conversation."""
    said: Counter[str | None] = Counter()
    for row in rows:
        said[row.conversation_id] += row.assistant_turns or 0
    for row in rows:
        cost = spent.get(row.conversation_id or "", 0.0)
        if cost:
            cost *= (row.assistant_turns or 0) / (said[row.conversation_id] or 1)
        yield replace(row, cost_model=cost)


def _batch(connection: Connection, rows: _Rows) -> Iterator[LoggedConversation]:
    ids = [row.id for row in rows]

    def grouped(wanted: Select[Any]) -> dict[str, list[Row[Any]]]:
        found: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in connection.execute(wanted):
            found[row.conversation_id].append(row)
        return found

    said = grouped(select(turns).where(turns.c.conversation_id.in_(ids)).order_by(turns.c.seq))
    voted = grouped(
        select(turns.c.conversation_id, turns.c.seq, feedback.c.helpful, feedback.c.at)
        .join(feedback, feedback.c.turn_id == turns.c.id)
        .where(turns.c.conversation_id.in_(ids))
        .order_by(feedback.c.at)
    )
    handed = grouped(
        select(tickets).where(tickets.c.conversation_id.in_(ids)).order_by(tickets.c.created_at)
    )
    ended = grouped(
        select(episodes).where(episodes.c.conversation_id.in_(ids)).order_by(episodes.c.number)
    )
    for row in rows:
        yield _conversation(row, said[row.id], voted[row.id], handed[row.id], ended[row.id])


def _conversation(
    row: Row[Any],  # Any: every column of the table
    said: _Rows,
    voted: _Rows,
    handed: _Rows,
    ended: _Rows,
) -> LoggedConversation:
    places = {each.seq: place for place, each in enumerate(said)}
    answered = [end for end in ended if end.solved is not None and end.solved_at is not None]
    return LoggedConversation(
        row.id,
        row.created_at,
        tuple(_turn(each) for each in said),
        customer_key=row.customer_ref,
        channel=row.channel,
        locale=row.locale,
        site=row.site,
        is_test=row.is_test,
        feedback=tuple(LoggedFeedback(v.at, places[v.seq], v.helpful) for v in voted),
        ratings=tuple(
            LoggedRating(end.rated_at, end.score) for end in ended if end.score is not None
        ),
        handoffs=tuple(
            LoggedHandoff(
                ticket.created_at,
                ticket.ticket_id,
                ticket.reason,
                ticket.reply_due,
                ticket.resolved_at,
                ticket.intent,
                _risk(ticket.risk),
            )
            for ticket in handed
        ),
        confirmed=tuple(end.solved_at for end in answered if end.solved),
        denied=tuple(end.solved_at for end in answered if not end.solved),
        closed=tuple(end.ended_at for end in ended),
    )


def _turn(row: Row[Any]) -> LoggedTurn:  # Any: every column of the table
    payload: Record = row.payload or {}
    decision: Record = payload.get("decision") or {}
    evidence: Record = payload.get("evidence") or {}
    best: Record = next(iter(evidence.get("intents") or ()), {})
    cited = [each["article_id"] for each in decision.get("citations") or ()]
    return LoggedTurn(
        row.at,
        row.speaker,
        row.decision,
        row.reason,
        tuple(dict.fromkeys(cited)),
        offered_agent=decision.get("offers_agent"),
        intent=best.get("intent"),
        sure=best.get("probability", 1.0) >= HALF_SURE,
        risk=_risk(best.get("risk")),
        confidence=decision.get("confidence"),
        versions=(
            evidence.get("index_version") or None,
            evidence.get("policy_version") or None,
            evidence.get("model") or None,
        ),
        text=None if row.text == EXPIRED else row.text,
    )


def _risk(told: str | None) -> Risk | None:
    return None if told is None else Risk(told)
