"""What is known of an article's file beside the article itself."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file.

    Attributes:
        imported_on: Day of its last import; ``None`` where it was written here.
        written: When it was written last; ``None`` where that is unknown.
    """

    imported_on: date | None = None
    written: datetime | None = None
