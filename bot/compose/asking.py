"""Words a clarifying question; which options it offers was decided before."""

import logging
import re
from collections.abc import Iterator, Sequence

from bot.llm.chat_model import ChatModel
from bot.llm.replies import read_fields, schema_of
from bot.llm.turn import current_turn
from bot.prompts import fenced, load_template
from redaction.redactor import RedactedText
from retrieval.words import query_terms

logger = logging.getLogger(__name__)

_SCHEMA = schema_of("question", ["question"])
_MOST_WORDS = 30
# One sentence in plain words: no digit, no markup, no address.
_PLAIN = re.compile(r"[^\d<>\[\](){}*_`|#@:/\\\n?!]+\?")
# What a question may say beside the words of the message and the titles.
_ASKING = frozenset(
    """ask asking asked about would like want wish mean meant is it more are looking for trying need
    help with one either something know tell whether rather question going instead other""".split()
)


class Asker:
    """Words clarifying questions.

    Args:
        model: Words them.
    """

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    async def ask(self, message: RedactedText, titles: Sequence[str], language: str) -> str | None:
        """A question that names the difference; ``None`` where the fixed line has to do.

        Args:
            message: The customer's redacted message.
            titles: What can be chosen.
            language: The language to write in, in English.
        """
        prompt = load_template("clarify").fill(
            {
                "message": fenced(message),
                "titles": fenced("\n".join(titles)),
                "language": language,
            },
            _SCHEMA,
        )
        try:
            completion = await self._model.complete(prompt)
            question = read_fields(completion.text, ["question"])["question"]
        except Exception as error:  # noqa: BLE001  whatever breaks, the fixed line asks
            logger.warning(
                "fixed question model=%s error=%s", self._model.name, type(error).__name__
            )
            return None
        if not is_plain_question(question, message, titles):
            logger.info("fixed question model=%s: words of its own", self._model.name)
            return None
        turn = current_turn()
        if turn is not None:
            turn.used.append(f"{prompt.name} {self._model.name}")
        return question


def is_plain_question(question: str, message: str, titles: Sequence[str]) -> bool:
    """Whether it asks in the words of the message and the titles, and nothing else."""
    if not _PLAIN.fullmatch(question) or len(question.split()) > _MOST_WORDS:
        return False
    known = _terms(message).union(*map(_terms, titles), *map(_terms, _ASKING))
    asked = _terms(question)
    return asked <= known and sum(bool(asked & own) for own in _distinct(titles)) >= 2


def _distinct(titles: Sequence[str]) -> Iterator[set[str]]:
    """The terms of each title that no other has."""
    terms = [_terms(title) for title in titles]
    for place, own in enumerate(terms):
        yield own.difference(*terms[:place], *terms[place + 1 :])


def _terms(text: str) -> set[str]:
    return set(query_terms(text, "en"))
