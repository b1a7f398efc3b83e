"""BM25 over passages. Counts are stored; weights are computed per query for what it may see.

Formula: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with the inverse
document frequency of Lucene, ln(1 + (n - df + .5) / (df + .5)), which is never negative.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from retrieval.corpus import Corpus, Run, language_of
from retrieval.embedder import Floats
from retrieval.passage_text import lexical_text
from retrieval.spelling import Speller
from retrieval.words import index_terms, query_terms

_MISSPELT_WEIGHT = 0.7


@dataclass(frozen=True, slots=True)
class Match:
    """What BM25 found.

    Attributes:
        scores: BM25 of every passage, shape (passages,); zero outside the runs.
        plain: What a passage of average length scores that holds each word of the query once.
    """

    scores: Floats
    plain: float


@dataclass(frozen=True)
class LexicalIndex:
    """Postings by term: rows ``indptr[t]:indptr[t + 1]`` belong to term t.

    Attributes:
        terms: Sorted.
        indptr: Shape (terms + 1,).
        passages: Passage number of each posting, ascending within a term.
        counts: How often the term stands in it.
        lengths: Terms in each passage.
        k1: How fast repeated words saturate.
        b: How much length counts.
    """

    terms: tuple[str, ...]
    indptr: NDArray[np.int64]
    passages: NDArray[np.int32]
    counts: Floats
    lengths: Floats
    k1: float
    b: float

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {term: number for number, term in enumerate(self.terms)}

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self.terms)

    def match(self, text: str, runs: Sequence[Run]) -> Match:
        """Scores the passages inside the runs; each language reads the text in its own way."""
        scores = np.zeros(len(self.lengths), np.float32)
        plain = 0.0
        for language in dict.fromkeys(run.language for run in runs):
            inside = [run.passages for run in runs if run.language == language]
            plain = max(plain, self._add(scores, query_terms(text, language), inside))
        return Match(scores, plain)

    def _add(self, scores: Floats, terms: Iterable[str], inside: Sequence[range]) -> float:
        """Adds the scores of one language; returns the sum of the words' weights."""
        total = sum(len(run) for run in inside)
        length = sum(float(self.lengths[run.start : run.stop].sum()) for run in inside)
        mean = max(length / max(total, 1), 1.0)
        plain = 0.0
        for term, times in Counter(terms).items():
            heaviest = 0.0
            for number, weight in self._spellings(term, inside):
                rows, counts = self._postings(number, inside)
                idf = _inverse_frequency(total, len(rows))
                norm = self.k1 * (1 - self.b + self.b * self.lengths[rows] / mean)
                scores[rows] += times * weight * idf * counts * (self.k1 + 1) / (counts + norm)
                heaviest = max(heaviest, idf)
            plain += times * (heaviest or _inverse_frequency(total, 0))
        return plain

    def _spellings(self, term: str, inside: Sequence[range]) -> list[tuple[int, float]]:
        number = self._numbers.get(term)
        if number is not None and len(self._postings(number, inside)[0]):
            return [(number, 1.0)]
        return [
            (near, _MISSPELT_WEIGHT)
            for near in self._speller.near(term)
            if len(self._postings(near, inside)[0])
        ]

    def _postings(self, term: int, inside: Sequence[range]) -> tuple[NDArray[np.int32], Floats]:
        first, last = self.indptr[term], self.indptr[term + 1]
        rows, counts = self.passages[first:last], self.counts[first:last]
        kept = np.zeros(len(rows), np.bool_)
        for run in inside:
            low, high = np.searchsorted(rows, (run.start, run.stop))
            kept[low:high] = True
        return rows[kept], counts[kept]


def _inverse_frequency(total: int, holders: int) -> float:
    return log(1 + (total - holders + 0.5) / (holders + 0.5))


def build_lexical(corpus: Corpus, *, k1: float, b: float, title_repeats: int) -> LexicalIndex:
    """Counts the terms of every passage, its title and heading included."""
    postings: dict[str, list[tuple[int, int]]] = {}
    lengths = np.zeros(len(corpus.passages), np.float32)
    for number, passage in enumerate(corpus.passages):
        article = corpus.articles[int(corpus.owners[number])]
        terms = index_terms(
            lexical_text(article, passage, title_repeats), language_of(article.locale)
        )
        lengths[number] = len(terms)
        for term, count in Counter(terms).items():
            postings.setdefault(term, []).append((number, count))
    ordered = sorted(postings)
    sizes = [len(postings[term]) for term in ordered]
    flat = [posting for term in ordered for posting in postings[term]]
    return LexicalIndex(
        terms=tuple(ordered),
        indptr=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        passages=np.array([row for row, _ in flat], np.int32),
        counts=np.array([count for _, count in flat], np.float32),
        lengths=lengths,
        k1=k1,
        b=b,
    )
