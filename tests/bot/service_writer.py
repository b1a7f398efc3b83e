"""Writes messages until it is killed, and prints each client id once it is acknowledged."""

import asyncio
import sys

from bot.conversation import Conversation
from bot.decision import Answer, Citation
from bot.dialogue import Judgement
from bot.evidence import Evidence
from bot.gate import Gate
from bot.lines import load_lines
from bot.service import ConversationService
from bot.store import Store
from redaction.config import RedactionSettings
from redaction.redactor import RedactedText, Redactor

CITATION = Citation("a", "a#0", "Freeze", "", "Tap Freeze.")


class Same:
    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        del conversation, text, withheld
        return Judgement(
            Answer("Tap Freeze.", (CITATION,), 0.9, offers_agent=False), Evidence(language="en")
        )


async def write(url: str, conversation_id: str, attempt: str) -> None:
    key = b"k" * 32
    gate = Gate(Redactor([], key, RedactionSettings(named_entities=False)))
    service = ConversationService(Store(url), gate, Same(), load_lines("Kestrel"), key=key)
    for number in range(10_000):
        client_id = f"{attempt}-{number}"
        await service.post(conversation_id, "hello", client_id)
        sys.stdout.write(client_id + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(write(*sys.argv[1:4]))
