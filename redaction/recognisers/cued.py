"""A pattern that is run only where one of its signs stands in the text.

Most patterns of the recognisers begin with a list of cue words, and most messages hold none of
them. Looking for short strings in a lower-case text costs a hundredth of running such a pattern.
"""

import re
from collections.abc import Iterator


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
        return self.pattern.finditer(text) if self._may(text) else iter(())

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return self.pattern.search(text) if self._may(text) else None

    @property
    def groups(self) -> int:
        """How many groups the pattern has."""
        return self.pattern.groups

    def _may(self, text: str) -> bool:
        lower = text.lower()
        # A loop, as a generator costs more than the look itself.
        for sign in self.signs:  # noqa: SIM110
            if sign in lower:
                return True
        return False
