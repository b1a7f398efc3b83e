"""The block between ``---`` lines at the top of an article, with the line of every field."""

import re
from dataclasses import dataclass

import yaml

_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_LARGEST = 64 * 1024


class FrontMatterError(Exception):
    """The block can't be read.

    Attributes:
        line: Line in the file, counted from 1.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Field:
    """A value as it is written.

    Attributes:
        value: A scalar's text, or the texts of a list of scalars.
        line: Line in the file, counted from 1.
    """

    value: str | tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Fields by name, and where the body starts.

    Attributes:
        fields: Fields by name; empty when there is no block.
        body: The text after the block.
        body_line: Line of the body's first line in the file, counted from 1.
    """

    fields: dict[str, Field]
    body: str
    body_line: int


def split_front_matter(text: str) -> FrontMatter:
    """Takes a file apart.

    Raises:
        FrontMatterError: When the block is no flat YAML mapping of scalars and lists.
    """
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if opening is None or closing is None:  # a lone --- is a ruler, not a block
        return FrontMatter({}, text, 1)
    block = text[opening.end() : closing.start()]
    body = text[closing.end() :].removeprefix("\n")
    body_line = text.count("\n", 0, len(text) - len(body)) + 1
    if len(block) > _LARGEST:
        raise FrontMatterError(1, f"front matter is longer than {_LARGEST // 1024} KB")
    return FrontMatter(_fields(block), body, body_line)


def _fields(block: str) -> dict[str, Field]:
    try:
        node = yaml.compose(block, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FrontMatterError(
            (mark.line if mark else 0) + 2, f"front matter is no YAML: {error.problem}"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise FrontMatterError(2, "front matter is no YAML") from error
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise FrontMatterError(2, "front matter must be fields such as `title: …`")
    fields: dict[str, Field] = {}
    for key, value in node.value:
        line = key.start_mark.line + 2  # the opening --- is line 1
        name = str(key.value)
        if name in fields:
            raise FrontMatterError(line, f"`{name}` is written twice")
        fields[name] = Field(_value(name, value), line)
    return fields


def _value(name: str, node: yaml.Node) -> str | tuple[str, ...]:
    if isinstance(node, yaml.ScalarNode):
        return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return tuple(_item(name, item) for item in node.value)
    return ()  # a nested mapping is some other tool's; its name is reported as unknown


def _item(name: str, node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    raise FrontMatterError(node.start_mark.line + 2, f"`{name}` must be a flat list")
