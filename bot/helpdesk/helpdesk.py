"""The seam for helpdesks.

What is told comes from the outbox: at least once, in order for each ticket, under a key that stays
the same at every attempt. An adapter hands the key on, or looks it up, so that a repeated one makes
no second ticket and no second message.

HelpdeskError
├── HelpdeskUnavailable   down, slow or busy: try again
└── HelpdeskRefused       it will never take this one: somebody has to look
"""

from typing import Protocol

from bot.conversation import Conversation, Turn
from bot.errors import FirstlineError
from bot.ticket import Ticket


class HelpdeskError(FirstlineError):
    """A delivery failed. The message is kept and shown to staff, so it quotes no customer."""


class HelpdeskUnavailable(HelpdeskError):
    """It cannot be delivered now.

    Args:
        message: What is wrong.
        retry_after: Seconds that the helpdesk asked to wait, if it did.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class HelpdeskRefused(HelpdeskError):
    """It cannot be delivered until somebody changes something; it is put aside."""


class Helpdesk(Protocol):
    """Takes tickets and what customers add to them. Each call is given 15 seconds."""

    async def open(self, ticket: Ticket, conversation: Conversation, key: str) -> str | None:
        """Opens a ticket.

        Args:
            ticket: The handoff as it stands now.
            conversation: Its turns up to those that opened it; later ones come by :meth:`add`.
            key: The same at every attempt.

        Returns:
            The helpdesk's own id of it, ``None`` where it has none.

        Raises:
            HelpdeskUnavailable: Try again.
            HelpdeskRefused: Put it aside.
        """
        ...

    async def add(self, ticket: Ticket, turn: Turn, ref: str | None, key: str) -> None:
        """Adds what the customer wrote while the ticket was open.

        Args:
            ticket: The handoff as it stands now.
            turn: The customer's turn.
            ref: What :meth:`open` gave for the ticket.
            key: The same at every attempt.

        Raises:
            HelpdeskUnavailable: Try again.
            HelpdeskRefused: Put it aside.
        """
        ...
