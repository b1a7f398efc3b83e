"""Sitemaps: XML lists of addresses, and indexes of such lists, plain or gzipped."""

import zlib
from dataclasses import dataclass
from xml.parsers import expat

LARGEST = 50_000_000
"""Bytes of one sitemap, unpacked; the protocol allows 50 MB."""

_LONGEST = 2048


class SitemapError(ValueError):
    """No sitemap, or one that must not be read."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one says.

    Attributes:
        pages: Addresses of pages.
        sitemaps: Addresses of further sitemaps.
    """

    pages: tuple[str, ...]
    sitemaps: tuple[str, ...]


def read_sitemap(data: bytes) -> Sitemap:
    """Read a sitemap or an index of sitemaps.

    Raises:
        SitemapError: It is neither, is too long, or holds a document type (entities can explode).
    """
    reader = _Reader()
    try:
        reader.parser.Parse(unpacked(data, LARGEST), True)
    except expat.ExpatError as error:
        line = f"line {error.lineno}: {expat.ErrorString(error.code)}"
        raise SitemapError(f"is no XML ({line})") from None
    except ValueError as error:  # an encoding that is not known
        raise SitemapError(f"is no XML ({error})") from None
    if reader.root not in {"urlset", "sitemapindex"}:
        raise SitemapError(f"is no sitemap: it begins with <{reader.root[:40]}>")
    return Sitemap(tuple(reader.pages), tuple(reader.sitemaps))


def unpacked(data: bytes, most: int) -> bytes:
    """The bytes of a gzip file; others as they are.

    Raises:
        SitemapError: It is damaged, or more than ``most`` bytes.
    """
    if data[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(wbits=31)
        try:
            data = unpacker.decompress(data, most + 1)
        except zlib.error:
            raise SitemapError("is a damaged gzip file") from None
    if len(data) > most:
        raise SitemapError(f"holds more than {most // 1_000_000} MB")
    return data


class _Reader:
    """Collects ``loc`` of ``url`` and of ``sitemap``; other elements don't matter."""

    def __init__(self) -> None:
        self.root = ""
        self.pages: list[str] = []
        self.sitemaps: list[str] = []
        self._path: list[str] = []
        self._text = ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.root = self.root or local
        self._path.append(local)
        self._text = ""
        if len(self._path) > 10:
            raise SitemapError("has elements within each other as no sitemap does")

    def _end(self, _name: str) -> None:
        path, self._path = self._path, self._path[:-1]
        address = self._text.strip()
        if path[-1:] != ["loc"] or not address or len(path) != 3:
            return
        if path[1] == "url":
            self.pages.append(address)
        elif path[1] == "sitemap":
            self.sitemaps.append(address)

    def _data(self, text: str) -> None:
        if self._path[-1] == "loc" and len(self._text) < _LONGEST:
            self._text += text

    def _refuse(self, *_: object) -> None:
        raise SitemapError("holds a document type, which a sitemap doesn't")
