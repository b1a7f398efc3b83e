"""The intent that a new article serves, as a change of the intents file for Git.

Where a knowledge base has intents, an article that serves none is out of their scope: messages
about it are turned away. So the draft of an article brings its intent along, with the messages
that an owner confirmed as examples. Where a line of ``agent_topics`` hands these to people, the
change takes that line out, for no article would be shown otherwise.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import yaml

from bot.insights.line_changes import Change, git_changes
from bot.knowledge import INTENTS_FILE

_TIER = "account"
"""Answers and offers a person: right until an owner says otherwise."""

TOPICS = "agent_topics"
_START = re.compile(r"^intents:[ \t]*(?:#.*)?$")
_ENTRY = re.compile(r"^( +)([\w.-]+|\"[^\"]+\"|'[^']+'):")
_COMMENT = re.compile(r"^\s*#")


@dataclass(frozen=True, slots=True)
class NewIntent:
    """An intent that isn't there yet.

    Attributes:
        id: Its name.
        patch: What ``git apply`` adds it with.
        taken_out: Lines of ``agent_topics`` that the patch takes out.
    """

    id: str
    patch: str
    taken_out: tuple[str, ...] = ()


def new_intent(
    intents_text: str,
    article_id: str,
    examples: Sequence[str],
    beside: Collection[str] = (),
    topics: Collection[str] = (),
) -> NewIntent | None:
    """The intent of a new article; ``None`` where the file isn't one that lists intents.

    Args:
        intents_text: The intents file as it is.
        article_id: The article.
        examples: Messages that mean it, in an owner's words.
        beside: Intents of the nearest article: the new one stands beside the first that is there.
        topics: Lines of ``agent_topics`` that are to be taken out.
    """
    lines = intents_text.split("\n")
    start = next(
        (place for place, line in enumerate(lines) if _START.match(line.rstrip("\r"))), None
    )
    if start is None:
        return None
    name = _free(re.sub(r"\W+", "_", article_id).strip("_").lower(), intents_text)
    entries = _entries(lines, start)
    indent = min((len(each[1]) for each in entries.values()), default=2) * " "
    end = "\r" if lines[start].endswith("\r") else ""
    added = [
        f"{indent}{name}:",
        f"{indent * 2}tier: {_TIER}",
        f"{indent * 2}articles: [{json.dumps(article_id)}]",
        f"{indent * 2}examples:",
        *(f"{indent * 3}- {json.dumps(text, ensure_ascii=False)}" for text in examples),
    ]
    place, below = _place(lines, start, entries, beside)
    changes = [Change(place, place, tuple(line + end for line in added), below)]
    removed, taken = _without(intents_text, topics)
    patch = git_changes(INTENTS_FILE, lines, [*changes, *removed])
    return NewIntent(name, patch, taken)


def _entries(lines: Sequence[str], start: int) -> dict[str, tuple[int, str]]:
    """The file's intents: the line of each and how far it is set in."""
    found: dict[str, tuple[int, str]] = {}
    indent = None
    for place in range(start + 1, len(lines)):
        line = lines[place]
        if line and not line[0].isspace() and not _COMMENT.match(line):
            break
        entry = _ENTRY.match(line)
        if entry and indent in {None, entry[1]}:
            indent = entry[1]
            found[entry[2].strip("\"'")] = (place, indent)
    return found


def _place(
    lines: Sequence[str],
    start: int,
    entries: dict[str, tuple[int, str]],
    beside: Collection[str],
) -> tuple[int, int]:
    """The line before which the new one stands, and how many below tell that it is the one."""
    near = next((entries[each][0] for each in beside if each in entries), None)
    entry = min((each[0] for each in entries.values()), default=start) if near is None else near
    place = max(entry, start + 1)
    while place > start + 1 and _COMMENT.match(lines[place - 1]):
        place -= 1  # it belongs to what stands below it
    return place, max(1, entry - place + 1)


def _without(intents_text: str, topics: Collection[str]) -> tuple[list[Change], tuple[str, ...]]:
    """The changes that take lines of ``agent_topics`` out, and what they take."""
    root = yaml.compose(intents_text, yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    for key, listed in pairs:
        if key.value != TOPICS or not isinstance(listed, yaml.SequenceNode) or listed.flow_style:
            continue
        gone = [node for node in listed.value if node.value in topics]
        if not gone:
            break
        taken = tuple(node.value for node in gone)
        if len(gone) == len(listed.value):  # a list of nothing is not allowed
            return [Change(key.start_mark.line, gone[-1].end_mark.line + 1)], taken
        return [Change(n.start_mark.line, n.end_mark.line + 1) for n in gone], taken
    return [], ()


def _free(name: str, intents_text: str) -> str:
    taken = (yaml.safe_load(intents_text) or {}).get("intents") or {}
    made, number = name, 2
    while made in taken:
        made, number = f"{name}_{number}", number + 1
    return made
