"""Turns and events as rows, inside a transaction that the caller holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from bot.conversation import Speaker, Turn
from bot.dialogue import decision_kind, decision_reason
from bot.record import (
    Record,
    decision_record,
    evidence_record,
    read_decision,
    read_evidence,
)
from bot.store_errors import UnknownConversation
from bot.store_tables import conversation as conversations
from bot.store_tables import event as events
from bot.store_tables import turn as turns
from redaction.redactor import RedactedText

CHANNEL = "firstline_events"
"""Where PostgreSQL tells of conversations with news."""


def insert_turn(
    connection: Connection,
    conversation_id: str,
    seq: int,
    turn: Turn,
    *,
    reply_to: str | None = None,
    notice: str | None = None,
) -> None:
    """Adds a turn at place ``seq``, and the event of it."""
    connection.execute(
        insert(turns).values(
            id=turn.id,
            conversation_id=conversation_id,
            seq=seq,
            at=turn.at,
            speaker=turn.speaker.value,
            text=turn.text,
            client_id=turn.client_id,
            author=turn.author,
            reply_to=reply_to,
            decision=None if turn.decision is None else decision_kind(turn.decision),
            reason=None if turn.decision is None else decision_reason(turn.decision),
            notice=notice,
            payload=_payload(turn),
        )
    )
    record_event(
        connection, conversation_id, turn.at, "turn", turn_id=turn.id, speaker=turn.speaker.value
    )


def _payload(turn: Turn) -> Record | None:
    if turn.decision is None:
        return None
    return {
        "decision": decision_record(turn.decision),
        "evidence": None if turn.evidence is None else evidence_record(turn.evidence),
    }


def read_turn(row: Row[Any]) -> Turn:  # Any: every column of the table
    """The turn that a whole row of the table holds."""
    payload: Record = row.payload or {}
    decision, evidence = payload.get("decision"), payload.get("evidence")
    return Turn(
        id=row.id,
        at=row.at,
        speaker=Speaker(row.speaker),
        text=RedactedText(row.text),  # only redacted text was ever written
        decision=None if decision is None else read_decision(decision),
        evidence=None if evidence is None else read_evidence(evidence),
        client_id=row.client_id,
        author=row.author,
    )


def lock_conversation(connection: Connection, conversation_id: str) -> str:
    """Makes other writers of a conversation wait for this transaction; gives its state.

    Raises:
        UnknownConversation: When there is none of that id.
    """
    state = connection.execute(
        select(conversations.c.state).where(conversations.c.id == conversation_id).with_for_update()
    ).scalar_one_or_none()
    if state is None:
        raise UnknownConversation(conversation_id)
    return str(state)


def record_event(
    connection: Connection, conversation_id: str, at: datetime, kind: str, **payload: str
) -> None:
    """Adds an event. ``payload`` holds ids and names of states, never text.

    The transaction holds the conversation's row (:func:`lock_conversation`, or an update of it), so
    that those who read past an event's id miss none that commits later.
    """
    connection.execute(
        insert(events).values(conversation_id=conversation_id, at=at, kind=kind, payload=payload)
    )
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, conversation_id)))
