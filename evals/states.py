"""States of the service in which a case may be played: a part fails, or staff paused the assistant.

Each is made of the real gate and the real assistant with one part replaced, so that what customers
get then is measured, not assumed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.assistant import Assistant
from bot.compose.composer import Draft, Source
from bot.compose.extractive import ExtractiveComposer
from bot.conversation import Conversation
from bot.dialogue import Decider, Judgement
from bot.gate import Gate
from bot.knowledge import Knowledge
from bot.lines import LinesSource
from bot.notices import Heeding
from bot.store_notices import Notice
from bot.tone import shipped_phrases
from bot.wiring import Offline, settings_hash
from redaction.redactor import RedactedText, Redaction


class PartFailedError(RuntimeError):
    """Raised by the part that fails on purpose."""


class _NoRedactor:
    def redact(
        self,
        text: str,
        placeholders: Mapping[str, str] | None = None,
        locale: str = "en",
        recent: Sequence[str] = (),
        asked: str = "",
    ) -> Redaction:
        raise PartFailedError("redaction fails on purpose")


class _NoKnowledge:
    def current(self) -> Knowledge:
        raise PartFailedError("search fails on purpose")


class _NothingGrounded:
    async def compose(self, question: RedactedText, sources: Sequence[Source]) -> Draft:
        return Draft("", ())


@dataclass(frozen=True, slots=True)
class _Paused:
    """Rests as the assistant does while staff paused it; the lines are read when they are used."""

    decider: Decider
    lines: LinesSource

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        heeding = Heeding(self.decider, Notice(paused=True, by="evals"), self.lines.current())
        return await heeding.decide(conversation, text, withheld=withheld)


def states(offline: Offline, patience: float) -> dict[str, tuple[Gate, Decider]]:
    """Gate and assistant of each state, by the word that ``given`` of a case uses.

    Args:
        offline: The assistant as ever.
        patience: Seconds that redaction may take.
    """
    gate = Gate(offline.redactor, patience)
    words, settings = shipped_phrases(), settings_hash(offline.settings)
    no_search = Assistant(_NoKnowledge(), ExtractiveComposer(), offline.lines, words, settings)
    no_ground = Assistant(offline.knowledge, _NothingGrounded(), offline.lines, words, settings)
    return {
        "paused": (gate, _Paused(offline.assistant, offline.lines)),
        "redaction_fails": (Gate(_NoRedactor(), patience), offline.assistant),
        "search_fails": (gate, no_search),
        "nothing_grounded": (gate, no_ground),
    }
