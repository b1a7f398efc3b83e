"""Writes the service's own records in the shapes that ``firstline-evals replay`` reads."""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.measure.episode_row import EpisodeRow
from bot.measure.log import LoggedConversation
from bot.measure.row_json import row_json
from evals.errors import RunError
from evals.replay_conversations import CLOSED

Json = dict[str, Any]  # one line


def episode_lines(rows: Iterable[EpisodeRow]) -> Iterator[Json]:
    """Every column of every row."""
    return (row_json(row) for row in rows)


def conversation_line(conversation: LoggedConversation) -> Json:
    """A conversation in the replay shape, without texts.

    It has room for one rating, one handoff and one confirmation: the last ones.
    """
    turns, places = _turns(conversation)
    feedback = [
        {"at": _time(each.at), "turn": places[each.turn], "helpful": each.helpful}
        for each in conversation.feedback
    ]
    rating = max(conversation.ratings, key=lambda each: each.at, default=None)
    handoff = conversation.handoffs[-1] if conversation.handoffs else None
    return {
        "conversation_id": conversation.id,
        "customer_id": conversation.customer_key,
        "channel": conversation.channel,
        "started_at": _time(conversation.started_at),
        "intent": _intent(conversation),
        "turns": turns,
        "feedback": [*feedback, *_denials(conversation, turns)],
        "rating": {"at": _time(rating.at), "score": rating.score} if rating else None,
        "handoff": {"at": _time(handoff.at), "ticket_id": handoff.ticket_id} if handoff else None,
        "confirmed_at": _time(max(conversation.confirmed, default=None)),
        "closed_at": _time(max(conversation.closed, default=None)),
        "locale": conversation.locale,
        "is_test": conversation.is_test,
    }


def _turns(conversation: LoggedConversation) -> tuple[list[Json], list[int]]:
    """The turns, with a remark wherever it closed and went on, and the new place of each."""
    marks = sorted(conversation.closed)[:-1]
    turns: list[Json] = []
    places: list[int] = []
    for turn in conversation.turns:
        while marks and marks[0] < turn.at:
            turns.append(_remark(marks.pop(0)))
        places.append(len(turns))
        told: Json = {"at": _time(turn.at), "speaker": turn.speaker, "text": ""}
        if turn.decision is not None:
            told["decision"] = turn.decision
        if turn.reason is not None and turn.speaker != "system":
            told["reason"] = turn.reason
        if turn.articles:
            told["articles"] = list(turn.articles)
        turns.append(told)
    return [*turns, *(_remark(at) for at in marks)], places


def _remark(at: datetime) -> Json:
    return {"at": _time(at), "speaker": "system", "text": "", "reason": CLOSED}


def _denials(conversation: LoggedConversation, turns: list[Json]) -> Iterator[Json]:
    """A "no, not solved" as feedback on the system's last remark: on no article."""
    place = next((p for p in reversed(range(len(turns))) if turns[p]["speaker"] == "system"), None)
    if place is not None:
        for at in conversation.denied:
            yield {"at": _time(at), "turn": place, "helpful": False}


def _intent(conversation: LoggedConversation) -> str | None:
    handed = [each.intent for each in reversed(conversation.handoffs)]
    said = [
        turn.intent for turn in reversed(conversation.turns) if turn.word not in {None, "reply"}
    ]
    told = (conversation.intent, *handed, *said)
    return next((intent for intent in told if intent is not None), None)


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def write_lines(lines: Iterable[Json], path: Path) -> int:
    """Write a file that only its owner can read; says how many lines.

    Raises:
        RunError: It exists, or cannot be written.
    """
    count = 0
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
    except FileExistsError as error:
        raise RunError(f"{path} exists and is not overwritten: name a new file") from error
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror}") from error
    return count
