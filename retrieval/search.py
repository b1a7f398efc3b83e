"""Hybrid search: BM25 beside dense vectors, fused, the top articles compared word by word."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from retrieval.article import Article, Passage
from retrieval.config import RetrievalSettings
from retrieval.corpus import Corpus, Run, language_of
from retrieval.embedder import Embedder, Encoded, Floats
from retrieval.errors import ModelMissingError
from retrieval.fusion import Candidates, article_scores, passage_scores, share
from retrieval.hit import Hit, Query
from retrieval.lexical import LexicalIndex, Match
from retrieval.vectors import Vectors

__all__ = ["Hit", "Query", "SearchIndex"]

_DENSE_SHARE = 0.3
"""Weight of the whole passage's cosine beside late interaction, within one article."""


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
        self._title_lengths: dict[str, int] = {}

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
        lexical = self._lexical.match(query.text, runs)
        articles = self._near_the_top(lexical.scores, encoded, runs)
        if not len(articles) or query.limit < 1:
            return ()
        found = self._candidates(articles, lexical, encoded)
        scores = article_scores(found, self._settings)
        order = np.argsort(-scores, kind="stable")
        top = order[: self._settings.late_articles]
        found = self._with_late(found, top, encoded)
        if found.late.any():
            scores[top] += self._settings.late_weight * share(found.best(found.late)[top])
            order = np.concatenate(
                [top[np.argsort(-scores[top], kind="stable")], order[len(top) :]]
            )
        return self._hits(found, order[: query.limit], scores)

    def rank_passages(
        self, article_id: str, text: str, encoded: Encoded | None = None
    ) -> tuple[Hit, ...]:
        """All passages of one article, best first.

        The signals are those of each passage, not of the article. Late interaction leaves the
        title out here: every passage begins with it, so it tells them apart by nothing but their
        length. The caller has made sure that the reader may see the article.
        """
        number = self._corpus.numbers[article_id]
        passages = self._corpus.passages_of(number)
        article = self._corpus.articles[number]
        run = Run(language_of(article.locale), range(number, number + 1), passages)
        encoded = self._encoded(text, encoded)
        lexical = self._lexical.match(text, [run])
        found = self._candidates(np.array([number]), lexical, encoded)
        found = self._with_own_words(found, article, encoded)
        scores = _closeness(found) if found.late.any() else passage_scores(found, self._settings)
        return tuple(
            Hit(
                passage=self._corpus.passages[passages.start + int(row)],
                score=float(scores[row]),
                dense=float(found.dense[row]),
                lexical=float(found.lexical[row]),
                late=float(found.late[row]),
                title=float(found.titles[0]),
            )
            for row in np.argsort(-scores, kind="stable")
        )

    def _encoded(self, text: str, encoded: Encoded | None) -> Encoded | None:
        """The encoded text, ``None`` where the model has nothing to say."""
        if self._vectors is None:
            return None
        encoded = encoded if encoded is not None else self.encode(text)
        return encoded if encoded.vector.any() else None

    def _near_the_top(
        self, lexical: Floats, encoded: Encoded | None, runs: list[Run]
    ) -> NDArray[np.int64]:
        """Articles that either leg puts near its top, ascending."""
        limit = self._settings.candidates
        found = np.flatnonzero(lexical)
        if len(found) > limit:
            found = found[np.argpartition(-lexical[found], limit)[:limit]]
        if self._vectors is not None and encoded is not None:
            near = self._vectors.nearest(encoded.vector, limit, [run.passages for run in runs])
            found = np.concatenate([found, near])
        return np.unique(self._corpus.owners[found])

    def _candidates(
        self, articles: NDArray[np.int64], lexical: Match, encoded: Encoded | None
    ) -> Candidates:
        """Every passage of the articles with its signals, late interaction left out."""
        starts = self._corpus.starts
        sizes = starts[articles + 1] - starts[articles]
        edges = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        passages = np.arange(int(sizes.sum())) + np.repeat(starts[articles] - edges, sizes)
        best = float(lexical.scores.max(initial=0.0))
        words = lexical.scores[passages] / max(best, 1e-9)
        reached = best / max(lexical.plain, 1e-9)
        nothing = np.zeros(len(passages), np.float32)
        if self._vectors is None or encoded is None:
            titles = np.zeros(len(articles), np.float32)
            return Candidates(passages, edges, nothing, words, nothing, titles, reached)
        dense = self._vectors.cosines(encoded.vector, passages)
        titles = self._vectors.titles[articles] @ encoded.vector
        return Candidates(passages, edges, dense, words, nothing, titles, reached)

    def _with_own_words(
        self, found: Candidates, article: Article, encoded: Encoded | None
    ) -> Candidates:
        """Late interaction for every passage of one article, its title left out."""
        tokens = self._vectors.tokens if self._vectors is not None else None
        if tokens is None or encoded is None:
            return found
        late = tokens.max_sim(
            encoded.tokens, found.passages.tolist(), self._title_tokens(article.title)
        )
        return replace(found, late=late)

    def _title_tokens(self, title: str) -> int:
        """How many tokens of each passage are its article's title; counted once a title."""
        if title not in self._title_lengths:
            self._title_lengths[title] = len(self.encode(title).tokens)
        return self._title_lengths[title]

    def _with_late(
        self, found: Candidates, articles: NDArray[np.int64], encoded: Encoded | None
    ) -> Candidates:
        """Late interaction for some of the articles, on their most promising passages."""
        tokens = self._vectors.tokens if self._vectors is not None else None
        if tokens is None or encoded is None or not len(articles):
            return found
        promise = passage_scores(found, self._settings)
        rows: list[int] = []
        for article in articles.tolist():
            own = found.rows(article)
            order = np.argsort(-promise[own], kind="stable")[: self._settings.late_passages]
            rows.extend((own.start + order).tolist())
        late = found.late.copy()
        late[rows] = tokens.max_sim(encoded.tokens, found.passages[rows].tolist())
        return replace(found, late=late)

    def _hits(self, found: Candidates, order: NDArray[np.int64], scores: Floats) -> tuple[Hit, ...]:
        dense, lexical, late = (
            found.best(signal) for signal in (found.dense, found.lexical, found.late)
        )
        promise = passage_scores(found, self._settings)
        hits = []
        for article in order.tolist():
            own = found.rows(article)
            best = own.start + int(promise[own].argmax())
            hits.append(
                Hit(
                    passage=self._corpus.passages[int(found.passages[best])],
                    score=float(scores[article]),
                    dense=float(dense[article]),
                    lexical=float(lexical[article]),
                    late=float(late[article]),
                    title=float(found.titles[article]),
                )
            )
        return tuple(hits)


def _closeness(found: Candidates) -> Floats:
    """How near each passage of one article is to the query, by its own words before all."""
    return np.asarray((found.late + _DENSE_SHARE * found.dense) / (1 + _DENSE_SHARE), np.float32)
