"""A ticket and what is added to it, as other systems show them: plain text, redacted.

The same ticket reads the same at every attempt, as long as nothing happens to it.
"""

import hashlib

from bot.conversation import Conversation, Speaker, Turn
from bot.handoff import briefing
from bot.ticket import Ticket, Urgency

MOST_CHARACTERS = 30_000
"""Of a transcript; what is older than that is in the inbox."""

_SPEAKERS = {
    Speaker.CUSTOMER: "Customer",
    Speaker.ASSISTANT: "Assistant",
    Speaker.AGENT: "Agent",
    Speaker.SYSTEM: "Note",
}


def external_id(ticket_id: str, conversation_id: str) -> str:
    """What a ticket is found again by; two installations that share a helpdesk differ in it."""
    digest = hashlib.sha256(conversation_id.encode()).hexdigest()[:12]
    return f"firstline-{ticket_id}-{digest}".lower()


def external_id_of(ticket: Ticket) -> str:
    """The same of a ticket."""
    return external_id(ticket.id, ticket.conversation_id)


def subject(ticket: Ticket) -> str:
    """One line: reference, urgency, reason, intent."""
    about = ticket.reason.value.replace("_", " ")
    if ticket.intent is not None:
        about += f", {ticket.intent.replace('_', ' ')}"
    urgency = "" if ticket.urgency is Urgency.NORMAL else f"{ticket.urgency.value}: "
    return f"[{ticket.id}] {urgency}{about}"


def tags(ticket: Ticket) -> list[str]:
    """What it can be sorted by."""
    named = {
        "reason": ticket.reason.value,
        "queue": ticket.queue,
        "risk": ticket.risk.value if ticket.risk else "",
        "intent": ticket.intent or "",
        "language": ticket.language or "",
    }
    return ["firstline", *(f"{name}_{value}" for name, value in named.items() if value)]


class Letters:
    """Writes what a ticket opens with, and what is added.

    Args:
        address: Where our own pages are; without one nothing links to the inbox.
    """

    def __init__(self, address: str = "") -> None:
        self._address = address.rstrip("/")

    def link(self, ticket: Ticket) -> str:
        """The ticket in our inbox, empty where our address is not set."""
        return f"{self._address}/agent?ticket={ticket.id}" if self._address else ""

    def opening(self, ticket: Ticket, conversation: Conversation) -> str:
        """Summary, link and transcript."""
        parts = [briefing(ticket, ticket.created_at)]
        if link := self.link(ticket):
            parts.append(f"Answer in the inbox: {link}")
        parts.append("Conversation (personal data removed):\n\n" + _transcript(conversation))
        return "\n\n".join(parts)

    def addition(self, turn: Turn) -> str:
        """One message of the customer."""
        return _said(turn)


def _transcript(conversation: Conversation) -> str:
    said: list[str] = []
    left = MOST_CHARACTERS
    for turn in reversed(conversation.turns):
        line = _said(turn)
        left -= len(line)
        if left < 0:
            said.append("[what came before is in the inbox]")
            break
        said.append(line)
    return "\n\n".join(reversed(said))


def _said(turn: Turn) -> str:
    return f"{turn.author or _SPEAKERS[turn.speaker]}, {turn.at:%Y-%m-%d %H:%M} UTC:\n{turn.text}"
