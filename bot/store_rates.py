"""Requests counted for every server at once, where several share a PostgreSQL database.

The rows are worth nothing after a minute: the table is unlogged and a commit does not wait for the
disk. On SQLite one server works on a data folder, and its memory counts alone.
"""

import secrets
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.store_database import Database
from bot.store_tables import rate_hit


class RateStore:
    """Counts requests by key over the last minute."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def is_shared(self) -> bool:
        """Whether other servers may count here, too."""
        return not self._database.is_sqlite

    def wait(
        self, who: str, limit: int, *, now: datetime, window: timedelta, once: str | None = None
    ) -> int:
        """Counts a request; 0 when it may pass, else the seconds to wait before the next.

        Args:
            who: Who asks for what, as a keyed digest: it may hold an address.
            limit: Requests in a window.
            now: The time.
            window: Over what is counted.
            once: A digest of the request's own id; the same one again is not counted.
        """
        mine = rate_hit.c.who == who
        try:
            with self._database.write() as connection:
                if not self._database.is_sqlite:
                    connection.execute(text("SET LOCAL synchronous_commit TO OFF"))
                connection.execute(delete(rate_hit).where(mine, rate_hit.c.at <= now - window))
                row = connection.execute(
                    select(func.count(), func.min(rate_hit.c.at)).where(mine)
                ).one()
                if once is not None:
                    again = select(rate_hit.c.once).where(mine, rate_hit.c.once == once)
                    if connection.execute(again).first() is not None:
                        return 0
                if row[0] >= limit:
                    oldest = now if row[1] is None else row[1]
                    return max(1, ceil((oldest + window - now).total_seconds()))
                connection.execute(
                    insert(rate_hit).values(who=who, once=once or secrets.token_hex(16), at=now)
                )
        except IntegrityError:
            return 0  # the same request, counted by another server at this moment
        return 0

    def forget(self, before: datetime) -> None:
        """Takes away what idle keys left behind."""
        with self._database.write() as connection:
            connection.execute(delete(rate_hit).where(rate_hit.c.at <= before))
