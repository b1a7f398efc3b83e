"""A server whose assistant takes its time, to be told to stop.

Run as ``python -m tests.draining_server DATABASE_URL DATA SECONDS``; it prints its port.
"""

import asyncio
import socket
import sys
from pathlib import Path

from bot.api.app import create_app
from bot.api.lifetime import delivering
from bot.conversation import Conversation
from bot.decision import Answer, Citation
from bot.dialogue import Judgement
from bot.evidence import Evidence
from bot.gate import Gate
from bot.keys import load_or_create
from bot.lines import load_lines
from bot.service import ConversationService
from bot.serving import http_server
from bot.staff import StaffAccess
from bot.store import Store
from bot.tokens import VisitorTokens
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.redactor import RedactedText
from tests.soak_server import NoLibrary


class Slow:
    """Says that it has begun, then takes its time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        del conversation, text, withheld
        sys.stdout.write("deciding\n")
        sys.stdout.flush()
        await asyncio.sleep(self._seconds)
        cited = Citation("a", "a#0", "Freeze", "", "Tap Freeze.")
        return Judgement(Answer("Tap Freeze.", (cited,), 0.9, offers_agent=False), Evidence("en"))


class Parts:
    """What the application asks for."""

    def __init__(self, url: str, data: Path, seconds: float) -> None:
        keys = load_or_create(data)
        self.gate = Gate(build_redactor(RedactionSettings(named_entities=False), keys.redaction))
        store = Store(url)
        self.service = ConversationService(
            store, self.gate, Slow(seconds), load_lines("Kestrel"), key=keys.redaction
        )
        self.tokens = VisitorTokens(keys.visitor)
        self.staff = StaffAccess(store, keys.session)
        self.library = NoLibrary()


def serve(url: str, data: str, seconds: str) -> None:
    parts = Parts(url, Path(data), float(seconds))
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    app = create_app(parts, lifetime=delivering(parts.service.closing))
    http_server(app).run(sockets=[listener])


if __name__ == "__main__":
    serve(*sys.argv[1:4])
