"""Conversations: start, write, read, ask for a person, vote."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse

from bot.api.access import OwnConversation, Renewed, address_of, count, public
from bot.api.crowd import RETRY_SECONDS
from bot.api.inputs import (
    ContactIn,
    HandoffIn,
    MessageIn,
    RatingIn,
    ResolutionIn,
    StartIn,
    TurnFeedbackIn,
)
from bot.api.problems import Problem, crowded, refusals
from bot.api.replies import conversation_body, reply_body
from bot.api.schemas import ConversationOut, ReplyOut, ResolutionOut, TokenOut
from bot.api.services import Parts, metrics_of, options_of, place_for_message
from bot.api.telling import Telling
from bot.contacts import Contact
from bot.identity import CustomerIdentity, IdentityRefused
from bot.service import Posted
from bot.store_errors import ClientIdTaken

STREAM = "text/event-stream"

router = APIRouter(
    prefix="/v1/conversations",
    tags=["conversations"],
    responses=refusals(400, 401, 404, 409, 413, 422, 429, 503),
)


@router.post("", status_code=201, dependencies=[public])
async def start(request: Request, parts: Parts, body: StartIn | None = None) -> TokenOut:
    """Open a conversation."""
    await count(request, "start", address_of(request), options_of(request).rates.starts)
    wanted = body or StartIn()
    customer = _customer(options_of(request).identity, wanted.customer_ref)
    conversation = await parts.service.start(wanted.locale, wanted.channel, customer)
    issued = parts.tokens.issue(conversation.id)
    return TokenOut(id=conversation.id, token=issued.token, expires_at=issued.expires_at)


@router.post("/{conversation_id}/token")
async def renew(request: Request, conversation_id: str, renewed: Renewed) -> TokenOut:
    """Renew the token of a conversation, also up to 24 hours after it expired."""
    await count(request, "read", address_of(request), options_of(request).rates.reads)
    return TokenOut(id=conversation_id, token=renewed.token, expires_at=renewed.expires_at)


@router.post(
    "/{conversation_id}/messages",
    response_model=ReplyOut,
    responses={
        200: {
            "content": {STREAM: {"schema": {"type": "string"}}},
            "description": "The reply; as events ack, sentence, restart and done where asked for.",
        }
    },
)
async def write(
    request: Request,
    conversation_id: OwnConversation,
    body: MessageIn,
    parts: Parts,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> ReplyOut | Response:
    """Send a message; the reply comes once both are kept.

    As events it may begin before that, with sentences that are sure; `restart` takes them back.
    """
    await _count_message(request, parts, conversation_id, body.client_id)
    telling = Telling() if STREAM in accept.lower() else None

    async def posted() -> Posted:
        began = time.perf_counter()
        async with place_for_message(request, conversation_id):
            done = await _within_time(
                request,
                parts.service.post(
                    conversation_id,
                    body.text,
                    body.client_id,
                    visitor=address_of(request),
                    tell=None if telling is None else telling.tell,
                ),
            )
        told = reply_body(done)
        seconds = time.perf_counter() - began
        metrics_of(request).turn(told.decision or "silent", told.reason or "", seconds)
        return done

    if telling is None:
        return reply_body(await posted())
    work = await telling.begin(posted())
    if work.done():
        await work  # what went wrong is still an answer of its own
    return StreamingResponse(
        telling.events(work), media_type=STREAM, headers={"X-Accel-Buffering": "no"}
    )


@router.get("/{conversation_id}", response_model_exclude_defaults=True)
async def read(request: Request, conversation_id: OwnConversation, parts: Parts) -> ConversationOut:
    """Read a conversation."""
    await count(request, "read", address_of(request), options_of(request).rates.reads)
    conversation = await parts.service.get(conversation_id)
    body = conversation_body(conversation, await parts.service.standing_of(conversation_id))
    body.asks_rating = await parts.service.closing.asks_rating(conversation_id, conversation.state)
    return body


@router.post("/{conversation_id}/handoff")
async def ask_for_agent(
    request: Request,
    conversation_id: OwnConversation,
    parts: Parts,
    body: HandoffIn | None = None,
) -> ReplyOut:
    """Ask for a person. Always works; asking twice opens no second ticket."""
    rates = options_of(request).rates
    await count(request, "handoff", conversation_id, rates.handoffs)
    await count(request, "handoffs", address_of(request), rates.address_handoffs)
    note = body.note if body is not None and body.note and body.note.strip() else None
    asked = parts.service.ask_for_agent(conversation_id, note)
    return reply_body(await _within_time(request, asked))


@router.post("/{conversation_id}/feedback", status_code=204)
async def vote(
    request: Request, conversation_id: OwnConversation, body: TurnFeedbackIn, parts: Parts
) -> None:
    """Say whether a reply helped; the last vote counts."""
    await count(request, "vote", address_of(request), options_of(request).rates.votes)
    await parts.service.feedback(
        conversation_id, body.turn_id, helpful=body.helpful, comment=body.comment
    )


def _customer(identity: CustomerIdentity | None, reference: str | None) -> str | None:
    """Who the customer is, as far as it is known; where it must be signed, by the signature."""
    if identity is None or reference is None:
        return reference
    try:
        return identity.reference(reference)
    except IdentityRefused:
        raise Problem(
            401,
            "identity",
            "The customer's identity is not valid",
            "Let your backend sign a fresh customer_ref, or leave it out.",
        ) from None


@router.post("/{conversation_id}/resolution")
async def resolution(
    request: Request, conversation_id: OwnConversation, body: ResolutionIn, parts: Parts
) -> ResolutionOut:
    """Say whether it is solved; a yes ends an open conversation."""
    await count(request, "vote", address_of(request), options_of(request).rates.votes)
    closing = parts.service.closing
    state = await closing.solved(conversation_id, solved=body.solved)
    return ResolutionOut(
        state=state.value,
        asks_rating=await closing.asks_rating(conversation_id, state),
        offers_agent=not body.solved,
    )


@router.post("/{conversation_id}/rating", status_code=204)
async def rate(
    request: Request, conversation_id: OwnConversation, body: RatingIn, parts: Parts
) -> None:
    """Rate the conversation once, at its end."""
    await count(request, "vote", address_of(request), options_of(request).rates.votes)
    await parts.service.closing.rate(conversation_id, body.score, body.comment)


@router.post("/{conversation_id}/contact", status_code=204)
async def leave_contact(
    request: Request, conversation_id: OwnConversation, body: ContactIn, parts: Parts
) -> None:
    """Leave an e-mail address or phone number; only the agent who takes over reads it."""
    await count(request, "contact", conversation_id, options_of(request).rates.handoffs)
    contact = Contact(body.email, body.phone, body.name)
    await parts.service.contacts.keep(conversation_id, contact)


@router.delete("/{conversation_id}/contact", status_code=204)
async def erase_contact(request: Request, conversation_id: OwnConversation, parts: Parts) -> None:
    """Erase the contact details that were left."""
    await count(request, "contact", conversation_id, options_of(request).rates.handoffs)
    await parts.service.contacts.erase(conversation_id)


async def _within_time(request: Request, work: Awaitable[Posted]) -> Posted:
    """What the work gives; where it takes too long, a retry gets what it led to in the end."""
    try:
        async with asyncio.timeout(options_of(request).turn_seconds):
            return await work
    except TimeoutError:
        raise crowded(RETRY_SECONDS) from None


async def _count_message(
    request: Request, parts: Parts, conversation_id: str, client_id: str | None
) -> None:
    """Counts a message, unless it is a repeated one."""
    rates = options_of(request).rates
    once = None if client_id is None else f"{conversation_id} {client_id}"
    try:
        await count(request, "message", conversation_id, rates.messages, once)
        await count(request, "messages", address_of(request), rates.address_messages, once)
    except Problem:
        try:
            known = client_id and await parts.service.is_known(conversation_id, client_id)
        except ClientIdTaken:
            known = False
        if not known:
            raise
