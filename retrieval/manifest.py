"""Which generation of the index serves, and the hashes that prove it whole.

``<data>/index/CURRENT`` names the generation; ``<data>/index/<generation>/manifest.json`` lists
every other file with its SHA-256. Names are relative, so the data folder can be moved.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from retrieval.model import sha256_of

FORMAT = 1
MANIFEST = "manifest.json"
CURRENT = "CURRENT"


class ModelRecord(BaseModel):
    """The model that made the vectors: name, SHA-256 of weights, dimension, files read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: str
    dimension: int
    files: dict[str, str]


class Manifest(BaseModel):
    """What a generation is made of.

    Attributes:
        format: Version of the files' layout.
        version: Name of the generation.
        previous: Generation that it replaced, empty for the first.
        created_at: When it was published, with time zone.
        model: The model, ``None`` when BM25 searches alone.
        settings: Retrieval settings that shaped it.
        articles: Revision of each article by its id.
        passages: Number of passages.
        files: SHA-256 of each file, by name.
        extra: What other packages want to remember beside it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    version: str
    previous: str
    created_at: datetime
    model: ModelRecord | None
    settings: dict[str, Any]  # plain JSON, compared and shown, never interpreted
    articles: dict[str, str]
    passages: int
    files: dict[str, str]
    extra: dict[str, Any]  # plain JSON that belongs to the caller

    def holds_the_same_as(self, other: "Manifest") -> bool:
        """Whether two generations differ in nothing but name, predecessor and time."""
        own = {"version", "previous", "created_at"}
        mine, theirs = (
            json.loads(manifest.model_dump_json(exclude=own)) for manifest in (self, other)
        )
        return bool(mine == theirs)


def index_folder(data_dir: Path) -> Path:
    """Folder that holds the generations."""
    return data_dir / "index"


def current(data_dir: Path) -> str | None:
    """Name of the serving generation, ``None`` before the first build. One small read."""
    try:
        name = (index_folder(data_dir) / CURRENT).read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"{CURRENT} can't be read; run `firstline index`") from error
    if not name or "/" in name or "\\" in name or name.startswith("."):
        raise IndexDamagedError(f"{CURRENT} names no generation; run `firstline index`")
    return name


def generation_folder(data_dir: Path) -> Path:
    """Folder of the serving generation.

    Raises:
        IndexMissingError: When nothing was built yet.
        IndexDamagedError: When the pointer leads nowhere.
    """
    name = current(data_dir)
    if name is None:
        raise IndexMissingError(f"no index in {data_dir}; run `firstline index --kb FOLDER`")
    folder = index_folder(data_dir) / name
    if not folder.is_dir():
        raise IndexDamagedError(f"{CURRENT} names {name}, which is gone; run `firstline index`")
    return folder


def earlier_generations(data_dir: Path) -> list[Path]:
    """Folders of the generations before the serving one, newest first, damaged or not.

    All of them, when the pointer is lost.
    """
    try:
        serving = current(data_dir)
    except IndexDamagedError:
        serving = None
    home = index_folder(data_dir)
    if not home.is_dir():
        return []
    found = (folder for folder in home.iterdir() if folder.is_dir() and folder.name[0] != ".")
    if serving is not None:
        # The random end of two names of the same second tells no order.
        last = serving.partition("-")[0]
        found = (f for f in found if f.name != serving and f.name.partition("-")[0] <= last)
    return sorted(found, reverse=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation; its files are not looked at.

    Raises:
        IndexDamagedError: When it is missing or makes no sense.
        IndexMismatchError: When another version of this software wrote it.
    """
    try:
        content = json.loads((folder / MANIFEST).read_text("utf-8"))
        written = content.get("format") if isinstance(content, dict) else None
        if isinstance(written, int) and written != FORMAT:
            raise IndexMismatchError(_other_format(folder, written))
        return Manifest.model_validate(content)
    except (OSError, ValueError, ValidationError, RecursionError) as error:
        raise IndexDamagedError(f"{folder.name}/{MANIFEST} is damaged or missing") from error


def _other_format(folder: Path, written: int) -> str:
    if written > FORMAT:
        return (
            f"{folder.name} was made by a newer Firstline (format {written}, this one reads "
            f"{FORMAT}); upgrade, or run `firstline index` to build it again"
        )
    return (
        f"{folder.name} was made by an older Firstline (format {written}, this one reads "
        f"{FORMAT}); run `firstline index`"
    )


def verify(folder: Path) -> Manifest:
    """The manifest, after every file was compared with its hash.

    Raises:
        IndexDamagedError: Naming the first file that is missing, changed or not listed.
        IndexMismatchError: When another version of this software wrote it.
    """
    manifest = read_manifest(folder)
    for name, expected in manifest.files.items():
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise IndexDamagedError(f"{folder.name}/{MANIFEST} names a file outside: {name}")
        try:
            found = sha256_of(folder / name)
        except OSError as error:
            raise IndexDamagedError(f"{folder.name}/{name} is missing") from error
        if found != expected:
            raise IndexDamagedError(f"{folder.name}/{name} is damaged: its SHA-256 differs")
    return manifest
