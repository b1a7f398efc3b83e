"""What must stay: patterns, own sites and names from YAML files, the shipped one and a deployer's.

KeepFileError   a keep file that cannot be used; file, line, entry and the way out
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import yaml

from redaction.config import RedactionSettings
from redaction.keep_pattern import KeepPatternError, compile_keep

LARGEST_FILE = 200_000
"""Bytes of a keep file that are read."""

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,24}", re.IGNORECASE)


class KeepFileError(ValueError):
    """A keep file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Keep:
    """What stays.

    Attributes:
        patterns: A finding inside a match stays, unless it is of a kind that is always masked.
        names: Product and place names that are no person's.
    """

    patterns: tuple[re.Pattern[str], ...]
    names: tuple[str, ...] = ()


def build_keep(settings: RedactionSettings) -> Keep:
    """Everything that the settings keep.

    Raises:
        KeepFileError: The deployer's file cannot be used.
    """
    own = Keep(tuple(compile_keep(pattern) for pattern in settings.keep), settings.keep_names)
    parts = [own]
    if settings.keep_file is not None:
        parts.append(read_keep(settings.keep_file))
    if settings.keep_defaults:
        parts.append(shipped_keep())
    return Keep(
        tuple(pattern for part in parts for pattern in part.patterns),
        tuple(name for part in parts for name in part.names),
    )


def shipped_keep() -> Keep:
    """What stays by default."""
    text = (files("redaction") / "keep.yaml").read_text(encoding="utf-8")
    return _File("redaction/keep.yaml", text, trusted=True).keep()


def read_keep(path: Path) -> Keep:
    """What a deployer's file keeps.

    Raises:
        KeepFileError: It cannot be read, or an entry is wrong; the first one is told.
    """
    try:
        data = path.read_bytes()
        text = data[: LARGEST_FILE + 1].decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise KeepFileError(f"{path}: cannot be read ({reason})") from error
    if len(data) > LARGEST_FILE:
        raise KeepFileError(f"{path}: has more than {LARGEST_FILE} bytes")
    return _File(str(path), text).keep()


class _File:
    """One file, read node by node, so that every mistake has its line."""

    def __init__(self, name: str, text: str, *, trusted: bool = False) -> None:
        self._name = name
        self._text = text
        self._trusted = trusted

    def keep(self) -> Keep:
        try:
            root = yaml.compose(self._text, Loader=yaml.SafeLoader)
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            problem = getattr(error, "problem", None) or "cannot be parsed"
            raise KeepFileError(f"{self._name}:{line}: not valid YAML: {problem}") from error
        if root is None:
            return Keep(())
        parts = self._fields(root, {"patterns", "sites", "names"}, "the file")
        patterns = [self._pattern(node) for node in self._items(parts.get("patterns"), "patterns")]
        patterns += [self._site(node) for node in self._items(parts.get("sites"), "sites")]
        names = [self._text_of(node, "names") for node in self._items(parts.get("names"), "names")]
        return Keep(tuple(patterns), tuple(names))

    def _pattern(self, node: yaml.Node) -> re.Pattern[str]:
        fields = self._fields(node, {"name", "pattern", "examples"}, "a pattern")
        for wanted in ("name", "pattern"):
            if wanted not in fields:
                raise self._error(node, f"a pattern needs a {wanted!r}")
        name = self._text_of(fields["name"], "name")
        source = self._text_of(fields["pattern"], "pattern")
        try:
            pattern = re.compile(source, re.IGNORECASE) if self._trusted else compile_keep(source)
        except KeepPatternError as error:
            problem = f"pattern {name!r} ({source[:80]}) {error}"
            raise self._error(fields["pattern"], problem) from error
        for example in self._items(fields.get("examples"), "examples"):
            text = self._text_of(example, "examples")
            if not any(match.group() == text for match in pattern.finditer(text)):
                raise self._error(
                    example, f"pattern {name!r} does not match its example {text!r} whole"
                )
        return pattern

    def _site(self, node: yaml.Node) -> re.Pattern[str]:
        host = self._text_of(node, "sites")
        if not _HOST.fullmatch(host):
            raise self._error(node, f"site {host!r} is no host name such as help.example.com")
        # No @, ? or #: an address or a query on our own site may still name a customer.
        return re.compile(
            rf"(?:https?://)?(?<![\w@.-]){re.escape(host)}(?::\d{{1,5}})?"
            r"(?:/[\w\-./~%+,;=]{0,200})?",
            re.IGNORECASE,
        )

    def _fields(self, node: yaml.Node, known: set[str], what: str) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._error(node, f"{what} must be a mapping with {', '.join(sorted(known))}")
        fields = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                fitting = ", ".join(sorted(known))
                raise self._error(key, f"unknown field {name!r}; {what} may have {fitting}")
            fields[name] = value
        return fields

    def _items(self, node: yaml.Node | None, what: str) -> Iterator[yaml.Node]:
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, f"{what} must be a list")
        yield from node.value

    def _text_of(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self._error(node, f"{what}: a text is needed")
        return str(node.value)

    def _error(self, node: yaml.Node, problem: str) -> KeepFileError:
        return KeepFileError(f"{self._name}:{node.start_mark.line + 1}: {problem}")
