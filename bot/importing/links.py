"""Links between imported articles lead to the articles in the folder."""

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

from bot.sources.source import EXPORT, Page

_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(([^()\s]*)\)")
_NUMBERED = re.compile(r"/articles/(\d+)(?:-[^/]*)?$")


def address_key(url: str) -> str:
    """Addresses that lead to the same page have the same key: no query, fragment or last slash.

    Zendesk and Intercom put a title behind the number of an article, which may change.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    path = unquote(parts.path).rstrip("/")
    if match := _NUMBERED.search(path):
        path = f"/articles/{match[1]}"
    return f"{parts.netloc.lower()}{path}"


def addresses_of(page: Page) -> frozenset[str]:
    """Keys of everything by which pages link to a page."""
    return frozenset(address_key(each) for each in (page.url, *page.addresses) if each)


def relink(body: str, path: str, paths: Mapping[str, str]) -> str:
    """The body with links to imported articles as links to their files.

    Args:
        body: Markdown.
        path: The article's own path.
        paths: Paths of articles by the keys of their addresses.
    """

    def led(match: re.Match[str]) -> str:
        words, target = match[1], match[2]
        other = paths.get(address_key(target)) if "://" in target else None
        if other == path:
            return words
        if other is not None:
            relative = posixpath.relpath(other, posixpath.dirname(path) or ".")
            return f"[{words}]({quote(relative)})"
        return words if target.startswith(EXPORT) else match[0]

    return _LINK.sub(led, body)
