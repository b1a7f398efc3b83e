"""Hybrid search: BM25 beside dense vectors, fused, the top articles compared word by word."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from retrieval.article import Article, Passage
from retrieval.config import RetrievalSettings
from retrieval.corpus import Corpus, Run, language_of
from retrieval.embedder import Embedder, Encoded, Floats
from retrieval.errors import ModelMissingError
from retrieval.hit import Hit, Query
from retrieval.lexical import LexicalIndex
from retrieval.vectors import Vectors

__all__ = ["Hit", "Query", "SearchIndex"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Signals:
    """One row a passage, article by article."""

    passages: NDArray[np.int64]
    dense: Floats
    lexical: Floats
    late: Floats
    fused: Floats


class SearchIndex:
    """One loaded generation of the index. Immutable, safe to share between threads.

    Args:
        version: Name of the generation.
        corpus: Articles and passages.
        lexical: BM25 over the passages.
        settings: Weights of the fusion.
        embedder: Model for queries; without it BM25 searches alone.
        vectors: What the model contributed; without it BM25 searches alone.
        degraded: Why BM25 searches alone, empty when it doesn't.
    """

    def __init__(
        self,
        *,
        version: str,
        corpus: Corpus,
        lexical: LexicalIndex,
        settings: RetrievalSettings,
        embedder: Embedder | None = None,
        vectors: Vectors | None = None,
        degraded: str = "",
    ) -> None:
        self.version = version
        self.embedder = embedder
        self.degraded = degraded
        self.articles: Mapping[str, Article] = MappingProxyType(
            {article.id: article for article in corpus.articles}
        )
        self._corpus = corpus
        self._lexical = lexical
        self._settings = settings
        self._vectors = vectors if embedder is not None else None

    def with_settings(self, settings: RetrievalSettings) -> "SearchIndex":
        """The same generation under other weights; what shaped it on disk stays."""
        return SearchIndex(
            version=self.version,
            corpus=self._corpus,
            lexical=self._lexical,
            settings=settings,
            embedder=self.embedder,
            vectors=self._vectors,
            degraded=self.degraded,
        )

    def passages_of(self, article_id: str) -> tuple[Passage, ...]:
        """An article's passages in reading order."""
        numbers = self._corpus.passages_of(self._corpus.numbers[article_id])
        return self._corpus.passages[numbers.start : numbers.stop]

    def encode(self, text: str) -> Encoded:
        """One forward pass, to be handed to ``search`` and reused elsewhere.

        Raises:
            ModelMissingError: When there is no model.
        """
        if self.embedder is None:
            raise ModelMissingError(self.degraded or "this index was opened without a model")
        return self.embedder.encode([text])[0]

    def search(self, query: Query, encoded: Encoded | None = None) -> tuple[Hit, ...]:
        """One hit an article, best first. Audience and language are filtered before.

        Args:
            query: What is searched for.
            encoded: The query's text, already encoded.
        """
        runs = self._corpus.visible(query)
        encoded = self._encoded(query.text, encoded)
        lexical = self._lexical.scores(query.text, runs)
        passages = self._candidates(lexical, encoded, runs)
        if not len(passages) or query.limit < 1:
            return ()
        signals = self._signals(passages, lexical, encoded)
        best = self._best_by_article(signals)
        signals, order = self._rescored(signals, best, encoded)
        return tuple(self._hit(signals, row, encoded) for row in order[: query.limit])

    def rank_passages(
        self, article_id: str, text: str, encoded: Encoded | None = None
    ) -> tuple[Hit, ...]:
        """All passages of one article, best first.

        The caller has made sure that the reader may see the article.
        """
        number = self._corpus.numbers[article_id]
        passages = self._corpus.passages_of(number)
        article = self._corpus.articles[number]
        run = Run(language_of(article.locale), range(number, number + 1), passages)
        encoded = self._encoded(text, encoded)
        lexical = self._lexical.scores(text, [run])
        signals = self._signals(np.arange(passages.start, passages.stop), lexical, encoded)
        signals = self._with_late(signals, np.arange(len(passages)), encoded)
        order = np.argsort(-signals.fused, kind="stable")
        return tuple(self._hit(signals, int(row), encoded) for row in order)

    def _encoded(self, text: str, encoded: Encoded | None) -> Encoded | None:
        """The encoded text, ``None`` where the model has nothing to say."""
        if self._vectors is None:
            return None
        encoded = encoded if encoded is not None else self.encode(text)
        return encoded if encoded.vector.any() else None

    def _candidates(
        self, lexical: Floats, encoded: Encoded | None, runs: list[Run]
    ) -> NDArray[np.int64]:
        """All passages of the articles that either leg puts near its top, ascending."""
        limit = self._settings.candidates
        found = np.flatnonzero(lexical)
        if len(found) > limit:
            found = found[np.argpartition(-lexical[found], limit)[:limit]]
        if self._vectors is not None and encoded is not None:
            near = self._vectors.nearest(encoded.vector, limit, [run.passages for run in runs])
            found = np.concatenate([found, near])
        articles = np.unique(self._corpus.owners[found])
        if not len(articles):
            return np.zeros(0, np.int64)
        return np.concatenate(
            [np.arange(*self._corpus.starts[number : number + 2]) for number in articles]
        )

    def _signals(
        self, passages: NDArray[np.int64], lexical: Floats, encoded: Encoded | None
    ) -> _Signals:
        words = lexical[passages] / max(float(lexical.max(initial=0.0)), 1e-9)
        nothing = np.zeros(len(passages), np.float32)
        if self._vectors is None or encoded is None:
            return _Signals(passages, nothing, words, nothing, words)
        dense = self._vectors.cosines(encoded.vector, passages)
        share = np.maximum(dense, 0) / max(float(dense.max()), 1e-9)
        weight = self._settings.dense_weight if words.any() else 1.0
        return _Signals(passages, dense, words, nothing, weight * share + (1 - weight) * words)

    def _best_by_article(self, signals: _Signals) -> NDArray[np.int64]:
        """Row of each article's best passage, best article first."""
        owners = self._corpus.owners[signals.passages]
        order = np.lexsort((signals.passages, -signals.fused))
        _, first = np.unique(owners[order], return_index=True)
        return order[np.sort(first)]

    def _rescored(
        self, signals: _Signals, best: NDArray[np.int64], encoded: Encoded | None
    ) -> tuple[_Signals, list[int]]:
        """Late interaction on the top articles, and the rows of all articles, best first."""
        top = best[: self._settings.late_articles]
        owners = self._corpus.owners[signals.passages]
        rows = np.flatnonzero(np.isin(owners, owners[top]))
        signals = self._with_late(signals, rows, encoded)
        again = self._best_by_article(signals)
        scored = set(owners[top].tolist())
        first = [int(row) for row in again if int(owners[row]) in scored]
        rest = [int(row) for row in again if int(owners[row]) not in scored]
        return signals, first + rest

    def _with_late(
        self, signals: _Signals, rows: NDArray[np.int64], encoded: Encoded | None
    ) -> _Signals:
        tokens = self._vectors.tokens if self._vectors is not None else None
        if tokens is None or encoded is None or not len(rows):
            return signals
        late, fused = signals.late.copy(), signals.fused.copy()
        late[rows] = tokens.max_sim(encoded.tokens, signals.passages[rows].tolist())
        share = late[rows] / max(float(late.max()), 1e-9)
        fused[rows] += self._settings.late_weight * np.maximum(share, 0)
        return _Signals(signals.passages, signals.dense, signals.lexical, late, fused)

    def _hit(self, signals: _Signals, row: int, encoded: Encoded | None) -> Hit:
        number = int(signals.passages[row])
        passage = self._corpus.passages[number]
        title = 0.0
        if self._vectors is not None and encoded is not None:
            owner = int(self._corpus.owners[number])
            title = float(self._vectors.titles[owner] @ encoded.vector)
        return Hit(
            passage=passage,
            score=float(signals.fused[row]),
            dense=float(signals.dense[row]),
            lexical=float(signals.lexical[row]),
            late=float(signals.late[row]),
            title=title,
        )
