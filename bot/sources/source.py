"""What a source yields, and what every source is.

SourceError          the whole source can't be read; names the value and the way out
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.errors import ConfigurationError

EXPORT = "https://export.invalid/"
"""Begin of the addresses by which pages of an export link to each other; nothing can be there."""


class SourceError(ConfigurationError):
    """The whole source can't be read; a single page that can't is ``Failed`` instead."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of a page, to be asked whether it changed since."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read.

    Attributes:
        key: Its name at the source, which outlives changes of title and text.
        title: Plain text.
        body: Markdown without the title, hidden text and raw HTML.
        url: Where customers read it; empty where there is no such place.
        section: What it was filed under; may be empty.
        locale: Language tag; empty when unknown.
        tags: Its labels.
        internal: Whether it was not for everybody.
        owner: Who keeps it, where the source says so.
        addresses: Other addresses by which pages of the source link to it.
        validators: For the next conditional request.
        is_short: Whether it is an article however short, as the answer to a question is.
    """

    key: str
    title: str
    body: str
    url: str = ""
    section: str = ""
    locale: str = ""
    tags: tuple[str, ...] = ()
    internal: bool = False
    owner: str = ""
    addresses: tuple[str, ...] = ()
    validators: Validators = Validators()
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server said that a page is as it was."""

    key: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A page that is no article, and why."""

    key: str
    reason: str
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class Gone:
    """The source itself says that a page it lists is no more."""

    key: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A page that could not be read this time, and why."""

    key: str
    reason: str


Item = Page | Unchanged | Skipped | Gone | Failed


class Source(Protocol):
    """Something that articles are read from."""

    @property
    def name(self) -> str:
        """What is remembered of it goes under this name; letters, digits, dots and dashes."""
        ...

    @property
    def total(self) -> int:
        """Pages that it has; 0 until that is known."""
        ...

    @property
    def requests(self) -> int:
        """Requests that were sent; 0 where nothing is asked over a network."""
        ...

    def items(self, known: Mapping[str, Validators], done: Collection[str]) -> Iterator[Item]:
        """Everything that it has, page by page, but for what is done.

        Args:
            known: What was said of pages before, by key.
            done: Keys that need not be read again.

        Raises:
            SourceError: The whole can't be read.
        """
        ...

    def missing(self) -> str:
        """Why not everything was seen, once all items were taken; empty where all was."""
        ...
