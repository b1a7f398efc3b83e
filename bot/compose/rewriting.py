"""Words a follow-up as a question of its own, so that a search finds what it leans on.

The model may only put together what the customer and the quoted articles' titles said: a question
with a word of its own is not used. Risk is judged on the message itself all the same.
"""

import logging
import re
from collections.abc import Iterator, Sequence

from bot.compose.transcript import transcript
from bot.conversation import Speaker, Turn
from bot.decision import Answer, Clarify
from bot.llm.chat_model import ChatModel
from bot.llm.replies import read_fields, schema_of
from bot.llm.turn import current_turn
from bot.prompts import fenced, load_template
from redaction.redactor import RedactedText
from retrieval.words import query_terms

logger = logging.getLogger(__name__)

_MOST_WORDS = 40
_KEPT = 0.8
"""Least share of the message's own words that has to be left."""

_SCHEMA = schema_of("question", ["question"])
_NUMBER = re.compile(r"\d[\d.,:]*")
_NOT = re.compile(r"\b(?:not?|never|without|cannot|\w+n['’]t)\b", re.IGNORECASE)
# Words that lead over to a message and are not what it is about.
_LEADING = frozenset(
    "about also again and but else instead ok okay one ones or same so then too".split()
)


class Rewriter:
    """Rewords follow-ups.

    Args:
        model: Words them.
    """

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    async def rewrite(self, turns: Sequence[Turn], text: RedactedText) -> RedactedText | None:
        """The newest message as a question of its own; ``None`` where nothing safe came.

        Args:
            turns: What was said before, redacted.
            text: The newest message, redacted.
        """
        prompt = load_template("rewrite").fill(
            {"turns": transcript(turns), "message": fenced(text)}, _SCHEMA
        )
        try:
            completion = await self._model.complete(prompt)
            worded = read_fields(completion.text, ["question"])["question"]
        except Exception as error:  # noqa: BLE001  whatever breaks, the message stands as it is
            logger.warning(
                "message not reworded model=%s error=%s", self._model.name, type(error).__name__
            )
            return None
        if not is_put_together(worded, text, said_in(turns)):
            logger.info("message not reworded model=%s: words of its own", self._model.name)
            return None
        turn = current_turn()
        if turn is not None:
            turn.used.append(f"{prompt.name} {self._model.name}")
        return RedactedText(worded)  # made of redacted words alone


def said_in(turns: Sequence[Turn]) -> Iterator[str]:
    """What a customer said, and what they were shown as titles."""
    for turn in turns:
        if turn.speaker is Speaker.CUSTOMER:
            yield turn.text
        elif isinstance(turn.decision, Answer):
            yield from (citation.title for citation in turn.decision.citations)
        elif isinstance(turn.decision, Clarify):
            yield from (option.label for option in turn.decision.options)


def is_put_together(worded: str, message: str, said: Iterator[str]) -> bool:
    """Whether a question says the message and nothing that was not said.

    Args:
        worded: The question.
        message: The message it stands for.
        said: What was said before.
    """
    if "\n" in worded or not 0 < len(worded.split()) <= _MOST_WORDS:
        return False
    own = _terms(message)
    known = own | {term for each in said for term in _terms(each)}
    if not _terms(worded) <= known | _LEADING:
        return False
    if set(_NUMBER.findall(message)) - set(_NUMBER.findall(worded)):
        return False
    if bool(_NOT.search(message)) and not _NOT.search(worded):
        return False
    wanted = own - _LEADING
    return len(wanted & _terms(worded)) >= _KEPT * len(wanted)


def _terms(text: str) -> set[str]:
    return set(query_terms(text, "en"))
