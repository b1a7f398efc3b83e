"""Reads what is in a ZIP file, in memory and within bounds; nothing is ever unpacked to disk."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from bot.sources.source import SourceError

MOST_MEMBERS = 50_000
LARGEST_MEMBER = 20_000_000
LARGEST_WHOLE = 1_000_000_000
_MOST_WITHIN = 20
_TEXT = (".md", ".markdown", ".html", ".htm")


@dataclass(frozen=True, slots=True)
class Member:
    """A text file of an archive.

    Attributes:
        path: Its path there, with forward slashes, without ``.`` and ``..``.
        data: Its bytes.
    """

    path: str
    data: bytes

    def text(self) -> str:
        """Its text.

        Raises:
            UnicodeError: It is not UTF-8.
        """
        return utf8(self.data)


def text_members(path: Path) -> Iterator[Member]:
    """The Markdown and HTML files of a ZIP file, those of ZIP files directly within it included.

    Raises:
        SourceError: It is no ZIP file, is damaged or encrypted, or holds more than may be read.
    """
    with path.open("rb") as opened:
        yield from _Reader(str(path)).members(opened, "", outer=True)


def utf8(data: bytes) -> str:
    """Text of bytes.

    Raises:
        UnicodeError: They are not UTF-8; says on which line.
    """
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnicodeError(f"line {line} is not UTF-8: save it as UTF-8") from None


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._bytes = 0
        self._within = 0

    def members(self, opened: IO[bytes], folder: str, *, outer: bool) -> Iterator[Member]:
        try:
            with zipfile.ZipFile(opened) as archive:
                entries = archive.infolist()
                if len(entries) > MOST_MEMBERS:
                    raise SourceError(f"{self._name} holds more than {MOST_MEMBERS:,} files")
                for entry in entries:
                    path = _safe(f"{folder}{entry.filename}")
                    low = path.lower()
                    if entry.is_dir() or not path or "__macosx/" in low:
                        continue
                    if low.endswith(_TEXT):
                        yield Member(path, self._read(archive, entry))
                    elif low.endswith(".zip") and outer:
                        self._within += 1
                        if self._within > _MOST_WITHIN:
                            raise SourceError(f"{self._name} holds too many ZIP files within")
                        inner = BytesIO(self._read(archive, entry, LARGEST_WHOLE // 4))
                        yield from self.members(inner, "", outer=False)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, zipfile.LargeZipFile) as error:
            raise SourceError(f"{self._name} is no whole ZIP file: {error}") from None

    def _read(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int = LARGEST_MEMBER
    ) -> bytes:
        """Bytes of a member. What its header says of its length is not believed."""
        if entry.flag_bits & 1:
            raise SourceError(f"{self._name} is encrypted: export it without a password")
        with archive.open(entry) as member:
            try:
                data = member.read(most + 1)
            except (RuntimeError, OSError, ValueError) as error:
                raise SourceError(f"{self._name}: {entry.filename[:200]}: {error}") from None
        self._bytes += len(data)
        if len(data) > most or self._bytes > LARGEST_WHOLE:
            raise SourceError(
                f"{self._name}: {entry.filename[:200]} makes it larger than may be read "
                f"({most // 1_000_000} MB a file, {LARGEST_WHOLE // 1_000_000} MB in all)"
            )
        return data


def _safe(name: str) -> str:
    """A path that stays within; empty where the name leads out."""
    path = posixpath.normpath(name.replace("\\", "/"))
    if path.startswith(("/", "../")) or path in {".", ".."} or "\x00" in path or ":" in path[:3]:
        return ""
    return path
