"""Changes of the product that other programs and content owners announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.store_audit import record_audit
from bot.store_database import Database
from bot.store_errors import ChangeTaken, UnknownChange
from bot.store_tables import product_change as changes


@dataclass(frozen=True, slots=True)
class AnnouncedChange:
    """A change of the product.

    Attributes:
        id: The caller's name for it.
        at: When it takes effect.
        what: What changes, redacted.
        articles: Ids of the articles that tell of it.
        by: Who announced it.
        announced_at: When.
    """

    id: str
    at: datetime
    what: str
    articles: tuple[str, ...]
    by: str
    announced_at: datetime

    def says(self) -> tuple[datetime, str, tuple[str, ...]]:
        """All but its id and who announced it."""
        return self.at, self.what, self.articles


class ChangeStore:
    """Keeps, lists and withdraws them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, change: AnnouncedChange) -> tuple[AnnouncedChange, bool]:
        """Keeps a change; who announced it is on record.

        Returns:
            The change as it is kept, and whether it is new: the same one again changes nothing.

        Raises:
            ChangeTaken: Another change has its id.
        """
        try:
            with self._database.write() as connection:
                connection.execute(
                    insert(changes).values(
                        id=change.id,
                        at=change.at,
                        what=change.what,
                        articles=list(change.articles),
                        author=change.by,
                        announced_at=change.announced_at,
                    )
                )
                record_audit(
                    connection,
                    change.announced_at,
                    change.by,
                    "product_change.announce",
                    f"product_change:{change.id}",
                    effective=change.at.isoformat(),
                )
        except IntegrityError:
            with self._database.read() as connection:
                row = connection.execute(
                    select(changes).where(changes.c.id == change.id)
                ).one_or_none()
            known = change if row is None else _read(row)
            if row is None or known.says() != change.says():
                raise ChangeTaken(change.id) from None
            return known, False
        return change, True

    def every(self) -> Sequence[AnnouncedChange]:
        """All changes, the one that takes effect last first."""
        with self._database.read() as connection:
            rows = connection.execute(select(changes).order_by(changes.c.at.desc(), changes.c.id))
            return [_read(row) for row in rows]

    def withdraw(self, change_id: str, by: str, now: datetime) -> None:
        """Forgets a change; who withdrew it is on record.

        Raises:
            UnknownChange: There is none of that id.
        """
        with self._database.write() as connection:
            this = changes.c.id == change_id
            if not connection.execute(delete(changes).where(this)).rowcount:
                raise UnknownChange(change_id)
            record_audit(
                connection, now, by, "product_change.withdraw", f"product_change:{change_id}"
            )


def _read(row: Row[Any]) -> AnnouncedChange:  # Any: every column of the table
    return AnnouncedChange(
        row.id, row.at, row.what, tuple(row.articles), row.author, row.announced_at
    )
