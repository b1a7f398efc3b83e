"""Tickets as mail to the address of a helpdesk, and what every mail of ours has in common.

A mail's id comes from what it tells, so that one sent twice, because its receipt was lost, is
known as the same by whoever compares ids, and threads with the first for everybody else.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

from bot.conversation import Conversation, Turn
from bot.errors import ConfigurationError
from bot.helpdesk.helpdesk import HelpdeskRefused
from bot.helpdesk.letters import Letters, external_id_of, subject
from bot.helpdesk.smtp import MailServer
from bot.ticket import Ticket, Urgency


def read_address(text: str, setting: str) -> Address:
    """An address such as ``help@example.com`` or ``Kestrel <help@example.com>``.

    Raises:
        ConfigurationError: It is none.
    """
    name, _, spec = text.rpartition("<") if text.endswith(">") else ("", "", text)
    try:
        address = Address(name.strip().strip('"'), addr_spec=spec.removesuffix(">").strip())
    except (MessageError, ValueError, IndexError):
        address = Address()
    if not address.username or not address.domain:
        raise ConfigurationError(f"{setting} must be an e-mail address such as help@example.com")
    return address


@dataclass(frozen=True, slots=True)
class Post:
    """Mail from one sender.

    Attributes:
        server: Takes it.
        sender: Who it is from.
    """

    server: MailServer
    sender: Address

    def message_id(self, key: str) -> str:
        """The id of the mail that tells what goes by ``key``, the same whenever it is asked."""
        digest = hashlib.sha256(key.encode()).hexdigest()[:24]
        return f"<{digest}@{self.sender.domain}>"

    async def send(
        self,
        to: Sequence[Address],
        about: str,
        text: str,
        *,
        key: str,
        thread: str | None = None,
        urgent: bool = False,
    ) -> None:
        """Sends plain text.

        Args:
            to: The receivers.
            about: The subject.
            text: What it says.
            key: The same at every attempt.
            thread: Key of an earlier mail that this one follows.
            urgent: Marks it so.

        Raises:
            HelpdeskUnavailable: Try again.
            HelpdeskRefused: Put it aside.
        """
        mail = EmailMessage()
        mail["From"] = self.sender
        mail["To"] = tuple(to)
        mail["Subject"] = " ".join(about.split())
        mail["Date"] = datetime.now(UTC)
        mail["Message-ID"] = self.message_id(key)
        mail["Auto-Submitted"] = "auto-generated"  # nobody's absence note answers it
        if thread is not None:
            mail["In-Reply-To"] = mail["References"] = self.message_id(thread)
        if urgent:
            mail["X-Priority"] = "1"
            mail["Importance"] = "high"
        mail.set_content(text, cte="quoted-printable")
        await self.server.send(mail)


class MailHelpdesk:
    """Sends each ticket as a mail, and each further message as one that follows it.

    Args:
        post: Sends.
        to: The helpdesk's address.
        letters: Write the text.
    """

    def __init__(self, post: Post, to: Address, letters: Letters) -> None:
        self._post = post
        self._to = to
        self._letters = letters

    async def open(self, ticket: Ticket, conversation: Conversation, key: str) -> str | None:
        """Sends the ticket; its id is the mail's own."""
        del key
        thread = external_id_of(ticket)
        await self._post.send(
            [self._to],
            subject(ticket),
            self._letters.opening(ticket, conversation),
            key=thread,
            urgent=ticket.urgency is Urgency.URGENT,
        )
        return self._post.message_id(thread)

    async def add(self, ticket: Ticket, turn: Turn, ref: str | None, key: str) -> None:
        """Sends what the customer wrote."""
        del ref
        await self._post.send(
            [self._to],
            f"Re: {subject(ticket)}",
            self._letters.addition(turn),
            key=key,
            thread=external_id_of(ticket),
        )


def receiver(spec: str) -> Address:
    """The address that somebody left.

    Raises:
        HelpdeskRefused: No mail can be sent to it.
    """
    try:
        return Address(addr_spec=spec)
    except (MessageError, ValueError, IndexError):
        raise HelpdeskRefused("the address that the customer left is none") from None
