"""Announcing changes of the product, so that the articles that tell of them are looked at in time.

UnwantedWords   what is announced holds personal data or could not be checked for it
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import FirstlineError
from bot.gate import Gate
from bot.store import Store
from bot.store_changes import AnnouncedChange
from bot.threaded import threaded


class UnwantedWords(FirstlineError):
    """A field can't be kept as it is; its text names the field.

    Args:
        field: The field's name.
        personal: Whether it reads as personal data; else it could not be checked.
    """

    def __init__(self, field: str, *, personal: bool) -> None:
        super().__init__(field)
        self.field = field
        self.personal = personal


@dataclass(frozen=True, slots=True)
class Announcement:
    """What somebody announces.

    Attributes:
        id: The caller's name for it; refused where it reads as personal data.
        at: When it takes effect.
        what: What changes, as written.
        articles: Ids of the articles that tell of it.
    """

    id: str
    at: datetime
    what: str
    articles: tuple[str, ...]


class ChangeDesk:
    """Takes announcements.

    Args:
        store: The records.
        gate: Redacts what is written.
        clock: Tells the time.
    """

    def __init__(self, store: Store, gate: Gate, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._gate = gate
        self._clock = clock

    async def announce(self, said: Announcement, by: str) -> tuple[AnnouncedChange, bool]:
        """Keeps a change, and tells whether it is new.

        Raises:
            UnwantedWords: A field can't be kept.
            bot.store_errors.ChangeTaken: Another change has its id.
        """
        if (name := await self._gate.safe_id(said.id)) != said.id:
            raise UnwantedWords("id", personal=name is not None)
        admission = await self._gate.admit(" ".join(said.what.split()))
        if admission.withheld:
            raise UnwantedWords("what", personal=False)
        change = AnnouncedChange(said.id, said.at, admission.text, said.articles, by, self._clock())
        return await threaded(self._store.changes.add, change)

    async def every(self) -> Sequence[AnnouncedChange]:
        """All that were announced, the one that takes effect last first."""
        return await threaded(self._store.changes.every)

    async def withdraw(self, change_id: str, by: str) -> None:
        """Takes an announcement back.

        Raises:
            bot.store_errors.UnknownChange: There is none of that id.
        """
        await threaded(self._store.changes.withdraw, change_id, by, self._clock())
