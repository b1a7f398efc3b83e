"""Checked answers that may be given again, each tied to the conversation it was made in.

No question is kept, only its vector. Whoever erases the conversation, or clears what is old, takes
the answer along.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import delete, insert, select

from bot.kept_answer import KeptAnswer
from bot.store_database import Database
from bot.store_tables import cached_answer as answers

MOST = 200
"""Answers of one key that are looked at, the newest."""


class AnswerStore:
    """Keeps answers.

    Args:
        database: Where.
        life: How long an answer may be given again.
    """

    def __init__(self, database: Database, life: timedelta = timedelta(hours=24)) -> None:
        self._database = database
        self._life = life

    def of(self, key: str, now: datetime) -> Sequence[KeptAnswer]:
        """The newest answers of a key, those in the last while.

        Raises:
            StoreUnavailable: They cannot be read now.
        """
        wanted = (
            select(answers.c.vector, answers.c.text, answers.c.citations)
            .where(answers.c.key == key, answers.c.at > now - self._life)
            .order_by(answers.c.id.desc())
            .limit(MOST)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return [
            KeptAnswer(np.frombuffer(row.vector, np.float32), row.text, row.citations)
            for row in rows
        ]

    def keep(self, key: str, conversation_id: str, kept: KeptAnswer, now: datetime) -> None:
        """Keep an answer, and let go of what is too old to be given again.

        Raises:
            StoreUnavailable: It cannot be kept now.
        """
        with self._database.write() as connection:
            connection.execute(delete(answers).where(answers.c.at <= now - self._life))
            connection.execute(
                insert(answers).values(
                    key=key,
                    conversation_id=conversation_id,
                    at=now,
                    vector=kept.vector.astype(np.float32).tobytes(),
                    text=kept.text,
                    citations=[dict(each) for each in kept.citations],
                )
            )
