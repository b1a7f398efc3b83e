"""Conversations of a window in the replay format.

Texts are as they were stored: redacted, or gone where retention cleared them.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.measure.log import LoggedConversation
from bot.measure.replayed import ReplayedConversation
from bot.measure.retold import retold
from bot.store_database import Database
from bot.store_logged import LoggedStore


class ReplayStore:
    """Reads whole conversations, in batches, so that many need little memory."""

    def __init__(self, database: Database) -> None:
        self._logged = LoggedStore(database)

    def conversations(self, since: datetime, until: datetime) -> Iterator[ReplayedConversation]:
        """Conversations that started within ``[since, until)``, the oldest first.

        Raises:
            StoreUnavailable: When the database cannot be read now.
        """
        for each in self._logged.conversations(since, until):
            yield retold(each).model_copy(update={"intent": _first_intent(each)})


def _first_intent(conversation: LoggedConversation) -> str | None:
    """What the first message that wasn't met with a fixed line was surely taken to be after."""
    real = (turn for turn in conversation.turns if turn.word not in {None, "reply"})
    first = next(real, None)
    return first.intent if first is not None and first.sure else None
