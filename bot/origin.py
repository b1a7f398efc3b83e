"""What an index was built from: its folder's name and never its path, since the data may move."""

from dataclasses import dataclass
from pathlib import Path

from retrieval.manifest import index_folder

_FILE = "ORIGIN"
_BUILT_IN, _FOLDER = "built-in", "folder"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the articles of an index came from.

    Attributes:
        built_in: Whether they are those that ship with the software.
        name: Last part of their folder's path, empty where it isn't known.
    """

    built_in: bool
    name: str = ""

    def __str__(self) -> str:
        if self.built_in:
            return "the built-in articles"
        return f"the folder {self.name}" if self.name else "a folder of its own"


def origin_of(kb: Path | None) -> Origin:
    """The origin of what is indexed from ``kb``, ``None`` being the built-in articles."""
    if kb is None:
        return Origin(built_in=True)
    return Origin(built_in=False, name=" ".join(kb.resolve().name.split()))


def read_origin(data: Path) -> Origin | None:
    """What the index in a data folder was built from; ``None`` where nothing tells."""
    try:
        kind, _, name = (index_folder(data) / _FILE).read_text("utf-8").strip().partition(" ")
    except (OSError, UnicodeDecodeError):
        return None
    if kind not in {_BUILT_IN, _FOLDER}:
        return None
    return Origin(kind == _BUILT_IN, name)


def remember_origin(data: Path, origin: Origin) -> None:
    """Note what the index was built from, beside it."""
    kind = _BUILT_IN if origin.built_in else _FOLDER
    (index_folder(data) / _FILE).write_text(f"{kind} {origin.name}".strip() + "\n", "utf-8")
