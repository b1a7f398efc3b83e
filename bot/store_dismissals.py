"""Contradictions that a content owner looked at and found to be none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.store_audit import record_audit
from bot.store_database import Database
from bot.store_errors import StoreError
from bot.store_tables import dismissed_contradiction as dismissed


class UnknownDismissal(StoreError):
    """No contradiction of that key was dismissed."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no contradiction {key} was dismissed: see `firstline kb health`")


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A contradiction that is none.

    Attributes:
        key: Fingerprint of both sentences: once either changes, it is another contradiction.
        reason: Why it is none, redacted.
        by: Who said so.
        at: When.
    """

    key: str
    reason: str
    by: str
    at: datetime


class DismissalStore:
    """Keeps them; every change is on record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, dismissal: Dismissal) -> None:
        """Keeps one; one that is kept stays as it is."""
        try:
            with self._database.write() as connection:
                connection.execute(
                    insert(dismissed).values(
                        id=dismissal.key,
                        reason=dismissal.reason,
                        author=dismissal.by,
                        at=dismissal.at,
                    )
                )
                record_audit(
                    connection,
                    dismissal.at,
                    dismissal.by,
                    "contradiction.dismiss",
                    f"contradiction:{dismissal.key}",
                    reason=dismissal.reason,
                )
        except IntegrityError:
            return

    def every(self) -> Sequence[Dismissal]:
        """All of them, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(dismissed).order_by(dismissed.c.at.desc()))
            return [Dismissal(row.id, row.reason, row.author, row.at) for row in rows]

    def keys(self) -> frozenset[str]:
        """Their fingerprints."""
        return frozenset(each.key for each in self.every())

    def take_back(self, key: str, by: str, now: datetime) -> None:
        """Forgets one, so that it is named again.

        Raises:
            UnknownDismissal: There is none of that key.
        """
        with self._database.write() as connection:
            if not connection.execute(delete(dismissed).where(dismissed.c.id == key)).rowcount:
                raise UnknownDismissal(key)
            record_audit(connection, now, by, "contradiction.name_again", f"contradiction:{key}")
