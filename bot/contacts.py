"""How to reach a customer who has left: sealed, for the agent who holds the ticket, on record.

ContactRefused
├── NotHolder    the ticket is another agent's, or nobody's
├── NoContact    nobody left any details
└── ContactDamaged   they do not open: changed since, or the key is another one
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import FirstlineError
from bot.store import Store
from bot.threaded import threaded
from bot.ticket import TicketState

_NONCE = 12
VISITOR = "customer"


class ContactRefused(FirstlineError):
    """Details that are not handed out."""


class NotHolder(ContactRefused):
    """The agent does not hold the ticket of the conversation."""


class NoContact(ContactRefused):
    """Nobody left any details."""


class ContactDamaged(ContactRefused):
    """The details do not open."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a customer. Plain text: it is shown and sent, never stored or logged."""

    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)


class ContactBook:
    """Seals contact details apart from the conversation, and opens them.

    AES-256-GCM under the installation's contact key; the conversation is sealed with the details,
    so that they open in no other place.

    Args:
        store: The records.
        key: 32 bytes.
        clock: Tells the time.
    """

    def __init__(self, store: Store, key: bytes, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._cipher = AESGCM(key)
        self._clock = clock

    async def keep(self, conversation_id: str, contact: Contact) -> None:
        """Keeps a customer's details in place of earlier ones.

        Raises:
            UnknownConversation: When there is none of that id.
        """
        nonce = secrets.token_bytes(_NONCE)
        text = json.dumps(asdict(contact)).encode()
        box = nonce + self._cipher.encrypt(nonce, text, conversation_id.encode())
        await threaded(self._store.contacts.put, conversation_id, box, self._clock())

    async def is_known(self, conversation_id: str) -> bool:
        """Whether somebody left details."""
        return await threaded(self._store.contacts.get, conversation_id) is not None

    async def read(self, ticket_id: str, agent: str) -> Contact:
        """The details, for the agent who holds the ticket; the asking is on record first.

        Raises:
            UnknownTicket: When there is none of that id.
            NotHolder: When this agent does not hold it.
            NoContact: When nobody left any.
            ContactDamaged: When they do not open.
            StoreUnavailable: When the asking cannot be put on record.
        """
        ticket = await threaded(self._store.handoffs.get, ticket_id)
        if ticket.state is not TicketState.CLAIMED or ticket.claimed_by != agent:
            raise NotHolder(ticket_id)
        return await self._opened(ticket.conversation_id, ticket_id, agent)

    async def for_delivery(self, conversation_id: str, ticket_id: str, to: str) -> Contact | None:
        """The details for a message that goes out by itself, ``None`` where there are none.

        Raises:
            ContactDamaged: When they do not open.
            StoreUnavailable: When the asking cannot be put on record.
        """
        try:
            return await self._opened(conversation_id, ticket_id, to)
        except NoContact:
            return None

    async def erase(self, conversation_id: str, actor: str = VISITOR) -> bool:
        """Erases the details; says whether there were any."""
        return await threaded(self._store.contacts.erase, conversation_id, self._clock(), actor)

    def unsealed(self, conversation_id: str, box: bytes) -> Contact:
        """The details in a box; whoever opens one puts it on record.

        Raises:
            ContactDamaged: When they do not open.
        """
        try:
            text = self._cipher.decrypt(box[:_NONCE], box[_NONCE:], conversation_id.encode())
        except (InvalidTag, ValueError):
            raise ContactDamaged(conversation_id) from None
        return Contact(**json.loads(text))

    async def _opened(self, conversation_id: str, ticket_id: str, who: str) -> Contact:
        box = await threaded(self._store.contacts.get, conversation_id)
        if box is None:
            raise NoContact(ticket_id)
        try:
            contact = self.unsealed(conversation_id, box)
        except ContactDamaged:
            await self._record(conversation_id, ticket_id, who, "damaged")
            raise ContactDamaged(ticket_id) from None
        await self._record(conversation_id, ticket_id, who, "read")
        return contact

    async def _record(self, conversation_id: str, ticket_id: str, who: str, outcome: str) -> None:
        await threaded(
            self._store.contacts.record_reading,
            self._clock(),
            who,
            conversation_id,
            ticket_id,
            outcome,
        )
