"""Words for an agent what a customer needs, from what the customer said and nothing else."""

import logging
from collections.abc import Sequence

from bot.compose.assisted import SentenceCheck
from bot.compose.cited import MinimalCheck, cited_sentences
from bot.compose.transcript import transcript
from bot.conversation import Speaker, Turn
from bot.llm.chat_model import ChatModel
from bot.prompts import load_template
from retrieval.article import Passage

logger = logging.getLogger(__name__)

_MOST_SENTENCES = 3
_STARTS = "The customer "
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
        self._check = check or MinimalCheck()

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
            kept = [
                each
                for each in sentences
                if each.startswith(_STARTS) and self._check.check(each, said).supported
            ]
        except Exception as error:  # noqa: BLE001  whatever breaks, the rules' summary stands alone
            logger.warning(
                "not summed up model=%s error=%s", self._model.name, type(error).__name__
            )
            return ""
        return " ".join(kept[:_MOST_SENTENCES])
