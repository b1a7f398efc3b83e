"""What becomes of each article in an import, and of all of them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.importing.masking import Personal
from bot.importing.records import Entry
from bot.sources.source import Failed, Skipped


class Kind(StrEnum):
    """What becomes of an article."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    EDITED = "edited"
    CONFLICT = "conflict"
    DELETED_HERE = "deleted_here"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One article.

    Attributes:
        kind: What becomes of it.
        key: Its name at the source.
        path: Its file.
        before: What the file holds; empty where there is none.
        after: What is to be written; ``None`` where nothing is.
        target: Where that goes, if not to its file; empty deletes the file.
        personal: Personal data in ``after``, lines counted in the file.
        entry: What is remembered from now on; ``None`` forgets it.
    """

    kind: Kind
    key: str
    path: str
    before: str = ""
    after: str | None = None
    target: str | None = None
    personal: tuple[Personal, ...] = ()
    entry: Entry | None = field(default=None, compare=False)

    @property
    def writes(self) -> bool:
        """Whether something is to be written."""
        return self.after is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that an import would do.

    Attributes:
        changes: One for each article, in the order of the source; articles gone come last.
        skipped: Pages that are no articles, and why.
        failed: Pages that could not be read, and why.
        missing: Why not everything was seen; empty where all was.
        entries: What is remembered when all is written.
    """

    changes: tuple[Change, ...]
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]
    missing: str
    entries: Mapping[str, Entry]

    def of(self, *kinds: Kind) -> list[Change]:
        """The changes of some kinds."""
        return [change for change in self.changes if change.kind in kinds]

    @property
    def writes(self) -> list[Change]:
        """The changes that write or move a file."""
        return [change for change in self.changes if change.writes]

    @property
    def is_complete(self) -> bool:
        """Whether everything of the source was seen."""
        return not self.missing and not self.failed
