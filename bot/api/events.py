"""A conversation live: its turns and its state as server-sent events.

Each event carries the id of the newest thing that the reader has then seen. A reader that comes
back with ``Last-Event-ID`` is told what it missed, from the store; one that comes without is told
where the conversation stands and reads the rest with ``GET /v1/conversations/{id}``.

``turn``: a turn as in that answer; one of a known ``turn_id`` replaces it. ``state``: the state and
the open ticket; the first event of a stream that resumes at the present, and sent on each change.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import AppStatus
from starlette.types import Receive, Scope, Send

from bot.api.access import OwnConversation, address_of, count
from bot.api.problems import crowded, refusals
from bot.api.replies import state_body, turn_body
from bot.api.services import Parts, options_of
from bot.events import Follower
from bot.service import ConversationService
from bot.store_errors import StoreUnavailable, UnknownTurn
from bot.store_events import Event

STREAM_SECONDS = 600.0
"""A stream ends after this long, and its reader comes back with a token that is still good."""

BATCH = 5
RETRY_SECONDS = 5
AGAIN_SECONDS = 0.5
"""Until a stream looks again whether the database is back."""

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
    reader = _Reader(parts.service, conversation_id, heartbeat)
    return _Stream(reader, newest if seen is None else seen)


class _Reader:
    """Tells one reader.

    Args:
        service: Where it is read.
        conversation_id: Which conversation.
        heartbeat: Longest silence in seconds.
    """

    def __init__(
        self, service: ConversationService, conversation_id: str, heartbeat: float
    ) -> None:
        self._service = service
        self._id = conversation_id
        self._heartbeat = heartbeat
        self._follower: Follower | None = None

    def leave(self) -> None:
        """The reader has gone."""
        if self._follower is not None:
            self._follower.end()

    async def told(self, place: int) -> AsyncIterator[ServerSentEvent]:
        """What happens after the event of id ``place``, without end."""
        shown: str | None = None
        until = time.monotonic() + STREAM_SECONDS
        with self._service.live.follow(self._id) as follower:
            self._follower = follower
            ending = False
            while not ending:
                follower.expect()
                ending = follower.ended or time.monotonic() >= until  # what is there yet is told
                said = False
                try:
                    events = await self._service.events(self._id, place, BATCH)
                    turns = [await self._turn(event) for event in events]
                    state = await self._state()
                except StoreUnavailable:  # it may be back in a moment, and nothing is missed
                    if not ending:
                        yield ServerSentEvent(comment="ping", sep="\n")
                        await asyncio.sleep(AGAIN_SECONDS)
                    continue
                for event, turn in zip(events, turns, strict=True):
                    place = event.id
                    if turn is not None:
                        said = True
                        yield turn
                if len(events) == BATCH:
                    continue
                if state != shown:
                    shown = state
                    yield ServerSentEvent(state, event="state", id=str(place), sep="\n")
                elif not said and not ending:
                    yield ServerSentEvent(comment="ping", sep="\n")
                # Also without news: the place in the queue changes with other conversations.
                if not ending:
                    await follower.wait(self._heartbeat)

    async def _turn(self, event: Event) -> ServerSentEvent | None:
        """The turn of an event as it reads now; ``None`` for what a customer is not to see."""
        if event.kind not in TURN_EVENTS:
            return None
        try:
            turn = await self._service.turn(self._id, event.payload["turn_id"])
        except UnknownTurn:  # erased since
            return None
        body = turn_body(turn).model_dump_json(exclude_defaults=True)
        return ServerSentEvent(body, event="turn", id=str(event.id), sep="\n")

    async def _state(self) -> str:
        state, ticket = await self._service.standing(self._id)
        return json.dumps(state_body(state, ticket), ensure_ascii=False)


class _Stream(EventSourceResponse):
    """A stream that costs one task besides its own: hundreds of readers stay cheap.

    The library gives each a task for its heartbeat, its reader's leaving and the server's end; here
    the stream beats by itself, and ``LiveEvents`` looks out for the end on behalf of all.
    """

    def __init__(self, reader: _Reader, place: int) -> None:
        super().__init__(reader.told(place), ping=0, sep="\n")
        self._reader = reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends until the reader or the server goes."""
        if scope["method"] == "HEAD":
            await super().__call__(scope, receive, send)
            return
        leaving = asyncio.create_task(self._leave(receive))
        try:
            await self._stream_response(send)
        finally:
            leaving.cancel()

    async def _leave(self, receive: Receive) -> None:
        await self._listen_for_disconnect(receive)
        self._reader.leave()


def server_stops() -> bool:
    """Whether this process was told to end."""
    return AppStatus.should_exit
