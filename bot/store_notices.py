"""What staff tell everybody at once: the newest row holds, the others say what held before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select

from bot.store_audit import record_audit
from bot.store_database import Database
from bot.store_tables import notice as notices


class NoticeKind(StrEnum):
    """What a notice is about."""

    OUTAGE = "outage"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Notice:
    """What everybody is told, and whether the assistant is paused.

    Attributes:
        text: Redacted; empty when nothing is told.
        kind: What it is about.
        paused: Whether a person takes over every conversation.
        by: Who set it; empty when nobody has.
        at: When.
    """

    text: str = ""
    kind: NoticeKind = NoticeKind.INFO
    paused: bool = False
    by: str = ""
    at: datetime | None = None


class NoticeStore:
    """Keeps notices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self) -> Notice:
        """What holds now."""
        with self._database.read() as connection:
            row = connection.execute(
                select(notices).order_by(notices.c.id.desc()).limit(1)
            ).one_or_none()
        if row is None:
            return Notice()
        return Notice(row.text, NoticeKind(row.kind), row.paused, row.author, row.at)

    def put(self, notice: Notice, at: datetime) -> None:
        """Sets what holds from now on; who did is on record."""
        with self._database.write() as connection:
            connection.execute(
                insert(notices).values(
                    at=at,
                    author=notice.by,
                    text=notice.text,
                    kind=notice.kind.value,
                    paused=notice.paused,
                )
            )
            record_audit(
                connection,
                at,
                notice.by,
                "notice.set",
                "site",
                kind=notice.kind.value,
                paused=str(notice.paused).lower(),
                told=str(bool(notice.text)).lower(),
            )
