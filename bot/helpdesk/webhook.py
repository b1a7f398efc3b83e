"""Tickets as signed calls to the company's own address, by the Standard Webhooks specification.

The specification: https://www.standardwebhooks.com. A receiver checks the signature, refuses times
that are more than five minutes off, and takes each ``webhook-id`` once.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from bot.conversation import Conversation, Turn
from bot.errors import ConfigurationError
from bot.helpdesk.caller import Caller
from bot.helpdesk.letters import Letters, external_id, subject, tags
from bot.ticket import Ticket

PREFIX = "whsec_"


def read_secret(text: str, setting: str) -> bytes:
    """The key in a secret such as ``whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD``.

    Raises:
        ConfigurationError: It is no base64 of 24 to 64 bytes.
    """
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not 24 <= len(key) <= 64:
        raise ConfigurationError(
            f"{setting} must be {PREFIX} and 24 to 64 random bytes in base64: "
            "echo whsec_$(openssl rand -base64 32)"
        )
    return key


def sign(keys: Sequence[bytes], message_id: str, at: int, body: bytes) -> str:
    """The value of ``webhook-signature``: one signature for each key, so that keys can change."""
    content = b".".join((message_id.encode(), str(at).encode(), body))
    made = (hmac.digest(key, content, hashlib.sha256) for key in keys)
    return " ".join(f"v1,{base64.b64encode(each).decode()}" for each in made)


def _now() -> datetime:
    return datetime.now(UTC)


class WebhookHelpdesk:
    """Tells ``ticket.opened`` and ``ticket.message``.

    Args:
        caller: Calls the receiver.
        keys: Sign each call, the newest first.
        letters: Write the text.
        clock: Tells the time.
    """

    def __init__(
        self,
        caller: Caller,
        keys: Sequence[bytes],
        letters: Letters,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._caller = caller
        self._keys = keys
        self._letters = letters
        self._clock = clock

    async def open(self, ticket: Ticket, conversation: Conversation, key: str) -> str | None:
        """Tells that a ticket was opened; the receiver's id of it stays its own."""
        data = self._ticket(ticket) | {
            "subject": subject(ticket),
            "text": self._letters.opening(ticket, conversation),
            "summary": ticket.summary,
            "turns": [_turn(turn) for turn in conversation.turns],
        }
        await self.tell("ticket.opened", ticket.created_at, data, key)
        return None

    async def add(self, ticket: Ticket, turn: Turn, ref: str | None, key: str) -> None:
        """Tells what the customer wrote."""
        del ref
        data = self._ticket(ticket) | {"turn": _turn(turn)}
        await self.tell("ticket.message", turn.at, data, key)

    async def tell(self, kind: str, at: datetime, data: Mapping[str, object], key: str) -> None:
        """Makes one signed call.

        Raises:
            HelpdeskUnavailable: Try again.
            HelpdeskRefused: Put it aside.
        """
        told = {"type": kind, "timestamp": at.isoformat(), "data": data}
        body = json.dumps(told, ensure_ascii=False).encode()
        now = int(self._clock().timestamp())
        headers = {
            "webhook-id": key,
            "webhook-timestamp": str(now),
            "webhook-signature": sign(self._keys, key, now, body),
        }
        await self._caller.send("POST", "", body, headers, wants_body=False)

    def _ticket(self, ticket: Ticket) -> dict[str, object]:
        due = ticket.reply_due
        return {
            "ticket_id": ticket.id,
            "external_id": external_id(ticket),
            "conversation_id": ticket.conversation_id,
            "state": ticket.state.value,
            "reason": ticket.reason.value,
            "urgency": ticket.urgency.value,
            "risk": ticket.risk.value if ticket.risk else None,
            "intent": ticket.intent,
            "language": ticket.language,
            "queue": ticket.queue,
            "created_at": ticket.created_at.isoformat(),
            "reply_due": due.isoformat() if due else None,
            "tags": tags(ticket),
            "link": self._letters.link(ticket) or None,
        }


def _turn(turn: Turn) -> dict[str, object]:
    return {
        "turn_id": turn.id,
        "at": turn.at.isoformat(),
        "speaker": turn.speaker.value,
        "author": turn.author,
        "text": turn.text,
    }
