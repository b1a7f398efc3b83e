"""A knowledge base's own words in place of the assistant's fixed lines: ``lines.yaml``.

It has the keys of the shipped ``lines.yaml``, only those that it says otherwise.
``lines.de.yaml`` does the same for one language and wins over it. ``kb lint`` tells every line that
can't be said; a server says the others all the same.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import yaml

from bot.errors import LinesError
from bot.yaml_places import Places

LONGEST = 1000
"""Most characters of a line; nobody reads more in a chat."""

_NAME = re.compile(r"lines(?:\.([a-z]{2,3}))?\.yaml")
_FIELD = re.compile(r"\{(\w+)\}")
_CODE = re.compile(r"[a-z]{2,3}")
_LINK = re.compile(r"(!?)\[[^\]\n]*\]\(([^()\s]*)\)")
_HTML = re.compile(r"<(?!br ?/?>)[A-Za-z/!][^>]*>")
_MARKUP = re.compile(r"\*\*|__|`|(?<!\w)\*(?=\S)|\]\(|^#{1,6}\s|<br ?/?>", re.M)
_PLAIN = ("removed", "mail", "alert")
"""Sections that are shown as plain text."""

Place = tuple[str | int, ...]
"""Keys down to a line, with its number in a list."""
Tree = dict[str, Any]
"""Lines by key; a section holds a tree of its own, ``closings`` a list."""


class _Note(Protocol):
    """Takes what is wrong at a path."""

    def __call__(self, path: Place, message: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Overrides:
    """What one file says otherwise.

    Attributes:
        tree: The lines that can be said.
        problems: Line, counted from 1, and what is wrong with each of the others.
    """

    tree: Tree
    problems: tuple[tuple[int, str], ...] = ()


def language_of(name: str) -> str | None:
    """The language of a file of lines by its name, empty for any; ``None`` for another file."""
    match = _NAME.fullmatch(name)
    return None if match is None else match[1] or ""


def lines_files(folder: Path) -> list[Path]:
    """The files of lines in a folder, sorted by name."""
    found = (file for file in folder.glob("lines*.yaml") if file.is_file())
    return sorted(file for file in found if language_of(file.name) is not None)


@cache
def shipped() -> Tree:
    """The lines that ship, with those of each language under ``languages``."""
    folder = files("bot")
    tree: Tree = yaml.safe_load((folder / "lines.yaml").read_text(encoding="utf-8"))
    by_language = yaml.safe_load((folder / "language_lines.yaml").read_text(encoding="utf-8"))
    return {**tree, "languages": by_language}


def read_overrides(text: str) -> Overrides:
    """Read a file of lines; whatever is wrong with it is told, never raised."""
    try:
        given = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        said = f"not valid YAML: {error.problem or error.context}"
        return Overrides({}, (((mark.line if mark else 0) + 1, said),))
    except (yaml.YAMLError, RecursionError) as error:
        return Overrides({}, ((1, f"not valid YAML: {error}"),))
    places = Places(text)
    problems: list[tuple[int, str]] = []

    def note(path: Place, message: str) -> None:
        problems.append((places.line_of(path), f"{_dotted(path)}: {message}".removeprefix(": ")))

    tree: Tree = {}
    if isinstance(given, dict):
        tree = dict(_sound(given, shipped(), (), note))
    elif given is not None:
        note((), "names no lines: write `key: words`, as the shipped lines do")
    return Overrides(tree, tuple(problems))


def parse_overrides(text: str, name: str) -> Tree:
    """The lines of a file in which nothing is wrong.

    Raises:
        LinesError: The first thing that is wrong, with file and line.
    """
    read = read_overrides(text)
    for line, message in read.problems:
        raise LinesError(f"{name}:{line}: {message}")
    return read.tree


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Tree:
    """The lines of ``below`` but for those that ``above`` says otherwise."""
    return {
        **below,
        **{
            key: laid_over(below.get(key, {}), value) if isinstance(value, dict) else value
            for key, value in above.items()
        },
    }


def _sound(
    given: Mapping[object, object], known: Mapping[str, Any], path: Place, note: _Note
) -> Iterator[tuple[str, Any]]:
    """The lines of a section that can be said."""
    for key, value in given.items():
        here = (*path, str(key))
        if (pattern := _pattern(here, known)) is None:
            note(here, _unknown(here))
        elif isinstance(pattern, dict):
            if isinstance(value, dict):
                yield str(key), dict(_sound(value, pattern, here, note))
            else:
                note(here, f"is a section: name lines in it, such as {next(iter(pattern))}")
        elif isinstance(pattern, list):
            if isinstance(value, list):
                said = [x for n, x in enumerate(value) if _sayable(x, "", (*here, n), note)]
                yield str(key), [one.strip() for one in said]
            else:
                note(here, "is a list: write each line after `- `")
        elif _sayable(value, pattern, here, note):
            yield str(key), str(value).strip()


def _pattern(path: Place, known: Mapping[str, Any]) -> Tree | list[str] | str | None:
    """The shipped line of a path, or one like it; ``None`` where there can be none."""
    match path:
        case ("unnamed", str(words)):
            return "" if "{company}" in words else None
        case ("languages", str(code)):
            return "" if _CODE.fullmatch(code) else None
    found: Tree | list[str] | str | None = known.get(str(path[-1]))
    return found


def _dotted(path: Place) -> str:
    return ".".join(str(part) for part in path)


def _unknown(path: Place) -> str:
    match path:
        case ("unnamed", _):
            return "holds no {company}, so there is nothing to say in its place"
        case ("languages", _):
            return "is no language code such as de; set it in quotes where YAML reads it otherwise"
    known = list(_names(shipped(), ()))
    near = get_close_matches(_dotted(path), known, n=1) or [
        name for name in known if name.rpartition(".")[2] == path[-1]
    ]
    return f"is none of the lines{f': did you mean {near[0]}?' if near else ''}"


def _names(tree: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    for key, value in tree.items():
        yield ".".join((*path, key))
        if isinstance(value, dict):
            yield from _names(value, (*path, key))


def _sayable(line: object, pattern: str, path: Place, note: _Note) -> bool:
    """Whether a line can be said; otherwise it is noted why not."""
    if not isinstance(line, str) and line is not None:
        note(path, f"must be text, got {line!r}: set it in quotes")
        return False
    wrong = list(_wrong(line or "", {*_FIELD.findall(pattern), "company"}, path))
    for message in wrong:
        note(path, message)
    return not wrong


def _wrong(line: str, fields: set[str], path: Place) -> Iterator[str]:
    if not line.strip():
        yield "is empty: leave the key out to keep the shipped line"
    if len(line) > LONGEST:
        yield f"has {len(line)} characters, {LONGEST} at most"
    yield from _wrong_fields(line, fields)
    if path[0] in _PLAIN:
        if _MARKUP.search(line) or _HTML.search(line):
            yield "is shown as plain text: leave the markup out"
    else:
        yield from _wrong_markup(line)


def _wrong_fields(line: str, fields: set[str]) -> Iterator[str]:
    """Placeholders that are never filled, and braces that are none."""
    known = ", ".join(f"{{{field}}}" for field in sorted(fields))
    for field in _FIELD.findall(line):
        if field not in fields:
            near = get_close_matches(field, fields, n=1)
            way = f"did you mean {{{near[0]}}}?" if near else f"known here: {known}"
            yield f"placeholder {{{field}}} is never filled: {way}"
    if re.search(r"[{}]", _FIELD.sub("", line)):
        yield f"a curly brace only stands around a placeholder; known here: {known}"


def _wrong_markup(line: str) -> Iterator[str]:
    """Markup that the chat would show as it is written."""
    if tag := _HTML.search(line):
        yield f"{tag[0]} would be shown as it is written: write Markdown"
    if line.count("**") % 2:
        yield "** opens bold words that nothing closes"
    if line.count("`") % 2:
        yield "` opens code that nothing closes"
    for image, address in _LINK.findall(line):
        if image:
            yield f"the image {address} is not shown: leave it out or link to it"
        elif not address.startswith(("https://", "/")) or address.startswith("//"):
            yield f"the link to {address} would not work: https://… or /… (this site) do"
