"""Reads written cases, from YAML or a JSON object; every message names the file and the line."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from evals.case import EvalCase
from evals.errors import SuiteError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # Any: libyaml may not be there
Row = dict[str, Any]  # one line of somebody else's file


def read_file(source: str, instead: str = "") -> str:
    """A file's text.

    Args:
        source: Its path.
        instead: What else could be given.

    Raises:
        SuiteError: It can't be read.
    """
    try:
        return Path(source).read_text(encoding="utf-8-sig")
    except OSError as error:
        way_out = f": give a file, or {instead}" if instead else ""
        raise SuiteError(f"{source}: {error.strerror}{way_out}") from error
    except UnicodeDecodeError as error:
        raise SuiteError(f"{source}: is not UTF-8; save it as UTF-8") from error


class _SuiteFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cases: list[EvalCase]


def cases_of_yaml(content: str, name: str) -> Iterator[EvalCase]:
    """The cases of a YAML file.

    Raises:
        SuiteError: A line is wrong, or an id stands twice.
    """
    try:
        tree, rows = _parsed(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise SuiteError(f"{name}:{line}: not valid YAML: {error}") from error
    if twice := next(_keys_twice(tree), None):
        raise SuiteError(f"{name}:{twice.start_mark.line + 1}: key {twice.value!r} stands twice")
    try:
        suite = _SuiteFile.model_validate(rows)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        line = _line_of(tree, first["loc"])
        raise SuiteError(f"{name}:{line}: {_where(first['loc'])}{first['msg']}") from error
    seen: dict[str, int] = {}
    for place, case in enumerate(suite.cases):
        line = _line_of(tree, ("cases", place))
        if case.id in seen:
            raise SuiteError(f"{name}:{line}: id {case.id!r} is taken by line {seen[case.id]}")
        seen[case.id] = line
        yield case


def _parsed(content: str) -> tuple[yaml.Node | None, Any]:
    """The nodes with their lines, and the values.

    Raises:
        yaml.YAMLError: It is no YAML.
    """
    try:
        return yaml.compose(content, _LOADER), yaml.load(content, _LOADER)  # noqa: S506  it is safe
    except yaml.YAMLError:
        # The slow loader names the line in which the mistake was made, not the one after it.
        return yaml.compose(content, yaml.SafeLoader), yaml.safe_load(content)


def _keys_twice(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """Keys that stand twice in one mapping: YAML would take the last without a word."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                yield key
            seen.add(str(key.value))
            yield from _keys_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _keys_twice(item)


def written_case(row: Row, where: str) -> EvalCase:
    """One written case.

    Args:
        row: Its keys.
        where: File and line.

    Raises:
        SuiteError: It has another shape.
    """
    try:
        return EvalCase.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SuiteError(f"{where}: {_where(first['loc'])}{first['msg']}") from error


def _line_of(tree: yaml.Node | None, path: Iterable[int | str]) -> int:
    """Line of the deepest node on a path; a key that is missing gives its parent's line."""
    node, line = tree, 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next((p for p in node.value if p[0].value == part), None)
            if pair is None:
                break
            node, line = pair[1], pair[0].start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _where(path: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in path) + ": " if path else ""
