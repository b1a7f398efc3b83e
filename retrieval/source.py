"""Reads a folder of Markdown into articles and says, with file and line, what is wrong."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from retrieval.article import Article
from retrieval.disk import refusal
from retrieval.errors import KnowledgeBaseError
from retrieval.front_matter import FrontMatter, FrontMatterError, split_front_matter
from retrieval.hidden import without_hidden
from retrieval.markdown import heading_anchors, plain_text
from retrieval.metadata import read_metadata

_DEFAULT_LOCALE = "en"
_SETEXT = re.compile(r"[ \t]*\n {0,3}=+[ \t]*$", re.MULTILINE)


class Severity(StrEnum):
    """Whether the article had to be left out."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something a content owner should put right.

    Attributes:
        path: File, relative to the folder, with forward slashes.
        line: Line in the file, counted from 1; 0 when it concerns the whole file.
        message: What is wrong and what would be right.
        severity: An error leaves the article out, or breaks a reference.
    """

    path: str
    line: int
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.message}"


@dataclass(frozen=True, slots=True)
class Library:
    """What a folder holds.

    Attributes:
        articles: Articles in order of their paths.
        problems: Problems in order of path and line.
        body_lines: Line in its file on which each article's body starts, by article id.
        files: Markdown files seen, unreadable ones included.
        locale_given: Ids of the articles whose front matter names a locale; others say ``en``.
    """

    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    body_lines: dict[str, int] = field(default_factory=dict)
    files: int = 0
    locale_given: frozenset[str] = frozenset()


def read_folder(path: Path, *, largest_mb: int = 10) -> Library:
    """Reads every ``.md`` file below a folder, except names that start with ``_`` or ``.``.

    A file that can't be used becomes a problem and the rest is read.

    Raises:
        KnowledgeBaseError: When the folder is missing or no folder.
    """
    if not path.is_dir():
        found = "is a file" if path.exists() else "does not exist"
        raise KnowledgeBaseError(
            f"{path} {found}: name the folder that holds the articles as Markdown (.md)"
        )
    articles: dict[str, Article] = {}
    problems: list[Problem] = []
    body_lines: dict[str, int] = {}
    located: set[str] = set()
    files = 0
    refused: list[OSError] = []
    for file in _markdown_files(path, refused):
        files += 1
        name = file.relative_to(path).as_posix()
        try:
            article, body_line, located_here, warnings = _read(file, name, path, largest_mb)
        except _UnusableError as error:
            problems.extend(error.problems)
            continue
        problems.extend(warnings)
        if article.id in articles:
            first = articles[article.id].path
            problems.append(Problem(name, 1, f"id `{article.id}` is already that of {first}"))
            continue
        articles[article.id] = article
        body_lines[article.id] = body_line
        if located_here:
            located.add(article.id)
    problems.extend(_unreadable(refused, path))
    return Library(
        tuple(articles.values()),
        tuple(sorted(problems)),
        body_lines,
        files,
        frozenset(located),
    )


class _UnusableError(Exception):
    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


def _markdown_files(folder: Path, refused: list[OSError]) -> list[Path]:
    """Markdown files in order of their paths; folders that can't be looked into are told apart."""
    found: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=refused.append):
        folders[:] = [name for name in folders if name[0] not in "_."]
        here = Path(place)
        found += [here / name for name in files if name[0] not in "_."]
        found += [here / name for name in folders if (here / name).is_symlink()]
    return sorted(
        (
            file
            for file in found
            if file.suffix.lower() == ".md" and (file.is_file() or file.is_symlink())
        ),
        key=lambda file: file.relative_to(folder).as_posix(),
    )


def _unreadable(refused: Iterable[OSError], folder: Path) -> Iterator[Problem]:
    for error in refused:
        place = Path(error.filename)
        if place == folder:
            raise KnowledgeBaseError(f"{folder} can't be read: {refusal(error, folder)}")
        name = place.relative_to(folder).as_posix()
        yield Problem(name, 0, f"can't be read: {refusal(error, place)}")


def _read(
    file: Path, name: str, folder: Path, largest_mb: int
) -> tuple[Article, int, bool, list[Problem]]:
    """The article, the line its body starts on, whether it names a locale, and warnings."""
    raw = _bytes(file, name, folder, largest_mb)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _UnusableError([Problem(name, line, "not UTF-8; save the file as UTF-8")]) from error
    if "\x00" in text:
        raise _UnusableError([Problem(name, 1, "holds zero bytes; this is no text file")])
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        matter = split_front_matter(text)
    except FrontMatterError as error:
        raise _UnusableError([Problem(name, error.line, str(error))]) from error
    metadata, faults = read_metadata(matter.fields, name)
    problems = [
        Problem(
            name, fault.line, fault.message, Severity.ERROR if fault.fatal else Severity.WARNING
        )
        for fault in faults
    ]
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise _UnusableError(problems)
    heading, body, body_line = _without_title(matter, metadata.title)
    if not body.strip():
        problems.append(Problem(name, matter.body_line, "the article is empty", Severity.WARNING))
    title = metadata.title or heading or file.stem.replace("-", " ").replace("_", " ").strip()
    if body.strip() and not (metadata.title or heading):
        message = f"no title: begin with `# …`; until then the article is called `{title}`"
        problems.append(Problem(name, matter.body_line, message, Severity.WARNING))
    article = Article(
        id=metadata.id,
        title=title,
        body=body,
        path=name,
        owner=metadata.owner,
        domain=metadata.domain,
        audience=metadata.audience,
        locale=metadata.locale or _DEFAULT_LOCALE,
        intents=metadata.intents,
        reviewed_on=metadata.reviewed_on,
        review_days=metadata.review_days,
        tags=metadata.tags,
        revision=hashlib.sha256(raw).hexdigest()[:12],
    )
    return article, body_line, bool(metadata.locale), problems


def _bytes(file: Path, name: str, folder: Path, largest_mb: int) -> bytes:
    try:
        if not file.resolve(strict=True).is_relative_to(folder.resolve()):
            raise _UnusableError([Problem(name, 0, "is a link that leaves the folder")])
        size = file.stat().st_size
        if size > largest_mb * 1_000_000:
            message = f"{size / 1e6:.1f} MB; an article may have {largest_mb} MB"
            raise _UnusableError([Problem(name, 0, message)])
        return file.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links before Python 3.13
        raise _UnusableError([Problem(name, 0, f"can't be read: {error}")]) from error


def _without_title(matter: FrontMatter, title: str) -> tuple[str, str, int]:
    """First heading, body without the title heading, and the line on which the body starts.

    A leading level 1 heading is the title whatever it says; any other heading leads only when
    it repeats the front matter's title.
    """
    text = without_hidden(matter.body)
    headings = heading_anchors(text)
    if not headings:
        return "", text, matter.body_line
    first = headings[0]
    lines = text.split("\n")
    leads = not any(line.strip() for line in lines[: first.line])
    if not leads or (first.level > 1 and _folded(first.text) != _folded(title)):
        return first.text, text, matter.body_line
    length = 2 if _SETEXT.search("\n".join(lines[first.line : first.line + 2])) else 1
    end = first.line + length
    while end < len(lines) and not lines[end].strip():
        end += 1
    return first.text, "\n".join(lines[end:]), matter.body_line + end


def _folded(text: str) -> str:
    return " ".join(plain_text(text).casefold().split())
