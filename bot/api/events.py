"""A conversation live: its turns and its state as server-sent events.

Each event carries the id of the newest thing that the reader has then seen. A reader that comes
back with ``Last-Event-ID`` is told what it missed, from the store; one that comes without is told
where the conversation stands and reads the rest with ``GET /v1/conversations/{id}``.

``turn``: a turn as in that answer; one of a known ``turn_id`` replaces it. ``state``: the state and
the open ticket; the first event of a stream that resumes at the present, and sent on each change.
"""

import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.api.access import OwnConversation, address_of, count
from bot.api.problems import crowded, refusals
from bot.api.replies import state_body, turn_body
from bot.api.services import Parts, options_of
from bot.service import ConversationService
from bot.store_errors import UnknownTurn
from bot.store_events import Event

STREAM_SECONDS = 600.0
"""A stream ends after this long, and its reader comes back with a token that is still good."""

STALLED_SECONDS = 30
"""A reader that takes nothing for so long is cut off."""

BATCH = 20
RETRY_SECONDS = 5
TURN_EVENTS = frozenset({"turn", "masked"})

logging.getLogger("sse_starlette").setLevel(logging.INFO)  # its debug lines hold what was said

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])


@router.get(
    "/{conversation_id}/events",
    response_class=EventSourceResponse,
    responses={
        200: {
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
            "description": "Events turn and state, without end.",
        },
        **refusals(401, 404, 422, 429, 503),
    },
)
async def follow(
    request: Request,
    conversation_id: OwnConversation,
    parts: Parts,
    last_event_id: Annotated[str, Header(alias="Last-Event-ID", max_length=64)] = "",
) -> EventSourceResponse:
    """Follow a conversation live."""
    await count(request, "read", address_of(request), options_of(request).rates.reads)
    if parts.service.live.full:
        raise crowded(RETRY_SECONDS)
    newest = await parts.service.newest_event(conversation_id)
    seen = int(last_event_id) if last_event_id.isdecimal() else None
    if seen is not None and seen > newest:  # of another database: a restored backup
        seen = None
    heartbeat = options_of(request).heartbeat_seconds
    return EventSourceResponse(
        _told(parts.service, conversation_id, newest if seen is None else seen, heartbeat),
        ping=heartbeat,
        ping_message_factory=lambda: ServerSentEvent(comment="ping", sep="\n"),
        sep="\n",
        send_timeout=STALLED_SECONDS,
    )


async def _told(
    service: ConversationService, conversation_id: str, place: int, heartbeat: float
) -> AsyncIterator[ServerSentEvent]:
    shown: str | None = None
    ends = time.monotonic() + STREAM_SECONDS
    with service.live.follow(conversation_id) as follower:
        while True:
            follower.expect()
            events = await service.events(conversation_id, place, BATCH)
            for event in events:
                place = event.id
                told = await _turn(service, conversation_id, event)
                if told is not None:
                    yield told
            if len(events) == BATCH:
                continue
            state = await _state(service, conversation_id)
            if state != shown:
                shown = state
                yield ServerSentEvent(state, event="state", id=str(place), sep="\n")
            left = ends - time.monotonic()
            if left <= 0 or follower.ended:
                return
            # Also without news: the place in the queue changes with other conversations.
            await follower.wait(min(left, heartbeat))


async def _turn(
    service: ConversationService, conversation_id: str, event: Event
) -> ServerSentEvent | None:
    """The turn of an event as it reads now; ``None`` for what is not the customer's to see."""
    if event.kind not in TURN_EVENTS:
        return None
    try:
        turn = await service.turn(conversation_id, event.payload["turn_id"])
    except UnknownTurn:  # erased since
        return None
    body = turn_body(turn).model_dump_json(exclude_defaults=True)
    return ServerSentEvent(body, event="turn", id=str(event.id), sep="\n")


async def _state(service: ConversationService, conversation_id: str) -> str:
    state, standing = await service.standing(conversation_id)
    return json.dumps(state_body(state, standing), ensure_ascii=False)
