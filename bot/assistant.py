"""The spine: a redacted message and the conversation so far become a decision with its evidence.

A pure decision maker: it saves nothing and calls nobody. Any failure of a part becomes a handoff.
"""

import asyncio
import logging
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bot.compose.composer import Composer
from bot.compose.wordsmiths import Wordsmiths
from bot.conversation import Conversation, Speaker
from bot.decision import Handoff, HandoffReason
from bot.dialogue import Judgement
from bot.evidence import Evidence
from bot.follow_up import reworded_by
from bot.judging import judge
from bot.knowledge import Knowledge
from bot.lines import LinesSource
from bot.llm.turn import model_turn
from bot.look import milliseconds
from bot.tone import Phrases, ToneReader
from bot.wording import Wording
from redaction.redactor import RedactedText

logger = logging.getLogger(__name__)


class KnowledgeSource(Protocol):
    """Gives the knowledge in use."""

    def current(self) -> Knowledge:
        """The generation in use."""
        ...


class Assistant:
    """Decides what to do with a customer's message.

    Args:
        knowledge: Gives the knowledge base in use.
        composer: Words answers.
        lines: Gives the fixed lines the assistant speaks.
        phrases: Phrases that hold for any company.
        settings_hash: Kept with each decision, for replay.
        wordsmiths: What language models do beside wording answers.
    """

    def __init__(
        self,
        knowledge: KnowledgeSource,
        composer: Composer,
        lines: LinesSource,
        phrases: Phrases,
        settings_hash: str = "",
        wordsmiths: Wordsmiths | None = None,
    ) -> None:
        self._wordsmiths = wordsmiths or Wordsmiths()
        self._knowledge = knowledge
        self._composer = composer
        self._lines = lines
        self._phrases = phrases
        self._settings_hash = settings_hash
        self._reader: tuple[str, ToneReader] | None = None

    async def decide(
        self, conversation: Conversation, text: RedactedText, *, withheld: bool = False
    ) -> Judgement:
        """Judge the newest message of a conversation.

        Args:
            conversation: The exchange before this message.
            text: The redacted message.
            withheld: Whether redaction failed, so that nothing may be looked at.
        """
        if withheld:
            return self._failed("redaction_failed")
        try:
            knowledge = self._knowledge.current()
            with model_turn(self._wordsmiths.seconds) as turn:
                tones = self._tones(knowledge)
                reworded = await reworded_by(
                    self._wordsmiths.rewriter, knowledge, tones, conversation, text
                )
                judged = await asyncio.to_thread(
                    judge, knowledge, tones, conversation, text, reworded
                )
                started = time.perf_counter()
                again = any(t.speaker is Speaker.ASSISTANT for t in conversation.turns)
                lines = self._lines.current(judged.locale or "")
                wording = Wording(self._composer, lines, self._wordsmiths)
                decision = await wording.word(
                    knowledge,
                    judged.ruling,
                    judged.asked,
                    judged.look,
                    judged.evidence,
                    again=again,
                )
        except Exception as error:  # noqa: BLE001  whatever broke, the customer gets a person
            # The message of an error may quote the customer, so only its type and place are logged.
            logger.error(  # noqa: TRY400  a trace could quote the customer
                "decision failed conversation=%s error=%s at=%s",
                conversation.id,
                type(error).__name__,
                _place(error),
            )
            return self._failed("component_failed")
        timings = {**judged.evidence.timings, "word": milliseconds(started)}
        if turn.first_told is not None:
            timings["first_sentence"] = round((turn.first_told - turn.began) * 1000, 3)
        evidence = replace(
            judged.evidence,
            settings_hash=self._settings_hash,
            worded_by=tuple(turn.used),
            timings=timings,
        )
        return Judgement(decision, evidence)

    def _failed(self, rule_name: str) -> Judgement:
        evidence = Evidence(language="und", rule=rule_name, settings_hash=self._settings_hash)
        reason = HandoffReason.FAILURE
        return Judgement(
            Handoff(reason, self._lines.current().handoff(reason), rule_name), evidence
        )

    def _tones(self, knowledge: Knowledge) -> ToneReader:
        if self._reader is None or self._reader[0] != knowledge.version:
            reader = ToneReader(self._phrases + knowledge.catalogue.phrases)
            self._reader = (knowledge.version, reader)
        return self._reader[1]


def _place(error: BaseException) -> str:
    """File and line where an error was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
