"""The static files, held in memory: one lookup, no path ever reaches the file system."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file.

    Attributes:
        content: Its bytes.
        media_type: For the Content-Type header.
        etag: Quoted hash of the bytes, for revalidation.
    """

    content: bytes
    media_type: str
    etag: str


def asset(content: bytes, name: str) -> Asset:
    """Bytes as an asset; the media type follows the name's suffix."""
    suffix = name[name.rindex(".") :]
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(content, _MEDIA_TYPES[suffix], f'"{digest}"')


def load_assets() -> dict[str, Asset]:
    """All files under ``static/``, by their path with forward slashes."""
    return dict(_walk(files("bot.web") / "static", ""))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Asset]]:
    found: list[tuple[str, Asset]] = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        name = prefix + entry.name
        if entry.is_dir():
            found.extend(_walk(entry, name + "/"))
        elif any(name.endswith(suffix) for suffix in _MEDIA_TYPES):
            found.append((name, asset(entry.read_bytes(), name)))
    return found
