"""The grounding check: no language model, the same verdict every time."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.grounding.verdict import Fault, Verdict, refused
from retrieval.article import Passage
from retrieval.embedder import Embedder
from retrieval.words import index_terms, query_terms

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_LEAST_SHARED = 0.6
_NO_TITLES: Mapping[str, str] = MappingProxyType({})


class GroundingCheck:
    """Says of a sentence whether the passages that it cites support it.

    Cheap to make; keeps nothing between calls.

    Args:
        embedder: Judges words that the passages don't hold; without one only their own words count.
        hosts: Hosts that a link may lead to, where a cited passage has the link too.
    """

    def __init__(
        self, embedder: Embedder | None = None, *, hosts: frozenset[str] = frozenset()
    ) -> None:
        self._embedder = embedder
        self._hosts = hosts

    def check(
        self,
        sentence: str,
        passages: Sequence[Passage],
        *,
        titles: Mapping[str, str] = _NO_TITLES,
    ) -> Verdict:
        """Check one sentence.

        Args:
            sentence: As it would be shown, links included, without its citation markers.
            passages: What it cites.
            titles: Title by article id, since a passage doesn't hold that of its article.
        """
        if not passages:
            return refused(Fault.NO_PASSAGE)
        source = "\n".join(
            f"{titles.get(p.article_id, '')}\n{p.heading}\n{p.text}" for p in passages
        )
        known_numbers = set(_NUMBER.findall(source))
        for number in _NUMBER.findall(sentence):
            if number not in known_numbers:
                return refused(Fault.NUMBER, number)
        terms = query_terms(sentence, "en")
        known = set(index_terms(source, "en"))
        if not terms or sum(term in known for term in terms) < _LEAST_SHARED * len(terms):
            return refused(Fault.WORDS)
        return Verdict(supported=True, passages=tuple(p.id for p in passages))
