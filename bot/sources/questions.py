"""Questions and answers from a CSV file, each pair an article."""

import csv
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from bot.sources.headings import language_of_head, places_of
from bot.sources.html_markdown import to_markdown
from bot.sources.html_tree import HtmlError
from bot.sources.markdown_html import parse_markdown
from bot.sources.source import Failed, Item, Page, SourceError, Validators

LARGEST = 50_000_000
LARGEST_CELL = 200_000


class Questions:
    """Rows of a CSV file. A row is known by its id, or by its question where there is none.

    Args:
        path: The file.
        encoding: Of its bytes.

    Raises:
        SourceError: It has no such encoding, or not the columns ``question`` and ``answer``.
    """

    requests = 0

    def __init__(self, path: Path, encoding: str = "utf-8-sig") -> None:
        self._path = path
        self._rows = _rows(path, encoding)
        self.total = len(self._rows)

    @property
    def name(self) -> str:
        """``csv-`` and the name of the file."""
        return "csv-" + (
            re.sub(r"[^a-z0-9.-]+", "-", self._path.stem.lower()).strip("-.") or "file"
        )

    def missing(self) -> str:
        """Nothing: rows that can't be used are told one by one."""
        return ""

    def items(self, known: Mapping[str, Validators], done: Collection[str]) -> Iterator[Item]:
        """The rows, in their order; a second row with the same name fails."""
        seen = set()
        for line, row in self._rows:
            key = row.get("id") or _digest(row.get("question", ""))
            if key in seen:
                yield Failed(f"line {line}", f"has the id or question of an earlier one: {key}")
            elif key not in done:
                yield _item(key, line, row)
            seen.add(key)


def _item(key: str, line: int, row: Mapping[str, str]) -> Item:
    question, answer = row.get("question", ""), row.get("answer", "")
    if not question or not answer.strip():
        return Failed(f"line {line}", f"has no {'answer' if question else 'question'}")
    longest = max(len(question), len(answer))
    if longest > LARGEST_CELL:
        return Failed(f"line {line}", f"has a cell of {longest:,} characters")
    try:
        body = to_markdown(parse_markdown(_paragraphs(answer)), row.get("url", ""), title=question)
    except HtmlError as error:
        return Failed(f"line {line}", str(error))
    return Page(
        key=key,
        title=question,
        body=body,
        url=row.get("url", ""),
        section=row.get("section", ""),
        locale=row.get("locale", ""),
        owner=row.get("owner", ""),
        tags=tuple(filter(None, re.split(r"\s*[,;|]\s*", row.get("tags", "")))),
        is_short=True,
    )


def _rows(path: Path, encoding: str) -> list[tuple[int, dict[str, str]]]:
    if path.stat().st_size > LARGEST:
        raise SourceError(f"{path} is larger than {LARGEST // 1_000_000} MB")
    text = _text(path, encoding)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    rows = []
    before = csv.field_size_limit(LARGEST)
    try:
        header = next(reader, [])
        places, spoken = places_of(header), language_of_head(header)
        if not {"question", "answer"} <= places.keys():
            raise SourceError(
                f"{path}:1: has the columns {', '.join(header)[:200] or '(none)'}; needed are "
                "question and answer, in English or another language of Europe; id, category, "
                "locale, owner, tags and url may be there"
            )
        line = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                cells = {name: row[at] for name, at in places.items() if at < len(row)}
                told = {n: _cell(n, value) for n, value in cells.items()}
                rows.append((line, {**told, "locale": told.get("locale") or spoken}))
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(f"{path}:{reader.line_num}: no CSV: {error}") from None
    finally:
        csv.field_size_limit(before)
    return rows


def _cell(name: str, value: str) -> str:
    return value if name == "answer" else " ".join(value.split())


def _text(path: Path, encoding: str) -> str:
    data = path.read_bytes()
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"  # as Excel saves "Unicode text"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{path}:{line}: not {encoding.removesuffix('-sig').upper()}: save it as UTF-8, or "
            "name what it is, as in --encoding cp1252"
        ) from None
    except LookupError:
        raise SourceError(f"--encoding {encoding}: there is no such encoding") from None
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _paragraphs(answer: str) -> str:
    """A lone line end in a cell is meant as one."""
    return re.sub(r"(?<!\n)\n(?!\n|\s*(?:[-*+|>#]|\d+[.)]|```))", "  \n", answer)


def _digest(question: str) -> str:
    folded = " ".join(re.findall(r"\w+", question.casefold()))
    return "q-" + hashlib.sha256(folded.encode()).hexdigest()[:12]
