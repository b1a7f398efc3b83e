"""A knowledge base folder as an import sees it: what is there, and writing without half a file."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import ConfigurationError
from bot.importing.article_file import Present, read_present
from retrieval.front_matter import FrontMatterError, split_front_matter

_LARGEST = 10_000_000


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in a folder.

    Attributes:
        present: Imported articles by source and key.
        ids: Ids of all articles, imported or not.
        paths: Paths of all Markdown files, in small letters: some disks don't tell case.
    """

    present: Mapping[tuple[str, str], Present] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()


def look_into(root: Path) -> Folder:
    """Read a folder; one that is not there yet is empty.

    Raises:
        ConfigurationError: A file stands where the folder should be.
    """
    if root.exists() and not root.is_dir():
        raise ConfigurationError(f"--kb {root} is a file: name a folder")
    present: dict[tuple[str, str], Present] = {}
    ids: set[str] = set()
    paths: set[str] = set()
    for file in _markdown(root):
        path = file.relative_to(root).as_posix()
        paths.add(path.lower())
        text = file.read_bytes()[:_LARGEST].decode("utf-8-sig", "replace")
        article = read_present(path, text)
        ids.add(article.id if article else _id(path, text))
        if article is not None:
            present.setdefault((article.source, article.key), article)
    return Folder(present, frozenset(ids), frozenset(paths))


def write_whole(root: Path, path: str, text: str) -> None:
    """Write a file so that nobody ever sees half of it.

    Raises:
        ConfigurationError: The path leads out of the folder.
    """
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.parent.resolve().is_relative_to(root.resolve()):
        raise ConfigurationError(f"{path} leads out of {root} by a link: remove the link")
    staged = file.with_name(f".{file.name[:80]}.{secrets.token_hex(4)}.tmp")
    try:
        with staged.open("w", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        staged.replace(file)
    finally:
        staged.unlink(missing_ok=True)


def _markdown(root: Path) -> list[Path]:
    found = []
    for place, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name[0] not in "_."]
        found += [
            Path(place) / name
            for name in names
            if name[0] not in "_." and name.lower().endswith(".md")
        ]
    return sorted(file for file in found if file.is_file())


def _id(path: str, text: str) -> str:
    try:
        said = split_front_matter(text.replace("\r\n", "\n")).fields.get("id")
    except FrontMatterError:
        said = None
    return said.value if said and isinstance(said.value, str) else path.rsplit(".", 1)[0]
