"""The agents' inbox at ``/agent``: queue, conversation, evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse

from bot.accounts import StaffRole
from bot.api.access import StaffMember
from bot.api.printing import READS, PageSources, Printer
from bot.api.schemas import HitOut
from bot.api.search import found
from bot.api.services import Parts
from bot.api.staff_pages import StaffPageGuard
from bot.conversation import Conversation, Turn
from bot.handoff import briefing, problem_of
from bot.store_errors import UnknownTicket
from bot.threaded import threaded
from bot.ticket import Ticket, TicketState
from bot.values import NotHolder
from redaction.redactor import RedactedText

Agent = Annotated[StaffMember | None, Depends(StaffPageGuard(StaffRole.AGENT))]
Name = Annotated[str, Query(max_length=64)]

SUGGESTED = 3
DISPOSITIONS = (
    ("solved", "Solved"),
    ("answered", "Answered, nothing to do"),
    ("passed_on", "Passed on to another team"),
    ("no_reply", "Customer didn't reply"),
    ("duplicate", "Asked before"),
    ("spam", "Not a real question"),
)
"""How a ticket ends, as stored and in words."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the queue is shown.

    Attributes:
        state: State of the tickets; the open ones when empty.
        queue: Name of the queue; all of them when empty.
        mine: Whether only the agent's own tickets are.
    """

    state: str = ""
    queue: str = ""
    mine: str = ""

    def keep(self, ticket: Ticket, agent: str) -> bool:
        """Whether a ticket is shown."""
        own = not self.mine or ticket.claimed_by == agent
        return own and (not self.queue or ticket.queue == self.queue)

    def query(self, **changed: str) -> str:
        """The address of the same view with something changed."""
        wanted = {"state": self.state, "queue": self.queue, "mine": self.mine, **changed}
        parts = [f"{name}={value}" for name, value in wanted.items() if value]
        return "/agent" + ("?" + "&".join(parts) if parts else "")


class AgentPages:
    """Renders the inbox.

    Attributes:
        router: The routes.

    Args:
        printer: Makes the pages.
        sources: What the pages read.
    """

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        self._printer = printer
        self._sources = sources
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        for path in ("/agent", "/staff"):
            self.router.add_api_route(path, self._inbox, methods=READS, response_model=None)

    async def _inbox(
        self,
        staff: Agent,
        parts: Parts,
        ticket: Name = "",
        state: Name = "",
        queue: Name = "",
        mine: Name = "",
    ) -> Response:
        if staff is None:
            page = self._printer.private("staff/signed_out.html")
            page.status_code = 401
            return page
        desk = parts.service.desk
        queues = parts.service.queues
        filters = Filters(
            state if state in set(TicketState) else "",
            queue if queue in queues.names else "",
            "1" if mine else "",
        )
        listed = await desk.tickets(TicketState(filters.state) if filters.state else None)
        chosen = await _chosen(parts, ticket)
        conversation = None
        if chosen is not None:
            conversation = await parts.service.get(chosen.conversation_id)
        now = desk.now()
        return self._printer.private(
            "staff/inbox.html",
            staff=staff,
            tickets=[each for each in listed if filters.keep(each, staff.name)],
            filters=filters,
            queues=queues.names,
            undelivered=await desk.undelivered(),
            chosen=chosen,
            brief=briefing(chosen, now) if chosen else "",
            notes=await desk.notes(chosen.id) if chosen else (),
            suggested=await _suggested(parts, chosen) if chosen else (),
            has_contact=chosen is not None
            and await parts.service.contacts.is_known(chosen.conversation_id),
            restorable=await _restorable(parts, chosen, staff.name) if chosen else (),
            dispositions=DISPOSITIONS,
            closings=desk.closings,
            gone=bool(ticket) and chosen is None,
            conversation=conversation,
            last=_last_judged(conversation),
            catalogue=self._sources.catalogue(),
            passage=self._sources.passage,
            now=now,
        )


async def _suggested(parts: Parts, ticket: Ticket) -> list[HitOut]:
    """Articles for customers that fit the problem."""
    problem = RedactedText(problem_of(ticket.summary))  # the summary is made of redacted turns
    return (await threaded(found, parts.library, problem, SUGGESTED)).hits


async def _restorable(parts: Parts, ticket: Ticket, agent: str) -> Sequence[str]:
    """Placeholders whose values this agent may ask for; none of a colleague's ticket."""
    try:
        return await parts.service.values.restorable(ticket.id, agent)
    except NotHolder:
        return ()


async def _chosen(parts: Parts, ticket_id: str) -> Ticket | None:
    try:
        return await parts.service.desk.ticket(ticket_id) if ticket_id else None
    except UnknownTicket:
        return None


def _last_judged(conversation: Conversation | None) -> Turn | None:
    """The newest turn of the assistant that has evidence, ``None`` when there is none."""
    turns = reversed(conversation.turns if conversation else ())
    return next((turn for turn in turns if turn.evidence is not None), None)
