"""Gives checked answers again: to nearly the same question, from the same articles and rules.

A question that names other numbers, or a "not" that the other lacks, is another question however
near its vector is. Nothing of an account and nothing that held personal data is kept.
"""

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np

from bot.compose.composer import Draft, Source
from bot.decision import Citation
from bot.errors import FirstlineError
from bot.kept_answer import AnswerMemory, KeptAnswer, Vector
from bot.llm.turn import current_turn
from redaction.kinds import PLACEHOLDER

logger = logging.getLogger(__name__)

NEAR = 0.97
"""Least cosine of two questions that are taken for the same."""

_TELLING = re.compile(
    r"\d[\d.,:]*|\b(?:not?|never|without|cannot|except|\w+n['’]t)\b", re.IGNORECASE
)


def _now() -> datetime:
    return datetime.now(UTC)


class Recall:
    """Finds answers that were given, and keeps new ones.

    Args:
        settings: Digest of the settings, models and prompts that words depend on.
        near: Least cosine of two questions that are taken for the same.
        clock: Tells the time.
    """

    def __init__(
        self, settings: str, near: float = NEAR, clock: Callable[[], datetime] = _now
    ) -> None:
        self._memory: AnswerMemory | None = None
        self._settings = settings
        self._near = near
        self._clock = clock

    def keep_in(self, memory: AnswerMemory) -> None:
        """Keep answers there from now on; before, nothing is kept."""
        self._memory = memory

    def key(self, question: str, sources: Sequence[Source], rules: str) -> str | None:
        """What has to be the same; ``None`` for a question whose answer is not kept.

        Args:
            question: The redacted question.
            sources: What the answer would be from.
            rules: Versions of the index and the policy.
        """
        if self._memory is None or PLACEHOLDER.search(question):
            return None
        article = sources[0].article
        same = [
            self._settings,
            rules,
            article.audience.value,
            article.locale,
            [source.article.id for source in sources],
            sorted(telling.lower() for telling in _TELLING.findall(question)),
        ]
        return hashlib.sha256(json.dumps(same).encode()).hexdigest()

    async def find(self, key: str, vector: Vector) -> Draft | None:
        """The answer to nearly the same question, ``None`` where there is none."""
        if self._memory is None:
            return None
        try:
            kept = await asyncio.to_thread(self._memory.of, key, self._clock())
        except FirstlineError as error:
            logger.warning("no answer recalled error=%s", type(error).__name__)
            return None
        best = max(kept, key=lambda each: _cosine(each.vector, vector), default=None)
        if best is None or _cosine(best.vector, vector) < self._near:
            return None
        turn = current_turn()
        if turn is not None:
            turn.used.append("given before")
        return Draft(best.text, tuple(Citation(**each) for each in best.citations))

    async def keep(self, key: str, vector: Vector, draft: Draft) -> None:
        """Keep an answer that a model worded, on the conversation's account."""
        turn = current_turn()
        conversation = "" if turn is None else turn.account.conversation
        if self._memory is None or not conversation:
            return
        kept = KeptAnswer(vector, draft.text, [asdict(each) for each in draft.citations])
        try:
            await asyncio.to_thread(self._memory.keep, key, conversation, kept, self._clock())
        except FirstlineError as error:
            logger.warning("an answer was not kept error=%s", type(error).__name__)


def _cosine(one: Vector, other: Vector) -> float:
    if one.shape != other.shape:
        return 0.0
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.dot(one, other)) / lengths if lengths else 0.0
