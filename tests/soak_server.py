"""One worker of the soak: the real application over a real store, and an assistant without a model.

Run as ``python -m tests.soak_server PORT DATABASE_URL DATA RECEIVER THINKING_SECONDS``; it is meant
to be killed.
"""

import asyncio
import random
import socket
import sys
from pathlib import Path

import httpx
import uvicorn

from bot.api.app import create_app
from bot.api.lifetime import delivering
from bot.api.options import ApiOptions, Rates
from bot.api.services import IndexState
from bot.api.transport import BoundedProtocol
from bot.conversation import Conversation, Turn
from bot.decision import Answer, Citation, Decision, Handoff, HandoffReason
from bot.dialogue import Judgement
from bot.evidence import Evidence
from bot.gate import Gate
from bot.helpdesk.helpdesk import HelpdeskUnavailable
from bot.keys import load_or_create
from bot.lines import load_lines
from bot.outbox import OutboxWorker
from bot.service import ConversationService
from bot.staff import StaffAccess
from bot.store import Store
from bot.ticket import Ticket
from bot.tokens import VisitorTokens
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.redactor import RedactedText

RECEIVER_SECONDS = 1.0
MANY = 1_000_000
UNSENT_BYTES = 8192


class SoakAssistant:
    """Answers at some length, hands over what names a theft; now and then it thinks longer."""

    def __init__(self, thinking: float) -> None:
        self._thinking = thinking

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        del conversation, withheld
        await asyncio.sleep(random.uniform(0, self._thinking))  # noqa: S311  no secret
        decision: Decision = Answer(
            "Tap Freeze. " * (300 if "long" in text else 3),
            (Citation("a", "a#0", "Freeze", "", "Tap Freeze."),),
            0.9,
            offers_agent=False,
        )
        if "stolen" in text:
            decision = Handoff(HandoffReason.HIGH_RISK, "A person is coming.", "")
        return Judgement(decision, Evidence(language="en"))


class HttpHelpdesk:
    """Brings tickets and messages to the receiver."""

    def __init__(self, address: str) -> None:
        self._http = httpx.AsyncClient(base_url=address, timeout=RECEIVER_SECONDS)

    async def open(self, ticket: Ticket, conversation: Conversation, key: str) -> str | None:
        await self._post("/tickets", key, f"{conversation.id} {len(conversation.turns)}")
        return ticket.id

    async def add(self, ticket: Ticket, turn: Turn, ref: str | None, key: str) -> None:
        del ref
        await self._post("/messages", key, f"{ticket.id} {turn.client_id}")

    async def _post(self, path: str, key: str, what: str) -> None:
        try:
            answered = await self._http.post(
                path, json={"what": what}, headers={"Idempotency-Key": key}
            )
        except httpx.HTTPError as error:
            raise HelpdeskUnavailable(type(error).__name__) from None
        if answered.status_code != 200:
            raise HelpdeskUnavailable(f"status {answered.status_code}")


class NoLibrary:
    """Nothing to search."""

    def search(self, text: RedactedText, limit: int) -> tuple[()]:
        del text, limit
        return ()

    def article(self, article_id: str) -> None:
        del article_id

    def knows(self, article_id: str) -> bool:
        del article_id
        return False

    def state(self) -> IndexState:
        return IndexState.READY


class Parts:
    """What the application asks for."""

    def __init__(self, url: str, data: Path, thinking: float) -> None:
        keys = load_or_create(data)
        self.store = Store(url)
        self.gate = Gate(build_redactor(RedactionSettings(named_entities=False), keys.redaction))
        self.service = ConversationService(
            self.store,
            self.gate,
            SoakAssistant(thinking),
            load_lines("Kestrel"),
            key=keys.redaction,
        )
        self.tokens = VisitorTokens(keys.visitor)
        self.staff = StaffAccess(self.store, keys.session)
        self.library = NoLibrary()


def serve(port: str, url: str, data: str, receiver: str, thinking: str) -> None:
    parts = Parts(url, Path(data), float(thinking))
    rates = Rates(*([MANY] * 7))
    app = create_app(
        parts,
        ApiOptions(rates=rates),
        lifetime=delivering(OutboxWorker(parts.store, HttpHelpdesk(receiver))),
    )
    # The protocol is named, or asyncio leaves Nagle's algorithm on.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections inherit it: the system takes little for a reader that stalls, the server feels it.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT_BYTES)
    listener.bind(("127.0.0.1", int(port)))
    config = uvicorn.Config(app, http=BoundedProtocol, log_level="error")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    serve(*sys.argv[1:6])
