"""Brings what agents answer in another helpdesk to the customer, each reply once.

The helpdesk is asked every few seconds for what changed, so nothing there has to reach us. A reply
is kept under a client id made of the helpdesk's own id: read again, it is the same turn.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator

from bot.deliveries import Delivered
from bot.desk import AgentDesk
from bot.helpdesk.answering import AnsweringHelpdesk, Mark
from bot.helpdesk.helpdesk import HelpdeskError
from bot.helpdesk.letters import external_id
from bot.periodic import every
from bot.store import Store
from bot.store_errors import ConversationClosed, TicketTaken, UnknownConversation, UnknownTicket
from bot.threaded import threaded
from bot.ticket import TicketState

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
MOST_CHARACTERS = 4000
"""Of one turn; a longer reply becomes several."""
_LONGEST_NAME = 60


class Relay:
    """Looks for replies to open tickets.

    Args:
        store: The records.
        helpdesk: Where agents answer.
        desk: Keeps what they wrote.
        digest: Makes a client id that no customer can guess.
    """

    def __init__(
        self,
        store: Store,
        helpdesk: AnsweringHelpdesk,
        desk: AgentDesk,
        digest: Callable[[str], str],
    ) -> None:
        self._store = store
        self._helpdesk = helpdesk
        self._desk = desk
        self._digest = digest
        self._seen: dict[str, Mark] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Looks every few seconds until ``stop`` is set."""
        await every(LOOK_SECONDS, self.look, stop, "replies from the helpdesk")

    async def look(self) -> int:
        """Takes what is new; gives how many tickets had news.

        Raises:
            StoreError: When the records cannot be read or written now.
        """
        opened = await threaded(self._store.outbox.delivered)
        tickets = {each.ref: each for each in opened}
        self._seen = {ref: mark for ref, mark in self._seen.items() if ref in tickets}
        if not tickets:
            return 0
        known = {
            ref: external_id(each.ticket_id, each.conversation_id) for ref, each in tickets.items()
        }
        try:
            marks = await self._helpdesk.marks(known)
        except HelpdeskError as error:
            logger.warning("replies from the helpdesk: paused, %s", error)
            return 0
        news = {ref: mark for ref, mark in marks.items() if self._seen.get(ref) != mark}
        for ref, mark in news.items():
            try:
                await self._take(tickets[ref], mark)
            except HelpdeskError as error:
                logger.warning("replies to %s: %s", tickets[ref].ticket_id, error)
            except (ConversationClosed, TicketTaken, UnknownConversation, UnknownTicket):
                self._seen[ref] = mark  # it ended or was erased meanwhile
            else:
                self._seen[ref] = mark
        return len(news)

    async def _take(self, delivered: Delivered, mark: Mark) -> None:
        replies = await self._helpdesk.replies(delivered.ref)
        authors = set()
        for reply in replies:
            author = " ".join(reply.author.split())[:_LONGEST_NAME]
            authors.add(author)
            for number, piece in enumerate(_pieces(reply.text)):
                client_id = self._digest(f"{delivered.ticket_id} {reply.id} {number}")
                await self._desk.relay(delivered.ticket_id, author, piece, client_id)
        if mark.solved:
            await self._solve(delivered.ticket_id, authors)

    async def _solve(self, ticket_id: str, authors: set[str]) -> None:
        """Ends a ticket that is done there, unless somebody else holds it in our inbox."""
        ticket = await self._desk.ticket(ticket_id)
        if ticket.state is TicketState.WAITING:
            ticket = await self._desk.claim(ticket_id, "Helpdesk")
            authors = {"Helpdesk"}
        if ticket.state is TicketState.CLAIMED and ticket.claimed_by in authors:
            await self._desk.resolve(ticket_id, ticket.claimed_by)


def _pieces(text: str) -> Iterator[str]:
    text = text.strip()
    for start in range(0, len(text), MOST_CHARACTERS):
        yield text[start : start + MOST_CHARACTERS]
