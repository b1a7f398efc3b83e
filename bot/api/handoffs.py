"""The agents' queue: read, claim, reply, resolve, hand back."""

from typing import Annotated

from fastapi import APIRouter, Query

from bot.api.access import Staff
from bot.api.inputs import AgentReplyIn, NoteIn, ResolveIn
from bot.api.problems import Problem, not_found, not_holder, refusals
from bot.api.replies import conversation_body, ticket_body
from bot.api.schemas import (
    AgentTurnOut,
    ContactOut,
    ConversationOut,
    NoteOut,
    NotesOut,
    PulseOut,
    TicketOut,
    TicketsOut,
    TicketStateName,
)
from bot.api.services import Parts
from bot.contacts import ContactDamaged, NoContact, NotHolder
from bot.ticket import TicketState

router = APIRouter(
    prefix="/v1/handoffs",
    tags=["handoffs"],
    responses=refusals(400, 401, 403, 404, 409, 413, 422, 503),
)


@router.get("")
async def queue(
    _staff: Staff, parts: Parts, state: Annotated[TicketStateName | None, Query()] = None
) -> TicketsOut:
    """Read the queue, high risk first; the open tickets without ``state``."""
    wanted = None if state is None else TicketState(state)
    tickets = await parts.service.desk.tickets(wanted)
    return TicketsOut(
        handoffs=[ticket_body(ticket, parts.service.desk.now()) for ticket in tickets]
    )


@router.get("/pulse")
async def pulse(_staff: Staff, parts: Parts) -> PulseOut:
    """Read a number that grows whenever an agent would see something new; cheap to poll."""
    return PulseOut(pulse=await parts.service.desk.pulse())


@router.get("/{ticket_id}")
async def ticket(_staff: Staff, parts: Parts, ticket_id: str) -> TicketOut:
    """Read one ticket."""
    return ticket_body(await parts.service.desk.ticket(ticket_id), parts.service.desk.now())


@router.get("/{ticket_id}/conversation", response_model_exclude_defaults=True)
async def transcript(_staff: Staff, parts: Parts, ticket_id: str) -> ConversationOut:
    """Read the conversation of a ticket."""
    found = await parts.service.desk.ticket(ticket_id)
    opened = await parts.service.standing_of(found.conversation_id)
    return conversation_body(await parts.service.get(found.conversation_id), opened)


@router.post("/{ticket_id}/claim")
async def claim(staff: Staff, parts: Parts, ticket_id: str) -> TicketOut:
    """Take a waiting ticket; one agent only."""
    return ticket_body(
        await parts.service.desk.claim(ticket_id, staff.name), parts.service.desk.now()
    )


@router.post("/{ticket_id}/reply")
async def reply(staff: Staff, parts: Parts, ticket_id: str, body: AgentReplyIn) -> AgentTurnOut:
    """Write to the customer of a ticket that is yours."""
    turn = await parts.service.desk.reply(ticket_id, staff.name, body.text, body.client_id)
    return AgentTurnOut(turn_id=turn.id, at=turn.at, text=turn.text)


@router.post("/{ticket_id}/resolve")
async def resolve(
    staff: Staff, parts: Parts, ticket_id: str, body: ResolveIn | None = None
) -> TicketOut:
    """End a ticket that is yours."""
    disposition = (body or ResolveIn()).disposition
    return ticket_body(
        await parts.service.desk.resolve(ticket_id, staff.name, disposition),
        parts.service.desk.now(),
    )


@router.post("/{ticket_id}/return")
async def hand_back(staff: Staff, parts: Parts, ticket_id: str) -> TicketOut:
    """Give the conversation back to the assistant."""
    return ticket_body(
        await parts.service.desk.hand_back(ticket_id, staff.name), parts.service.desk.now()
    )


@router.get("/{ticket_id}/contact")
async def contact(staff: Staff, parts: Parts, ticket_id: str) -> ContactOut:
    """Read how to reach the customer of a ticket that is yours; the reading is kept on record."""
    try:
        found = await parts.service.contacts.read(ticket_id, staff.name)
    except NotHolder:
        raise not_holder() from None
    except NoContact:
        raise not_found() from None
    except ContactDamaged:
        raise Problem(
            409,
            "contact-damaged",
            "The contact details cannot be opened",
            "They were changed, or keys/contact.key was. Ask the customer again.",
        ) from None
    return ContactOut(email=found.email, phone=found.phone, name=found.name)


@router.get("/{ticket_id}/notes")
async def notes(_staff: Staff, parts: Parts, ticket_id: str) -> NotesOut:
    """Read the internal notes of a ticket."""
    await parts.service.desk.ticket(ticket_id)
    kept = await parts.service.desk.notes(ticket_id)
    return NotesOut(notes=[NoteOut(at=n.at, author=n.author, text=n.text) for n in kept])


@router.post("/{ticket_id}/notes", status_code=201)
async def note(staff: Staff, parts: Parts, ticket_id: str, body: NoteIn) -> NoteOut:
    """Leave an internal note; customers never see it."""
    kept = await parts.service.desk.note(ticket_id, staff.name, body.text)
    return NoteOut(at=kept.at, author=kept.author, text=kept.text)
