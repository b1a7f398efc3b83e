"""Ends of episodes: who ended one, whether it was solved, how it was rated. Unrated ones count."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Update, case, func, insert, select, update

from bot.conversation import ConversationState, Speaker, Turn
from bot.store_database import Database
from bot.store_errors import AlreadyRated, NotEnded, UnknownConversation
from bot.store_tables import conversation as conversations
from bot.store_tables import episode as episodes
from bot.store_tables import turn as turns
from bot.store_turns import insert_turn, record_event
from redaction.redactor import RedactedText

_BATCH = 200


class EndedBy(StrEnum):
    """Who or what ended an episode."""

    AGENT = "agent"
    CUSTOMER = "customer"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class EpisodeEnd:
    """An episode that is over.

    Attributes:
        number: Counts from 1 in each conversation.
        agent_helped: Whether an agent wrote in it.
        solved: What the customer said, ``None`` where nothing was said.
        score: From 1 to 5, ``None`` where it was not rated.
    """

    conversation_id: str
    number: int
    ended_at: datetime
    ended_by: EndedBy
    agent_helped: bool
    solved: bool | None
    score: int | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class Ratings:
    """The ratings of episodes that were helped alike.

    Attributes:
        agent_helped: Whether an agent wrote in them.
        ended: How many ended.
        rated: How many of them were rated.
        total: Sum of the scores.
    """

    agent_helped: bool
    ended: int
    rated: int
    total: int


def end_episode(connection: Connection, conversation_id: str, now: datetime, by: EndedBy) -> None:
    """Adds the end of an episode, within a transaction that holds the conversation's row."""
    last = connection.execute(
        select(episodes.c.number, episodes.c.last_seq)
        .where(episodes.c.conversation_id == conversation_id)
        .order_by(episodes.c.number.desc())
        .limit(1)
    ).one_or_none()
    number, since = (0, -1) if last is None else (last.number, last.last_seq)
    newest, helped = connection.execute(
        select(
            func.coalesce(func.max(turns.c.seq), -1),
            func.coalesce(func.max(case((turns.c.speaker == Speaker.AGENT.value, 1), else_=0)), 0),
        ).where(turns.c.conversation_id == conversation_id, turns.c.seq > since)
    ).one()
    connection.execute(
        insert(episodes).values(
            conversation_id=conversation_id,
            number=number + 1,
            last_seq=max(newest, since),
            ended_at=now,
            ended_by=by.value,
            agent_helped=bool(helped),
        )
    )


def add_remark(connection: Connection, conversation_id: str, now: datetime, text: str) -> None:
    """Adds a turn by nobody, such as that an agent left; the caller changes the state with it."""
    connection.execute(
        select(conversations.c.id).where(conversations.c.id == conversation_id).with_for_update()
    )
    seq = connection.execute(
        select(func.count()).select_from(turns).where(turns.c.conversation_id == conversation_id)
    ).scalar_one()
    remark = Turn(uuid.uuid4().hex, now, Speaker.SYSTEM, RedactedText(text))  # our own words
    insert_turn(connection, conversation_id, seq, remark)


class EpisodeStore:
    """Ends episodes and keeps what customers say of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def end(self, conversation_id: str, now: datetime, by: EndedBy, remark: str) -> bool:
        """Ends the episode of an open conversation; says whether it was open.

        Raises:
            UnknownConversation: When there is none of that id.
        """
        with self._database.write() as connection:
            return _end_open(connection, conversation_id, now, by, remark)

    def end_silent(
        self, since: datetime, now: datetime, remark: str, conversation_id: str | None = None
    ) -> int:
        """Ends open conversations in which nobody wrote since a time; says how many.

        Args:
            since: The newest turn must be older.
            now: The time.
            remark: What is noted in the conversation.
            conversation_id: Looks at this one alone.
        """
        newer = (
            select(turns.c.id)
            .where(turns.c.conversation_id == conversations.c.id, turns.c.at >= since)
            .exists()
        )
        any_turn = select(turns.c.id).where(turns.c.conversation_id == conversations.c.id).exists()
        wanted = (
            select(conversations.c.id)
            .where(conversations.c.state == ConversationState.OPEN.value, any_turn, ~newer)
            .limit(_BATCH)
        )
        if conversation_id is not None:
            wanted = wanted.where(conversations.c.id == conversation_id)
        with self._database.read() as connection:
            silent = connection.execute(wanted).scalars().all()
        ended = 0
        for each in silent:
            with self._database.write() as connection:
                still = wanted.where(conversations.c.id == each).with_for_update()
                if connection.execute(still).first() is not None:
                    ended += _end_open(connection, each, now, EndedBy.SILENCE, remark)
        return ended

    def last(self, conversation_id: str) -> EpisodeEnd | None:
        """The newest end of an episode of the conversation."""
        with self._database.read() as connection:
            row = _last(connection, conversation_id)
        return None if row is None else _read(row)

    def all_of(self, conversation_id: str) -> Sequence[EpisodeEnd]:
        """Every end of an episode of the conversation, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(episodes)
                .where(episodes.c.conversation_id == conversation_id)
                .order_by(episodes.c.number)
            ).all()
        return tuple(_read(row) for row in rows)

    def solved(self, conversation_id: str, *, solved: bool, now: datetime) -> None:
        """Keeps whether the last episode was solved; the last word counts.

        Raises:
            NotEnded: When no episode has ended yet.
        """
        with self._database.write() as connection:
            row = _last(connection, conversation_id)
            if row is None:
                raise NotEnded(conversation_id)
            connection.execute(_this(row).values(solved=solved, solved_at=now))

    def rate(self, conversation_id: str, score: int, comment: str | None, now: datetime) -> None:
        """Keeps the rating of the last episode; the same again is taken for a retry.

        Raises:
            NotEnded: When no episode has ended yet.
            AlreadyRated: When it has another rating.
        """
        with self._database.write() as connection:
            row = _last(connection, conversation_id)
            if row is None:
                raise NotEnded(conversation_id)
            if row.score is not None:
                if (row.score, row.comment) != (score, comment):
                    raise AlreadyRated(conversation_id)
                return
            connection.execute(_this(row).values(score=score, comment=comment, rated_at=now))

    def ratings(self) -> tuple[Ratings, Ratings]:
        """Ratings of episodes that the assistant alone helped, and that an agent did."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(
                    episodes.c.agent_helped,
                    func.count().label("ended"),
                    func.count(episodes.c.score).label("rated"),
                    func.coalesce(func.sum(episodes.c.score), 0).label("total"),
                ).group_by(episodes.c.agent_helped)
            ).all()
        found = {row.agent_helped: row for row in rows}
        alone, helped = (
            Ratings(kind, row.ended, row.rated, int(row.total))
            if (row := found.get(kind)) is not None
            else Ratings(kind, 0, 0, 0)
            for kind in (False, True)
        )
        return alone, helped


def _end_open(
    connection: Connection, conversation_id: str, now: datetime, by: EndedBy, remark: str
) -> bool:
    state = connection.execute(
        select(conversations.c.state).where(conversations.c.id == conversation_id).with_for_update()
    ).scalar_one_or_none()
    if state is None:
        raise UnknownConversation(conversation_id)
    said = select(turns.c.id).where(turns.c.conversation_id == conversation_id).limit(1)
    if state != ConversationState.OPEN.value or connection.execute(said).first() is None:
        return False
    end_episode(connection, conversation_id, now, by)
    add_remark(connection, conversation_id, now, remark)
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(state=ConversationState.RESOLVED.value)
    )
    record_event(connection, conversation_id, now, "resolved", by=by.value)
    return True


def _last(connection: Connection, conversation_id: str) -> Row[Any] | None:  # Any: every column
    return connection.execute(
        select(episodes)
        .where(episodes.c.conversation_id == conversation_id)
        .order_by(episodes.c.number.desc())
        .limit(1)
    ).one_or_none()


def _this(row: Row[Any]) -> Update:
    return update(episodes).where(
        episodes.c.conversation_id == row.conversation_id, episodes.c.number == row.number
    )


def _read(row: Row[Any]) -> EpisodeEnd:
    return EpisodeEnd(
        row.conversation_id,
        row.number,
        row.ended_at,
        EndedBy(row.ended_by),
        row.agent_helped,
        row.solved,
        row.score,
        row.comment,
    )
