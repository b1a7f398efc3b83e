"""The notice that staff set without a restart: shown on pages, said before answers; the pause."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation import Conversation, Speaker
from bot.decision import Clarify, Handoff, HandoffReason
from bot.dialogue import Decider, Judgement
from bot.evidence import Evidence
from bot.gate import Gate
from bot.lines import Lines, LinesSource, fill
from bot.store import Store
from bot.store_errors import StoreUnavailable
from bot.store_notices import Notice, NoticeKind
from bot.threaded import threaded
from redaction.redactor import RedactedText

logger = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
"""How long a notice is taken as read; another worker's change shows after that."""


class NoticeBoard:
    """Knows the notice that holds.

    Args:
        store: The records.
        gate: Redacts what staff write.
        lines: The words around a notice.
        clock: Tells the time.
    """

    def __init__(
        self, store: Store, gate: Gate, lines: LinesSource, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._gate = gate
        self._lines = lines
        self._clock = clock
        self._known = Notice()
        self._read_at: float | None = None

    def current(self) -> Notice:
        """What holds now; where the records cannot be read, what held before."""
        now = time.monotonic()
        if self._read_at is None or now - self._read_at >= FRESH_SECONDS:
            try:
                self._known = self._store.notices.current()
                self._read_at = now
            except StoreUnavailable:
                logger.warning("the notice cannot be read now")
        return self._known

    async def put(self, by: str, raw: str, kind: NoticeKind, *, paused: bool) -> Notice:
        """Sets what holds from now on.

        Raises:
            StoreUnavailable: When it could not be kept.
        """
        text = (await self._gate.admit(raw)).text if raw.strip() else ""
        notice = Notice(" ".join(text.split()), kind, paused, by, self._clock())
        await threaded(self._store.notices.put, notice, self._clock())
        self._read_at = None
        return notice

    async def heeding(self, decider: Decider) -> Decider:
        """The decider, or one that heeds the notice where there is one."""
        notice = await threaded(self.current)
        if not notice.text and not notice.paused:
            return decider
        return Heeding(decider, notice, self._lines.current())


@dataclass(frozen=True, slots=True)
class Heeding:
    """A decider that says a notice first, once a conversation, and rests while paused.

    Attributes:
        decider: Decides as ever.
        notice: What holds.
        lines: The words around it.
    """

    decider: Decider
    notice: Notice
    lines: Lines

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        """Judge a message while a notice holds."""
        if self.notice.paused and not withheld:
            judged = self._passed_on(conversation)
        else:
            judged = await self.decider.decide(conversation, text, withheld=withheld)
        told = self.notice.text
        if not told or any(
            turn.speaker is Speaker.ASSISTANT and told in turn.text for turn in conversation.turns
        ):
            return judged
        before = fill(self.lines.notice[self.notice.kind.value], notice=told)
        decision = judged.decision
        if isinstance(decision, Clarify):
            decision = replace(decision, question=f"{before}\n\n{decision.question}")
        else:
            decision = replace(decision, text=f"{before}\n\n{decision.text}")
        return replace(judged, decision=decision)

    def _passed_on(self, conversation: Conversation) -> Judgement:
        reason = HandoffReason.PAUSED
        language = conversation.locale.partition("-")[0]
        handoff = Handoff(reason, self.lines.handoff(reason), f"paused by {self.notice.by}")
        return Judgement(handoff, Evidence(language=language, rule="paused"))
