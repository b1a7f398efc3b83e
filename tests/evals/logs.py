"""Small logs in the shape that ``firstline-evals replay`` reads."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Json = dict[str, Any]


def at(minutes: float = 0, *, days: float = 0) -> str:
    return (START + timedelta(days=days, minutes=minutes)).isoformat()


def turn(speaker: str, minutes: float = 0, *, days: float = 0, **more: Any) -> Json:
    return {"at": at(minutes, days=days), "speaker": speaker, "text": "words", **more}


def answer(minutes: float = 1, *articles: str, days: float = 0) -> Json:
    cited = list(articles or ("pin",))
    return turn("assistant", minutes, days=days, decision="answer", articles=cited)


def handed(minutes: float = 1, reason: str = "no_article") -> Json:
    return turn("assistant", minutes, decision="handoff", reason=reason)


def conversation(name: str, *turns: Json, **more: Any) -> Json:
    """A conversation of a customer of its own that closed after an hour."""
    return {
        "conversation_id": name,
        "customer_id": f"customer of {name}",
        "channel": "web",
        "started_at": at(),
        "intent": "pin",
        "turns": list(turns),
        "feedback": [],
        "rating": None,
        "handoff": None,
        "closed_at": at(60),
        **more,
    }


def answered(name: str, **more: Any) -> Json:
    return conversation(name, turn("customer"), answer(), **more)


def write(path: Path, lines: Iterable[Json]) -> Path:
    text = "".join(json.dumps(line) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    return path
