"""What is still sound in a generation that is damaged, so that building it anew loses little."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from retrieval.article import Article
from retrieval.errors import RetrievalError
from retrieval.generation import ARTICLES, read_articles
from retrieval.manifest import Manifest, read_manifest
from retrieval.model import sha256_of


@dataclass(frozen=True, slots=True)
class Salvage:
    """A generation of which every file is used only when its hash is right.

    Attributes:
        folder: The generation.
        manifest: Its manifest, which could be read.
    """

    folder: Path
    manifest: Manifest

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """What can be saved from a folder; ``None`` without a manifest that makes sense."""
        try:
            return cls(folder, read_manifest(folder))
        except RetrievalError:
            return None

    def sound(self, *names: str) -> bool:
        """Whether these files are listed and hold what they held when they were published."""
        try:
            return all(
                self.manifest.files.get(name) == sha256_of(self.folder / name) for name in names
            )
        except OSError:
            return False

    def copy(self, names: Sequence[str], target: Path) -> bool:
        """Copy all of these files, or none where one of them is not sound."""
        if not self.sound(*names):
            return False
        for name in names:
            shutil.copyfile(self.folder / name, target / name)
        return True

    def articles(self) -> tuple[Article, ...] | None:
        """The copies of the articles, ``None`` when they are damaged."""
        try:
            return read_articles(self.folder) if self.sound(ARTICLES) else None
        except RetrievalError:
            return None

    def text(self, name: str) -> str | None:
        """A text file, empty where the generation never had it; ``None`` when it is damaged."""
        if name not in self.manifest.files:
            return ""
        try:
            return (self.folder / name).read_text(encoding="utf-8") if self.sound(name) else None
        except (OSError, UnicodeDecodeError):
            return None

    def had(self, name: str, text: str) -> bool:
        """Whether a file held just this text when the generation was published."""
        digest = hashlib.sha256(text.encode()).hexdigest() if text else None
        return self.manifest.files.get(name) == digest
