"""What customers thought of answers and articles: one vote each, the last one counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store_database import Database
from bot.store_tables import article_feedback, turn_feedback


@dataclass(frozen=True, slots=True)
class Votes:
    """How many found an article helpful, and how many did not."""

    helpful: int
    unhelpful: int


class FeedbackStore:
    """Keeps and counts votes. Comments are redacted before they come here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def vote_article(
        self,
        article_id: str,
        revision: str,
        visitor_hash: str,
        *,
        helpful: bool,
        comment: str | None,
        now: datetime,
    ) -> None:
        """Keeps a visitor's vote on one revision of an article, in place of an earlier one."""
        with self._database.write() as connection:
            _put(
                connection,
                article_feedback,
                {
                    article_feedback.c.article_id: article_id,
                    article_feedback.c.revision: revision,
                    article_feedback.c.visitor_hash: visitor_hash,
                },
                {"helpful": helpful, "comment": comment, "at": now},
            )

    def vote_turn(self, turn_id: str, *, helpful: bool, comment: str | None, now: datetime) -> None:
        """Keeps the customer's vote on an answer, in place of an earlier one."""
        with self._database.write() as connection:
            _put(
                connection,
                turn_feedback,
                {turn_feedback.c.turn_id: turn_id},
                {"helpful": helpful, "comment": comment, "at": now},
            )

    def article_votes(self, article_id: str, revision: str) -> Votes:
        """The votes on one revision of an article."""
        with self._database.read() as connection:
            counts = {
                row.helpful: row.n
                for row in connection.execute(
                    select(article_feedback.c.helpful, func.count().label("n"))
                    .where(
                        article_feedback.c.article_id == article_id,
                        article_feedback.c.revision == revision,
                    )
                    .group_by(article_feedback.c.helpful)
                )
            }
        return Votes(counts.get(True, 0), counts.get(False, 0))


def _put(
    connection: Connection,
    table: Table,
    key: dict[Column[Any], str],
    values: dict[str, object],
) -> None:
    """Adds the row of ``key``, or updates it where somebody was first."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    named = {column.name: value for column, value in key.items()}
    connection.execute(
        dialect.insert(table)
        .values({**named, **values})
        .on_conflict_do_update(index_elements=list(key), set_=values)
    )
