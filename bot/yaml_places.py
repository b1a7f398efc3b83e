"""Lines of a YAML file: where a field stands, and where an error in it was made."""

import reprlib
from collections.abc import Iterator, Sequence
from functools import cached_property

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails


class Places:
    """Finds the line of a field; the text is parsed when a line is first asked for.

    Args:
        text: YAML, sound or not.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def line_of(self, path: Sequence[int | str]) -> int:
        """Line, counted from 1, of the deepest field on a path that the file has."""
        node, line = self._tree, 1
        for part in path:
            step = _step(node, part)
            if step is None:
                break
            line, node = step
        return line

    @cached_property
    def _tree(self) -> yaml.Node | None:
        try:
            tree: yaml.Node | None = yaml.compose(self._text, Loader=yaml.SafeLoader)
        except (yaml.YAMLError, RecursionError):
            return None
        return tree


def _step(node: yaml.Node | None, part: int | str) -> tuple[int, yaml.Node] | None:
    """Line and value of a key or an item; ``None`` when there is none."""
    if isinstance(node, yaml.MappingNode):
        # The last one counts where a key stands twice, as it does for whoever reads the values.
        for key, value in reversed(node.value):
            if key.value == str(part):
                return key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item.start_mark.line + 1, item
    return None


def schema_problems(error: Exception, text: str) -> Iterator[tuple[int, str]]:
    """Line and message of each mistake behind an error that a YAML file caused.

    Args:
        error: Raised by the reader of the file, from what YAML or the schema said.
        text: The file.
    """
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        places = Places(text)
        for one in cause.errors(include_url=False):
            yield places.line_of([p for p in one["loc"] if p != "[key]"]), told(one)
    elif isinstance(cause, yaml.MarkedYAMLError) and cause.problem_mark:
        yield cause.problem_mark.line + 1, f"not valid YAML: {cause.problem or cause.context}"
    else:
        yield 1, str(error).partition(": ")[2] or str(error)


def told(one: ErrorDetails) -> str:
    """Field, what is wrong with it, and its value where it has one."""
    where = ".".join(str(part) for part in one["loc"] if part != "[key]")
    got = "" if one["type"] == "missing" else f", got {reprlib.repr(one['input'])}"
    return f"{where + ': ' if where else ''}{one['msg']}{got}"
