"""Exports as JSON, as the interfaces of help centres give them: one file, or a folder of pages."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.sources.html_markdown import to_markdown
from bot.sources.html_tree import HtmlError, parse_html
from bot.sources.source import Failed, Item, Page, SourceError

LARGEST = 200_000_000
"""Bytes of one file."""

# JSON of another software: its shape is looked at field by field, where it is used.
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """What the files hold together.

    Attributes:
        answers: The JSON objects, a bare list as one with ``articles``.
    """

    answers: tuple[Record, ...]

    def records(self, *names: str) -> Iterator[Record]:
        """The objects in the lists of these names, in their order."""
        for answer in self.answers:
            for name in names:
                listed = answer.get(name)
                if isinstance(listed, list):
                    yield from (each for each in listed if isinstance(each, dict))


def read_export(path: Path) -> Export:
    """Read a file of JSON or JSON lines, or every ``.json`` and ``.jsonl`` file of a folder.

    Raises:
        SourceError: A file is no JSON, or too large.
    """
    files = [path]
    if path.is_dir():
        files = sorted(f for f in path.iterdir() if f.suffix.lower() in {".json", ".jsonl"})
    return Export(tuple(answer for file in files for answer in _answers(file)))


def _answers(file: Path) -> Iterator[Record]:
    if file.stat().st_size > LARGEST:
        raise SourceError(f"{file} is larger than {LARGEST // 1_000_000} MB: export less at once")
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{file} is not UTF-8: save it as UTF-8") from None
    if file.suffix.lower() == ".jsonl":
        lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        yield {"articles": [_parsed(file, line, number) for number, line in lines]}
        return
    parsed = _parsed(file, text, 0)
    if isinstance(parsed, list):
        yield {"articles": parsed}
    elif isinstance(parsed, dict):
        yield parsed
    else:
        raise SourceError(f"{file} holds {type(parsed).__name__}, no list of articles")


def _parsed(file: Path, text: str, line: int) -> object:
    try:
        parsed: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(f"{file}:{line or error.lineno}: no JSON: {error.msg}") from None
    except RecursionError:
        raise SourceError(f"{file}: no JSON of articles: lists within lists without end") from None
    return parsed


def page_of(fields: Page, html: object) -> Item:
    """A page with its body made of a piece of HTML.

    Args:
        fields: Everything else of it.
        html: The piece; what is no text is taken as empty.
    """
    try:
        tree = parse_html(html if isinstance(html, str) else "")
    except HtmlError as error:
        return Failed(fields.key, str(error))
    body = to_markdown(tree, fields.url, title=fields.title)
    return replace(fields, body=body)


def words(value: object) -> str:
    """Text or a number as one line; everything else is empty."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return " ".join(str(value).split())
