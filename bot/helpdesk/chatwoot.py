"""Conversations in Chatwoot, by its application API with an agent's access token.

Each ticket is a contact of its own whose identifier, which Chatwoot keeps unique, is the ticket's
external id; its conversation is made together with its first message. Both are looked for before
they are made, and so is each further message, by its source id.
https://developers.chatwoot.com/api-reference/introduction
"""

from collections.abc import Mapping, Sequence

from bot.conversation import Conversation, Turn
from bot.helpdesk.answering import Mark, TheirReply
from bot.helpdesk.answers import as_ref, number_in, object_in, objects_in
from bot.helpdesk.caller import Caller
from bot.helpdesk.helpdesk import HelpdeskError, HelpdeskRefused, HelpdeskUnavailable
from bot.helpdesk.letters import Letters, external_id_of, subject, tags
from bot.ticket import Ticket

_FAILURES = 3
"""Conversations that may fail, one after the other, until Chatwoot is taken to be away."""
_OUTGOING = 1


class ChatwootHelpdesk:
    """Opens conversations in an inbox of the kind API.

    Args:
        caller: Calls the server, with ``api_access_token``.
        account: Number of the account.
        inbox: Number of the inbox.
        letters: Write the text.
    """

    def __init__(self, caller: Caller, account: int, inbox: int, letters: Letters) -> None:
        self._caller = caller
        self._path = f"/api/v1/accounts/{account}"
        self._inbox = inbox
        self._letters = letters

    async def open(self, ticket: Ticket, conversation: Conversation, key: str) -> str | None:
        """Makes contact and conversation unless they are there; gives the conversation's number."""
        del key
        contact = await self._contact(ticket)
        if contact is None:
            contact = await self._make_contact(ticket)
        known = await self._conversation(contact)
        if known is not None:
            return str(known)
        body = {
            "inbox_id": self._inbox,
            "contact_id": contact,
            "source_id": external_id_of(ticket),
            "status": "open",
            "custom_attributes": {
                "ticket": ticket.id,
                "urgency": ticket.urgency.value,
                "tags": " ".join(tags(ticket)),
            },
            "message": {
                "content": f"{subject(ticket)}\n\n{self._letters.opening(ticket, conversation)}",
                "private": True,
            },
        }
        made = await self._caller.send("POST", f"{self._path}/conversations", body)
        return str(number_in(made.object()))

    async def add(self, ticket: Ticket, turn: Turn, ref: str | None, key: str) -> None:
        """Adds the message as the contact's own unless it is there."""
        number = as_ref(ref) or await self._number(ticket)
        if number is None:
            raise HelpdeskRefused(f"Chatwoot has no conversation of {external_id_of(ticket)}")
        path = f"{self._path}/conversations/{number}/messages"
        newest = (await self._caller.get(path)).object()
        if any(each.get("source_id") == key for each in objects_in(newest, "payload")):
            return
        body = {"content": turn.text, "message_type": "incoming", "source_id": key}
        await self._caller.send("POST", path, body)

    async def marks(self, tickets: Mapping[str, str]) -> Mapping[str, Mark]:
        """When something last happened in each; one that is gone holds up no other."""
        found: dict[str, Mark] = {}
        failures = 0
        for ref in (each for each in tickets if as_ref(each) is not None):
            try:
                said = (await self._caller.get(f"{self._path}/conversations/{ref}")).object()
                sender = object_in(said, "meta", "sender")
            except HelpdeskError as error:
                failures += 1
                if failures == _FAILURES:
                    raise HelpdeskUnavailable(str(error)) from None
                continue
            failures = 0
            if sender.get("identifier") == tickets[ref]:
                status = said.get("status")
                found[ref] = Mark(f"{said.get('last_activity_at')} {status}", status == "resolved")
        return found

    async def replies(self, ref: str) -> Sequence[TheirReply]:
        """The messages of agents to the contact; private notes are none."""
        said = (await self._caller.get(f"{self._path}/conversations/{ref}/messages")).object()
        return tuple(
            TheirReply(str(number_in(m)), str(sender.get("name") or "Agent"), text)
            for m in objects_in(said, "payload")
            if m.get("message_type") == _OUTGOING
            and not m.get("private")
            and isinstance(sender := m.get("sender"), dict)
            and sender.get("type") == "user"
            and (text := str(m.get("content") or "").strip())
        )

    async def _number(self, ticket: Ticket) -> int | None:
        contact = await self._contact(ticket)
        return None if contact is None else await self._conversation(contact)

    async def _contact(self, ticket: Ticket) -> int | None:
        wanted = external_id_of(ticket)
        found = (await self._caller.get(f"{self._path}/contacts/search", q=wanted)).object()
        known = (c for c in objects_in(found, "payload") if c.get("identifier") == wanted)
        return next((number_in(each) for each in known), None)

    async def _make_contact(self, ticket: Ticket) -> int:
        body = {
            "inbox_id": self._inbox,
            "name": f"Customer {ticket.id}",
            "identifier": external_id_of(ticket),
            "source_id": external_id_of(ticket),
        }
        try:
            made = await self._caller.send("POST", f"{self._path}/contacts", body)
        except HelpdeskRefused:
            known = await self._contact(ticket)  # made meanwhile by another attempt
            if known is None:
                raise
            return known
        return number_in(object_in(made.object(), "payload", "contact"))

    async def _conversation(self, contact: int) -> int | None:
        path = f"{self._path}/contacts/{contact}/conversations"
        found = objects_in((await self._caller.get(path)).object(), "payload")
        numbers = [number_in(each) for each in found if each.get("inbox_id") == self._inbox]
        return min(numbers, default=None)
