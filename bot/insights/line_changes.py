"""Changes of a file's lines as a patch for Git that bears other changes right beside it.

Two patches that were made of the same file are applied one after the other. A hunk names no line
above its change, only those below, so that what another patch put in just above is in nobody's way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_TOGETHER = 3
"""Changes with no more lines between them are one hunk."""


@dataclass(frozen=True, slots=True)
class Change:
    """Lines from ``first`` up to ``end`` (0-based, that one left out) give way to ``added``.

    ``below`` says how many lines below are named.
    """

    first: int
    end: int
    added: tuple[str, ...] = ()
    below: int = 1


def git_changes(path: str, lines: Sequence[str], changes: Sequence[Change]) -> str:
    """The patch.

    Args:
        path: The file, with forward slashes.
        lines: Its text split at line feeds: the last one is empty where it ends with one.
        changes: What to change; no two at the same place.
    """
    is_whole = bool(lines) and lines[-1] == ""
    own = list(lines[:-1] if is_whole else lines)
    patch = [f"diff --git a/{path} b/{path}", f"--- a/{path}", f"+++ b/{path}"]
    moved = 0
    for group in _groups(sorted(changes, key=lambda change: change.first)):
        first, last = group[0].first, group[-1]
        end = min(last.end + last.below, len(own))
        rows = _rows(own, group, end)
        if end == last.end and first:  # nothing stands below: a line above holds the hunk
            first -= 1
            rows.insert(0, f" {own[first]}")
        old, new = _size(rows, "-"), _size(rows, "+")
        patch.append(f"@@ -{first + 1},{old} +{first + 1 + moved},{new} @@")
        patch += rows if is_whole or end < len(own) else _unended(rows)
        moved += new - old
    return "\n".join([*patch, ""])


def _groups(changes: Sequence[Change]) -> list[list[Change]]:
    groups = [[changes[0]]] if changes else []
    for before, change in pairwise(changes):
        if change.first - before.end <= _TOGETHER:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _rows(lines: Sequence[str], group: Sequence[Change], end: int) -> list[str]:
    rows = []
    following = [*(change.first for change in group[1:]), end]
    for change, until in zip(group, following, strict=True):
        rows += [f"-{line}" for line in lines[change.first : change.end]]
        rows += [f"+{line}" for line in change.added]
        rows += [f" {line}" for line in lines[change.end : until]]
    return rows


def _size(rows: Sequence[str], sign: str) -> int:
    return sum(row[0] in {" ", sign} for row in rows)


def _unended(rows: Sequence[str]) -> list[str]:
    """A hunk at the end of a file whose last line has no line feed."""
    mark = "\\ No newline at end of file"
    last = max(place for place, row in enumerate(rows) if row[0] != "+")
    if last == len(rows) - 1:
        return [*rows, mark]
    return [*rows[:last], f"-{rows[last][1:]}", mark, f"+{rows[last][1:]}", *rows[last + 1 :]]
