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
from bot.helpdesk.letters import Letters, external_id_of, subject, tags
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


class Webhook:
    """Tells one receiver what happens.

    Args:
        caller: Calls the receiver.
        keys: Sign each call, the newest first; without one calls are not signed.
        clock: Tells the time.
    """

    def __init__(
        self, caller: Caller, keys: Sequence[bytes], clock: Callable[[], datetime] = _now
    ) -> None:
        self._caller = caller
        self._keys = keys
        self._clock = clock

    async def tell(
        self, kind: str, at: datetime, data: Mapping[str, object], key: str, text: str = ""
    ) -> None:
        """Makes one call.

        Args:
            kind: What happened.
            at: When.
            data: What is told of it.
            key: The same at every attempt.
            text: The same in one line, for chat rooms that show what comes.

        Raises:
            HelpdeskUnavailable: Try again.
            HelpdeskRefused: Put it aside.
        """
        told: dict[str, object] = {"type": kind, "timestamp": at.isoformat(), "data": data}
        if text:
            told["text"] = text
        body = json.dumps(told, ensure_ascii=False).encode()
        now = int(self._clock().timestamp())
        headers = {"webhook-id": key, "webhook-timestamp": str(now)}
        if self._keys:
            headers["webhook-signature"] = sign(self._keys, key, now, body)
        await self._caller.send("POST", "", body, headers, wants_body=False)


class WebhookHelpdesk:
    """Tells ``ticket.opened`` and ``ticket.message``.

    Args:
        webhook: Tells the receiver.
        letters: Write the text.
    """

    def __init__(self, webhook: Webhook, letters: Letters) -> None:
        self._webhook = webhook
        self._letters = letters

    async def open(self, ticket: Ticket, conversation: Conversation, key: str) -> str | None:
        """Tells that a ticket was opened; the receiver's id of it stays its own."""
        data = describe(ticket, self._letters) | {
            "subject": subject(ticket),
            "text": self._letters.opening(ticket, conversation),
            "summary": ticket.summary,
            "turns": [_turn(turn) for turn in conversation.turns],
        }
        await self._webhook.tell("ticket.opened", ticket.created_at, data, key)
        return None

    async def add(self, ticket: Ticket, turn: Turn, ref: str | None, key: str) -> None:
        """Tells what the customer wrote."""
        del ref
        data = describe(ticket, self._letters) | {"turn": _turn(turn)}
        await self._webhook.tell("ticket.message", turn.at, data, key)


def describe(ticket: Ticket, letters: Letters) -> dict[str, object]:
    """A ticket without anybody's words."""
    due = ticket.reply_due
    return {
        "ticket_id": ticket.id,
        "external_id": external_id_of(ticket),
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
        "link": letters.link(ticket) or None,
    }


def _turn(turn: Turn) -> dict[str, object]:
    return {
        "turn_id": turn.id,
        "at": turn.at.isoformat(),
        "speaker": turn.speaker.value,
        "author": turn.author,
        "text": turn.text,
    }
