"""Groups of a run recognised as gaps of the last one, by their centres."""

import hashlib
from collections.abc import Collection, Sequence

import numpy as np

from bot.insights.grouping import Group
from bot.store_gaps import KnownGap

_SAME_GAP = 0.75
"""Cosine of two centres from which a group is last week's gap."""


def matched(groups: Sequence[Group], before: Sequence[KnownGap]) -> dict[int, KnownGap]:
    """Groups that are a gap of the last run: the nearest pairs first, each gap once."""
    if not groups or not before:
        return {}
    new = np.stack([group.centre / np.linalg.norm(group.centre) for group in groups])
    old = np.stack([gap.centre / np.linalg.norm(gap.centre) for gap in before])
    cosines = new @ old.T
    pairs = np.argwhere(cosines >= _SAME_GAP)
    order = np.argsort(-cosines[pairs[:, 0], pairs[:, 1]], kind="stable")
    found: dict[int, KnownGap] = {}
    used: set[int] = set()
    for row, column in pairs[order].tolist():
        if row not in found and column not in used:
            found[row] = before[column]
            used.add(column)
    return found


def new_id(text: str, taken: Collection[str]) -> str:
    """An id that says nothing of the text and is the same whenever it is found anew."""
    number = 0
    while True:
        made = "gap-" + hashlib.sha256(f"{number}\0{text}".encode()).hexdigest()[:8]
        if made not in taken:
            return made
        number += 1
