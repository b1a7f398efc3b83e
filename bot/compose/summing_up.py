"""Words for an agent what a customer needs, from what the customer said and nothing else."""

import logging
import re
from collections.abc import Sequence

from bot.compose.assisted import SentenceCheck
from bot.compose.cited import cited_sentences
from bot.compose.transcript import transcript
from bot.conversation import Speaker, Turn
from bot.grounding.check import GroundingCheck
from bot.llm.chat_model import ChatModel
from bot.prompts import load_template
from retrieval.article import Passage

logger = logging.getLogger(__name__)

_MOST_SENTENCES = 3
_STARTS = "The customer "
_NOT = re.compile(r"\b(?:not?|never|without|cannot|\w+n['’]t)\b", re.IGNORECASE)
_REPORTING = "The customer said, asked, wanted, wants, needs, wrote, reported and mentioned:"
"""Stands over what was said, so that a sentence may report it."""


class Summariser:
    """Sums up conversations.

    Args:
        model: Words the summary.
        check: Says which sentences may be shown.
    """

    def __init__(self, model: ChatModel, check: SentenceCheck | None = None) -> None:
        self._model = model
        self._check = check or GroundingCheck()

    async def sum_up(self, turns: Sequence[Turn]) -> str:
        """Up to three sentences on what the customer needs; empty where nothing safe came."""
        said = [
            Passage(turn.id, turn.id, _REPORTING, "", turn.text)
            for turn in turns
            if turn.speaker is Speaker.CUSTOMER
        ]
        if not said:
            return ""
        prompt = load_template("summarise").fill({"turns": transcript(turns)})
        try:
            completion = await self._model.complete(prompt)
            sentences = [each.raw for each in cited_sentences(completion.text)]
            kept = [each for each in sentences if self._is_said(each, said)]
        except Exception as error:  # noqa: BLE001  whatever breaks, the rules' summary stands alone
            logger.warning(
                "not summed up model=%s error=%s", self._model.name, type(error).__name__
            )
            return ""
        return " ".join(kept[:_MOST_SENTENCES])

    def _is_said(self, sentence: str, said: Sequence[Passage]) -> bool:
        """Whether a customer said so, with the same negation."""
        verdict = self._check.check(sentence, said)
        if not sentence.startswith(_STARTS) or not verdict.supported:
            return False
        texts = [each.text for each in said if each.id in verdict.passages]
        return bool(_NOT.search(sentence)) == any(_NOT.search(text) for text in texts)
