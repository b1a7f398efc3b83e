"""How often articles were read on the help site: a sum a day, and nothing of who read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store_database import Database
from bot.store_tables import article_view as views


@dataclass(frozen=True, slots=True)
class Views:
    """How often an article was read.

    Attributes:
        views: Times that its page was shown.
        searches: Of these, those that came from a search of the help site.
    """

    views: int = 0
    searches: int = 0


class ViewStore:
    """Keeps the sums."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, day: date, seen: Mapping[str, Views]) -> None:
        """Adds to the sums of a day.

        Raises:
            StoreUnavailable: They cannot be written now.
        """
        with self._database.write() as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            for article_id in sorted(seen):
                new = insert(views).values(
                    article_id=article_id,
                    day=day.isoformat(),
                    views=seen[article_id].views,
                    searches=seen[article_id].searches,
                )
                connection.execute(
                    new.on_conflict_do_update(
                        index_elements=["article_id", "day"],
                        set_={
                            "views": views.c.views + new.excluded.views,
                            "searches": views.c.searches + new.excluded.searches,
                        },
                    )
                )

    def since(self, day: date) -> dict[str, Views]:
        """The sums by article from a day on."""
        wanted = (
            select(views.c.article_id, func.sum(views.c.views), func.sum(views.c.searches))
            .where(views.c.day >= day.isoformat())
            .group_by(views.c.article_id)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return {name: Views(int(seen), int(found)) for name, seen, found in rows}
