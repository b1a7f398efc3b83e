"""What an import remembers of a source: in ``.import`` in the knowledge base folder.

``<source>.json`` belongs beside the articles, in version control too: what was seen of each page
and the hash of what was written. ``<source>.journal`` is there while an import runs, or after one
that was killed: it holds the pages that were read, masked, and the next one goes on from there.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from bot.errors import ConfigurationError
from bot.importing.folder import write_whole
from bot.importing.masking import Personal
from bot.sources.source import Failed, Gone, Item, Page, Skipped, Unchanged, Validators

PLACE = ".import"
_VERSION = 1
_STALE = timedelta(hours=24)
_KINDS: Mapping[str, type[Item]] = {
    kind.__name__.lower(): kind for kind in (Page, Unchanged, Skipped, Gone, Failed)
}


class RecordsError(ConfigurationError):
    """What is remembered can't be read, or another import is running."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is remembered of a page.

    Attributes:
        revision: Hash of title and body as they were written last; empty where it is no article.
        etag: What the server said of it.
        modified: What the server said of it.
        said: Hash of title and body as the source had them, before links were led to articles.
        offered: Hash of a text that lies beside the owner's as ``.incoming``.
        skipped: Why it is no article.
    """

    revision: str = ""
    etag: str = ""
    modified: str = ""
    said: str = ""
    offered: str = ""
    skipped: str = ""

    @property
    def validators(self) -> Validators:
        """For a conditional request."""
        return Validators(self.etag, self.modified)


@dataclass(frozen=True, slots=True)
class Taken:
    """A page as it goes on: masked.

    Attributes:
        item: What the source yielded, or that it is no article.
        personal: Personal data that was found in it.
    """

    item: Item
    personal: tuple[Personal, ...] = ()


@dataclass(slots=True)
class Records:
    """What is remembered of one source.

    Attributes:
        entries: By key.
    """

    root: Path
    name: str
    entries: dict[str, Entry] = field(default_factory=dict)

    @classmethod
    def load(cls, root: Path, name: str) -> Self:
        """Read what is remembered; nothing before the first import.

        Raises:
            RecordsError: It is damaged.
        """
        file = root / PLACE / f"{name}.json"
        if not file.exists():
            return cls(root, name)
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            if said["version"] != _VERSION:
                raise RecordsError(f"{file} is of version {said['version']}, not {_VERSION}")
            entries = {key: Entry(**fields) for key, fields in said["pages"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordsError(
                f"{file} is damaged ({type(error).__name__}): take it from version control, or "
                "delete it; then articles are recognised by their front matter"
            ) from None
        return cls(root, name, entries)

    def save(self) -> None:
        """Write what is remembered, where it changed."""
        lines = [
            f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(_told(entry), ensure_ascii=False)}"
            for key, entry in sorted(self.entries.items())
        ]
        text = f'{{"version": {_VERSION}, "pages": {{\n' + ",\n".join(lines) + "\n}}\n"
        file = self.root / PLACE / f"{self.name}.json"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            write_whole(self.root, f"{PLACE}/{self.name}.json", text)


class Journal:
    """The pages that were read since an import began; kept until they are in the folder.

    Args:
        file: Where it is; ``None`` keeps nothing.
        options: Digest of what else decides on the texts; another one begins anew.
        now: The time.
    """

    def __init__(self, file: Path | None, options: str, now: datetime) -> None:
        self._opened = None
        self.taken: dict[str, Taken] = {}
        if file is None:
            return
        lines = list(_lines(file))
        head = lines[0] if lines else {}
        if head.get("options") == options and _fresh(head.get("begun"), now):
            for line in lines[1:]:
                taken = _taken(line)
                self.taken[taken.item.key] = taken
        else:
            head = {"options": options, "begun": now.isoformat()}
        # Written anew, so that a line torn by a kill is never in the middle.
        self._opened = file.open("w", encoding="utf-8")
        self._write(head)
        for taken in self.taken.values():
            self._write(_line(taken))

    def add(self, taken: Taken) -> None:
        """Keep a page; one that failed is read again the next time."""
        self.taken[taken.item.key] = taken
        if not isinstance(taken.item, Failed):
            self._write(_line(taken))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._opened is not None:
            self._opened.close()

    def _write(self, line: Mapping[str, object]) -> None:
        if self._opened is not None:
            self._opened.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._opened.flush()  # a killed process loses nothing that the system has


@contextmanager
def held(root: Path, name: str) -> Iterator[None]:
    """Keep other imports of the same source out until the end.

    Raises:
        RecordsError: Another one is running.
    """
    place = root / PLACE
    place.mkdir(parents=True, exist_ok=True)
    ignored = place / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*.journal\n*.lock\n", encoding="utf-8")
    with (place / f"{name}.lock").open("w", encoding="utf-8") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RecordsError(
                f"another import of {name} works on {root}; wait for its end"
            ) from None
        yield


def _told(entry: Entry) -> dict[str, str]:
    return {name: value for name, value in asdict(entry).items() if value}


def _line(taken: Taken) -> dict[str, object]:
    return {
        "is": type(taken.item).__name__.lower(),
        "item": asdict(taken.item),
        "personal": [asdict(each) for each in taken.personal],
    }


# A line of our own file: its fields are those of the classes, and any other fails as damaged.
def _taken(line: Mapping[str, Any]) -> Taken:
    fields = dict(line["item"])
    if "validators" in fields:
        fields["validators"] = Validators(**fields["validators"])
    item = _KINDS[line["is"]](**fields)
    if isinstance(item, Page):
        item = replace(item, tags=tuple(item.tags), addresses=tuple(item.addresses))
    return Taken(item, tuple(Personal(**each) for each in line["personal"]))


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a journal; what a kill tore off ends it."""
    if not file.exists():
        return
    for line in file.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            said = json.loads(line)
        except ValueError:
            return
        if isinstance(said, dict):
            yield said


def _fresh(begun: object, now: datetime) -> bool:
    try:
        return isinstance(begun, str) and now - datetime.fromisoformat(begun) < _STALE
    except (ValueError, TypeError):
        return False
