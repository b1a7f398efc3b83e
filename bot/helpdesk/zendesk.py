"""Tickets in Zendesk, by its Ticketing API with an agent's API token.

A ticket is looked for by its external id before it is made, and made under an idempotency key, so
that one whose answer was lost is not made again; a comment carries its reference.
https://developer.zendesk.com/api-reference/ticketing/introduction/
"""

import base64
from collections.abc import Mapping, Sequence

from bot.conversation import Conversation, Turn
from bot.helpdesk.answering import Mark, TheirReply
from bot.helpdesk.answers import as_ref, number_in, object_in, objects_in
from bot.helpdesk.caller import Caller
from bot.helpdesk.helpdesk import HelpdeskRefused
from bot.helpdesk.letters import Letters, external_id_of, subject, tags
from bot.ticket import Ticket

NEWEST = 100
"""Comments that are looked through for one that was made already, or is new."""
_SHOWN_AT_ONCE = 100
_SOLVED = frozenset({"solved", "closed"})


def authorization(user: str, token: str) -> dict[str, str]:
    """The header that signs an agent in by API token."""
    pair = base64.b64encode(f"{user}/token:{token}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


class ZendeskHelpdesk:
    """Opens tickets with an internal comment and adds further ones.

    Args:
        caller: Calls ``https://NAME.zendesk.com``, signed in.
        letters: Write the text.
        extra_tags: Tags of every ticket beside its own.
    """

    def __init__(self, caller: Caller, letters: Letters, extra_tags: tuple[str, ...] = ()) -> None:
        self._caller = caller
        self._letters = letters
        self._extra_tags = extra_tags

    async def open(self, ticket: Ticket, conversation: Conversation, key: str) -> str | None:
        """Makes the ticket unless it is there; gives its number."""
        known = await self._find(ticket)
        if known is not None:
            return str(known)
        body = {
            "ticket": {
                "subject": subject(ticket),
                "comment": {"body": self._letters.opening(ticket, conversation), "public": False},
                "external_id": external_id_of(ticket),
                "priority": ticket.urgency.value,
                "tags": [*tags(ticket), *self._extra_tags],
            }
        }
        headers = {"Idempotency-Key": f"{external_id_of(ticket)}-{key}"}
        try:
            made = await self._caller.send("POST", "/api/v2/tickets.json", body, headers)
        except HelpdeskRefused:
            # Also said of a key that came before with another text: then the ticket is there.
            known = await self._find(ticket)
            if known is None:
                raise
            return str(known)
        return str(number_in(object_in(made.object(), "ticket")))

    async def add(self, ticket: Ticket, turn: Turn, ref: str | None, key: str) -> None:
        """Adds an internal comment unless it is there."""
        number = as_ref(ref) or await self._find(ticket)
        if number is None:
            raise HelpdeskRefused(f"Zendesk has no ticket {external_id_of(ticket)}")
        mark = f"[{key}]"
        path = f"/api/v2/tickets/{number}"
        newest = await self._caller.get(f"{path}/comments.json", sort_order="desc", per_page=NEWEST)
        comments = objects_in(newest.object(), "comments")
        if any(mark in str(comment.get("body", "")) for comment in comments):
            return
        text = f"{self._letters.addition(turn)}\n\n{mark}"
        body = {"ticket": {"comment": {"body": text, "public": False}}}
        await self._caller.send("PUT", f"{path}.json", body)

    async def marks(self, tickets: Mapping[str, str]) -> Mapping[str, Mark]:
        """When each was updated, by one call for a hundred."""
        numbers = [ref for ref in tickets if as_ref(ref) is not None]
        found: dict[str, Mark] = {}
        for start in range(0, len(numbers), _SHOWN_AT_ONCE):
            wanted = ",".join(numbers[start : start + _SHOWN_AT_ONCE])
            shown = await self._caller.get("/api/v2/tickets/show_many.json", ids=wanted)
            for each in objects_in(shown.object(), "tickets"):
                ref = str(number_in(each))
                if ref in tickets and each.get("external_id") == tickets[ref]:
                    solved = each.get("status") in _SOLVED
                    found[ref] = Mark(str(each.get("updated_at")), solved)
        return found

    async def replies(self, ref: str) -> Sequence[TheirReply]:
        """The public comments of agents."""
        said = (
            await self._caller.get(
                f"/api/v2/tickets/{ref}/comments.json",
                sort_order="desc",
                per_page=NEWEST,
                include="users",
            )
        ).object()
        agents = {
            number_in(user): str(user.get("name") or "Agent")
            for user in objects_in(said, "users")
            if user.get("role") in {"agent", "admin"}
        }
        public = [c for c in objects_in(said, "comments") if c.get("public") is True]
        return tuple(
            TheirReply(str(number_in(c)), agents[c["author_id"]], text)
            for c in reversed(public)
            if c.get("author_id") in agents
            and (text := str(c.get("plain_body") or c.get("body") or "").strip())
        )

    async def _find(self, ticket: Ticket) -> int | None:
        wanted = external_id_of(ticket)
        found = await self._caller.get("/api/v2/tickets.json", external_id=wanted)
        numbers = [
            number_in(each)
            for each in objects_in(found.object(), "tickets")
            if each.get("external_id") == wanted
        ]
        return min(numbers, default=None)
