"""Known terms that differ from an unknown one by a slip of the finger."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

_SHORTEST = 4  # shorter words have too many neighbours that mean something else
_LONGEST = 30  # longer ones are no words; forms with a letter left out cost length squared


class Speller:
    """Finds terms within one edit: a letter more, less, wrong, or swapped with its neighbour.

    Args:
        terms: Known terms; numbers refer to their order.
    """

    def __init__(self, terms: Sequence[str]) -> None:
        self._by_deletion: dict[str, list[int]] = {}
        self._terms = terms
        for number, term in enumerate(terms):
            if _is_word(term):
                for key in {term, *_deletions(term)}:
                    self._by_deletion.setdefault(key, []).append(number)
        self.near = lru_cache(maxsize=4096)(self._near)

    def _near(self, term: str) -> tuple[int, ...]:
        """Numbers of the terms within one edit; none for what is too short, too long or a code."""
        if not _is_word(term):
            return ()
        found = {
            number
            for key in (term, *_deletions(term))
            for number in self._by_deletion.get(key, ())
            if _one_edit(term, self._terms[number])
        }
        return tuple(sorted(found))


def _is_word(term: str) -> bool:
    return _SHORTEST <= len(term) <= _LONGEST and term.isalpha()


def _deletions(term: str) -> Iterator[str]:
    """The term with one letter left out; two terms within one edit share such a form."""
    return (term[:place] + term[place + 1 :] for place in range(len(term)))


def _one_edit(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) == 1:
        return True  # they met at a deletion of the longer
    different = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(different) == 2:
        first, second = different
        return second == first + 1 and one[first] == other[second] and one[second] == other[first]
    return len(different) <= 1
