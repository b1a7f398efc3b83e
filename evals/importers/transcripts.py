"""Plain transcripts: a conversation a line, or a turn a line, with the names that people use."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from evals.importers.entries import Entry, Json, Problem

_SPEAKERS: Mapping[str, str] = {
    **dict.fromkeys(("customer", "user", "visitor", "client", "contact", "end-user"), "customer"),
    **dict.fromkeys(("assistant", "bot", "ai", "virtual agent", "agent_bot"), "assistant"),
    **dict.fromkeys(("agent", "human", "staff", "operator", "admin", "representative"), "agent"),
    "system": "system",
}
_TEXT = ("text", "content", "message", "body")
_SPEAKER = ("speaker", "role", "from", "author", "sender")
_TIME = ("at", "timestamp", "created_at", "time", "date")
_CONVERSATION = ("conversation_id", "session_id", "dialogue_id", "ticket_id", "id")
_KEPT = (
    "customer_id",
    "channel",
    "intent",
    "feedback",
    "rating",
    "handoff",
    "confirmed_at",
    "closed_at",
    "locale",
    "is_test",
)
_TURN_KEPT = ("decision", "reason", "articles")


def conversations(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Conversations in the replay format, from entries of either shape."""
    apart: dict[str, list[tuple[int, Json]]] = defaultdict(list)
    for line, entry in entries:
        if isinstance(entry, Problem):
            yield line, entry
        elif isinstance(entry.get("turns") or entry.get("messages"), list):
            yield line, whole(entry, line)
        elif (name := _first(entry, _CONVERSATION)) is not None:
            apart[str(name)].append((line, entry))
        else:
            yield line, Problem(line, f"no turns, and no {', '.join(_CONVERSATION[:2])} to join by")
    for name, turns in apart.items():
        line = turns[0][0]
        yield line, whole({"conversation_id": name, "turns": [turn for _, turn in turns]}, line)


def whole(entry: Json, line: int) -> Json | Problem:
    """One conversation in the replay format, or why it is none."""
    name = _first(entry, _CONVERSATION)
    if name is None:
        return Problem(line, f"no {_CONVERSATION[0]}")
    turns = []
    for place, raw in enumerate(entry.get("turns") or entry.get("messages") or []):
        turn = _turn(raw, entry)
        if isinstance(turn, str):
            return Problem(line, f"turn {place}: {turn}")
        turns.append(turn)
    if not turns:
        return Problem(line, "no turns")
    return {
        "conversation_id": str(name),
        "started_at": _first(entry, ("started_at", *_TIME)) or turns[0]["at"],
        "turns": turns,
        **{key: entry[key] for key in _KEPT if key in entry},
    }


def _turn(raw: object, entry: Json) -> Json | str:
    if not isinstance(raw, dict):
        return "not a JSON object"
    word = str(_first(raw, _SPEAKER) or "").strip().lower()
    if word not in _SPEAKERS:
        return f"unknown speaker {word!r}; known: {', '.join(sorted(_SPEAKERS))}"
    text = _first(raw, _TEXT)
    if not isinstance(text, str):
        return f"no text ({', '.join(_TEXT)})"
    at = _first(raw, _TIME) or _first(entry, ("started_at", *_TIME))
    if at is None:
        return f"no time ({', '.join(_TIME)}), and none of the conversation"
    kept = {key: raw[key] for key in _TURN_KEPT if raw.get(key) is not None}
    return {"at": at, "speaker": _SPEAKERS[word], "text": text, **kept}


def _first(row: Json, names: Iterable[str]) -> object:
    return next((row[name] for name in names if row.get(name) is not None), None)
