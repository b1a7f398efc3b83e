"""Files of a folder, or one of them: Word, PDF, HTML, Markdown."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from bot.sources.archive import utf8
from bot.sources.html_markdown import to_markdown
from bot.sources.html_tree import HtmlError, parse_html
from bot.sources.main_text import read_page
from bot.sources.markdown_html import parse_markdown
from bot.sources.office import OfficeError, office_html
from bot.sources.source import EXPORT, Failed, Item, Page, Skipped, Validators
from retrieval.front_matter import FrontMatterError, split_front_matter

LARGEST = 50_000_000
KINDS = (".docx", ".pdf", ".html", ".htm", ".md", ".markdown")


class Files:
    """Files, each an article, known by their paths.

    Args:
        path: A file, or a folder with files at any depth.
    """

    requests = 0

    def __init__(self, path: Path) -> None:
        self._root = path if path.is_dir() else path.parent
        self._files = _files(path) if path.is_dir() else [path]
        self._given = path
        self.total = len(self._files)

    @property
    def name(self) -> str:
        """``files-`` and the name of the folder or file."""
        stem = self._given.absolute().stem
        return "files-" + (re.sub(r"[^a-z0-9.-]+", "-", stem.lower()).strip("-.") or "folder")

    def missing(self) -> str:
        """Nothing: files that can't be read are told one by one."""
        return ""

    def items(self, known: Mapping[str, Validators], done: Collection[str]) -> Iterator[Item]:
        """The files, in order of their paths."""
        for file in self._files:
            key = file.relative_to(self._root).as_posix()
            if key not in done:
                yield self._item(key, file)

    def _item(self, key: str, file: Path) -> Item:
        kind = file.suffix.lower()
        if kind not in KINDS:
            return Skipped(key, f"is a {kind or 'nameless'} file; read are {', '.join(KINDS)}")
        try:
            if not file.resolve().is_relative_to(self._root.resolve()):
                return Failed(key, "is a link that leaves the folder")
            if file.stat().st_size > LARGEST:
                return Failed(key, f"is larger than {LARGEST // 1_000_000} MB")
            title, body, locale = _read(file, kind, f"{EXPORT}{key}")
        except (FrontMatterError, HtmlError, OfficeError, OSError, UnicodeError) as error:
            return Failed(key, str(error))
        return Page(
            key=key,
            title=title or re.sub(r"[-_]+", " ", file.stem).strip().capitalize(),
            body=body,
            section=key.rpartition("/")[0].partition("/")[0],
            locale=locale,
            addresses=(f"{EXPORT}{key}",),
        )


def _read(file: Path, kind: str, address: str) -> tuple[str, str, str]:
    """Title, Markdown and locale."""
    if kind in {".html", ".htm"}:
        page = read_page(utf8(file.read_bytes()), address)
        return page.title, page.body, page.locale
    given = ""
    if kind in {".md", ".markdown"}:
        matter = split_front_matter(utf8(file.read_bytes()))
        told = matter.fields.get("title")
        given = told.value if told and isinstance(told.value, str) else ""
        tree = parse_markdown(matter.body)
    else:
        tree = parse_html(office_html(file))
    heads = [e for e in tree.elements() if e.tag in {"h1", "h2"} and e.text()]
    lead = heads[0].text() if heads else ""
    title = given or next((e.text() for e in heads if e.tag == "h1"), lead)
    return title, to_markdown(tree, address, title=title), ""


def _files(folder: Path) -> list[Path]:
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name[0] not in "._"]
        found += [Path(place) / name for name in names if name[0] not in "._~"]
    return sorted(found)
