"""A pattern that is run only where one of its signs stands in the text.

Most patterns of the recognisers begin with a list of cue words, and most messages hold none of
them. Looking for short strings in a lower-case text costs a hundredth of running such a pattern.
"""

import re
from collections.abc import Iterator


def by_first(cues: str) -> str:
    """Alternatives grouped by their first letter, which matches the same several times as fast.

    Where case is ignored the engine tries every alternative at every place; so it tries a letter
    each.

    Args:
        cues: Alternatives parted by ``|``, each of which begins with a letter that must stand.
    """
    groups: dict[str, list[str]] = {}
    for cue in _alternatives(cues):
        if not cue[:1].isalpha() or cue[1:2] in {"?", "*", "+", "{"}:
            message = f"does not begin with a letter that must stand: {cue!r}"
            raise ValueError(message)
        groups.setdefault(cue[0], []).append(cue[1:])
    return "|".join(
        f"{first}(?:{'|'.join(rest)})" if len(rest) > 1 else first + rest[0]
        for first, rest in groups.items()
    )


def _alternatives(pattern: str) -> Iterator[str]:
    """The parts between the bars that stand in no group and no set."""
    depth = start = 0
    for place, sign in enumerate(pattern):
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and not depth:
            yield pattern[start:place]
            start = place + 1
    yield pattern[start:]


class Cued:
    """A pattern that ignores case, with strings of which every match holds at least one.

    Args:
        signs: The strings in lower case, parted by ``|``.
        pattern: The regular expression.
    """

    __slots__ = ("pattern", "signs")

    def __init__(self, signs: str, pattern: str) -> None:
        self.signs = tuple(signs.split("|"))
        self.pattern = re.compile(pattern, re.IGNORECASE)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches."""
        lower = text.lower()
        # A loop here, as a call or a generator costs more than the look itself.
        for sign in self.signs:
            if sign in lower:
                return self.pattern.finditer(text)
        return iter(())

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return self.pattern.search(text) if self._may(text) else None

    @property
    def groups(self) -> int:
        """How many groups the pattern has."""
        return self.pattern.groups

    def _may(self, text: str) -> bool:
        lower = text.lower()
        return any(sign in lower for sign in self.signs)
