"""Pages of Notion, exported as "Markdown & CSV" or as HTML (a ZIP file)."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from bot.sources.archive import Member
from bot.sources.html_markdown import to_markdown
from bot.sources.html_tree import Element, HtmlError, parse_html
from bot.sources.markdown_html import parse_markdown
from bot.sources.source import EXPORT, Failed, Item, Page, Validators

_NAMED = re.compile(r"(?P<title>.*?)[ _-]?(?P<id>[0-9a-f]{32})", re.IGNORECASE)


class Notion:
    """An export of pages. A page is known by the id that Notion puts behind its name.

    Args:
        members: Text files of the archive.
    """

    name = "notion"
    requests = 0

    def __init__(self, members: Collection[Member]) -> None:
        self._pages = {_key(member.path): member for member in members}
        self.total = len(self._pages)

    def missing(self) -> str:
        """Nothing: an export is whole, or it can't be read."""
        return ""

    def items(self, known: Mapping[str, Validators], done: Collection[str]) -> Iterator[Item]:
        """Every page; databases are tables of their pages, which come themselves."""
        for key, member in self._pages.items():
            if key not in done:
                yield _item(key, member)


def is_notion(members: Collection[Member]) -> bool:
    """Whether files are named as Notion names them."""
    return any(_NAMED.fullmatch(PurePosixPath(member.path).stem) for member in members)


def _item(key: str, member: Member) -> Item:
    path = PurePosixPath(member.path)
    try:
        tree = _tree(member)
    except (HtmlError, UnicodeError) as error:
        return Failed(key, f"{member.path}: {error}")
    first = next((e.text() for e in tree.elements() if e.tag == "h1" and e.text()), "")
    title = first or _title(path.stem)
    address = f"{EXPORT}{path.as_posix()}"
    folders = [_title(part) for part in path.parts[:-1] if not part.startswith("Export-")]
    return Page(
        key=key,
        title=title,
        body=to_markdown(tree, address, title=title),
        url=f"https://www.notion.so/{key}" if _NAMED.fullmatch(path.stem) else "",
        section=folders[0] if folders else "",
        addresses=(address,),
    )


def _tree(member: Member) -> Element:
    if member.path.lower().endswith((".md", ".markdown")):
        return parse_markdown(member.text())
    return parse_html(member.text())


def _key(path: str) -> str:
    match = _NAMED.fullmatch(PurePosixPath(path).stem)
    return match["id"].lower() if match else path


def _title(name: str) -> str:
    match = _NAMED.fullmatch(name)
    return match["title"].strip() if match else name
