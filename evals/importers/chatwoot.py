"""Conversations of Chatwoot's API export, with their messages.

Incoming messages are the customer's; outgoing ones an agent's, or the assistant's where an agent
bot sent them; notes among staff stay out. A survey's answer is the rating.
"""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.importers.entries import Json, Problem

LISTS = ("data.payload", "payload", "conversations")
_INCOMING = frozenset({0, "incoming"})
_OUTGOING = frozenset({1, "outgoing", 3, "template"})
_ACTIVITY = frozenset({2, "activity"})
_ASSISTANTS = frozenset({"agent_bot", "agentbot", "captain::assistant"})
_CLOSED = "resolved"
_SURVEY = "input_csat"

When = int | float | str


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Sender(_Part):
    id: int | str | None = None
    type: str | None = None


class _Message(_Part):
    content: str | None = None
    message_type: int | str
    created_at: When
    private: bool = False
    content_type: str | None = None
    content_attributes: dict[str, Any] | None = None
    sender: _Sender | None = None
    sender_type: str | None = None


class _Meta(_Part):
    sender: _Sender | None = None
    channel: str | None = None


class _Conversation(_Part):
    id: int | str
    created_at: When | None = None
    updated_at: When | None = None
    last_activity_at: When | None = None
    status: str | None = None
    channel: str | None = None
    meta: _Meta | None = None
    messages: list[_Message] = Field(default_factory=list)


def conversation(entry: Json, line: int) -> Json | Problem:
    """One conversation in the replay format, or why it can't be."""
    try:
        told = _Conversation.model_validate(entry)
        messages = sorted(told.messages, key=lambda message: _time(message.created_at))
        return _replayed(told, messages, line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return Problem(line, f"{'.'.join(str(p) for p in first['loc'])}: {first['msg']}")
    except ValueError:
        return Problem(line, "a time that is neither seconds nor ISO 8601")


def _replayed(told: _Conversation, messages: list[_Message], line: int) -> Json | Problem:
    turns = [turn for message in messages if (turn := _turn(message)) is not None]
    if not turns:
        return Problem(line, "no message")
    sender = told.meta.sender if told.meta else None
    channel = told.channel or (told.meta.channel if told.meta else None)
    ended = told.last_activity_at or told.updated_at or messages[-1].created_at
    return {
        "conversation_id": f"chatwoot-{told.id}",
        "customer_id": str(sender.id) if sender and sender.id is not None else None,
        "channel": channel,
        "started_at": _time(told.created_at) if told.created_at else turns[0]["at"],
        "turns": turns,
        "rating": next((r for message in messages if (r := _rating(message))), None),
        "closed_at": _time(ended) if told.status == _CLOSED else None,
    }


def _turn(message: _Message) -> Json | None:
    kind = message.message_type
    if message.private or kind in _ACTIVITY or message.content_type == _SURVEY:
        return None
    if not message.content or kind not in _INCOMING | _OUTGOING:
        return None
    speaker = "customer" if kind in _INCOMING else "agent"
    if speaker == "agent" and _sent_by_software(message):
        speaker = "assistant"
    return {"at": _time(message.created_at), "speaker": speaker, "text": message.content}


def _sent_by_software(message: _Message) -> bool:
    word = message.sender_type or (message.sender.type if message.sender else None) or ""
    return word.lower() in _ASSISTANTS or message.message_type in {3, "template"}


def _rating(message: _Message) -> Json | None:
    values = (message.content_attributes or {}).get("submitted_values")
    answer = values.get("csat_survey_response") if isinstance(values, dict) else None
    score = answer.get("rating") if isinstance(answer, dict) else None
    return {"at": _time(message.created_at), "score": score} if isinstance(score, int) else None


def _time(when: When) -> str:
    """ISO 8601, from that or from seconds since 1970."""
    if isinstance(when, str) and not when.isdigit():
        return datetime.fromisoformat(when).isoformat()
    return datetime.fromtimestamp(float(when), UTC).isoformat()
