"""Tickets of Zendesk's JSON export, with their comments, as conversations between two people.

Public comments by the requester are the customer's, all others an agent's; private ones stay out.
The export's rating is good or bad, so it counts as 5 or 1: only shares of good ratings are right.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.importers.entries import Json, Problem

LISTS = ("tickets",)
_SCORES: Mapping[str, int] = {"good": 5, "bad": 1}
_CLOSED = frozenset({"solved", "closed"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Comment(_Part):
    author_id: int | str
    created_at: str
    plain_body: str | None = None
    body: str | None = None
    public: bool = True


class _Rating(_Part):
    score: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


class _Via(_Part):
    channel: str | int | None = None


class _Ticket(_Part):
    id: int | str
    created_at: str
    updated_at: str | None = None
    status: str | None = None
    requester_id: int | str
    description: str | None = None
    comments: list[_Comment] = Field(default_factory=list)
    satisfaction_rating: _Rating | None = None
    via: _Via | None = None


def conversation(entry: Json, line: int) -> Json | Problem:
    """One ticket in the replay format, or why it can't be."""
    try:
        ticket = _Ticket.model_validate(_flattened(entry))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return Problem(line, f"{'.'.join(str(p) for p in first['loc'])}: {first['msg']}")
    turns = [_turn(comment, ticket) for comment in ticket.comments if comment.public]
    if not turns and ticket.description:
        turns = [{"at": ticket.created_at, "speaker": "customer", "text": ticket.description}]
    if not turns:
        return Problem(line, "no public comment")
    return {
        "conversation_id": f"zendesk-{ticket.id}",
        "customer_id": str(ticket.requester_id),
        "channel": str(ticket.via.channel) if ticket.via and ticket.via.channel else None,
        "started_at": ticket.created_at,
        "turns": turns,
        "rating": _rating(ticket),
        "closed_at": ticket.updated_at if ticket.status in _CLOSED else None,
    }


def _flattened(entry: Json) -> Json:
    """The ticket with its comments, which some exports put beside it, and the requester's id."""
    inner = entry.get("ticket")
    ticket: Json = {**inner, "comments": entry.get("comments", [])} if inner else dict(entry)
    requester = ticket.get("requester")
    if "requester_id" not in ticket and isinstance(requester, dict) and "id" in requester:
        ticket["requester_id"] = requester["id"]
    return ticket


def _turn(comment: _Comment, ticket: _Ticket) -> Json:
    own = str(comment.author_id) == str(ticket.requester_id)
    text = comment.plain_body or comment.body or ""
    return {"at": comment.created_at, "speaker": "customer" if own else "agent", "text": text}


def _rating(ticket: _Ticket) -> Json | None:
    rating = ticket.satisfaction_rating
    score = _SCORES.get((rating.score or "").partition("_")[0]) if rating else None
    if rating is None or score is None:
        return None
    at = rating.updated_at or rating.created_at or ticket.updated_at or ticket.created_at
    return {"at": at, "score": score}
