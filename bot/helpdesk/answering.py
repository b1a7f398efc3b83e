"""The seam for helpdesks in which agents answer: what they wrote there is read back from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a ticket is there; another one means that something happened.

    Attributes:
        changed: When it was changed last, as the helpdesk says it.
        solved: Whether it is done there.
    """

    changed: str
    solved: bool


@dataclass(frozen=True, slots=True)
class TheirReply:
    """What an agent wrote to the customer.

    Attributes:
        id: The helpdesk's own.
        author: The agent, as customers may see it.
        text: As it was written; not redacted yet.
    """

    id: str
    author: str
    text: str


@runtime_checkable
class AnsweringHelpdesk(Protocol):
    """Tells what agents answered."""

    async def marks(self, tickets: Mapping[str, str]) -> Mapping[str, Mark]:
        """How far each ticket is; one that is not found, or is not ours, is left out.

        Args:
            tickets: External ids by the helpdesk's own ids.

        Raises:
            HelpdeskError: It cannot be asked now.
        """
        ...

    async def replies(self, ref: str) -> Sequence[TheirReply]:
        """The newest replies to the customer, the oldest first; internal ones are left out.

        Raises:
            HelpdeskError: It cannot be asked now.
        """
        ...
