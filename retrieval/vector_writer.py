"""Writes what the model contributes to a generation, reusing what hasn't changed."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.article import Article, Passage
from retrieval.config import RetrievalSettings
from retrieval.corpus import Corpus
from retrieval.embedder import Embedder, Encoded, Floats
from retrieval.generation import (
    PASSAGE_STARTS,
    SCALES,
    TITLES,
    TOKENS,
    WINDOW_STARTS,
    WINDOWS,
    read_corpus,
    read_tokens,
)
from retrieval.late import TokenVectors, quantise
from retrieval.manifest import Manifest
from retrieval.splitter import split_windows

Progress = Callable[[str, int, int], None]
_TOGETHER = 48  # articles embedded at once: enough texts to sort by length, little memory
# What a vector depends on besides the text; everything else may change without a new embedding.
_SHAPING = ("passage_words", "whole_words", "window_words")


@dataclass(frozen=True, slots=True)
class _Piece:
    """One article's share of the arrays; ``tokens`` by passage."""

    windows: list[Floats]
    title: Floats
    tokens: list[tuple[NDArray[np.int8], Floats]]


class Reusable:
    """Vectors of a sound earlier generation, by article.

    Args:
        folder: The earlier generation, its hashes already compared.
        manifest: Its manifest.
        embedder: The model of the new one.
        settings: Settings of the new one.
    """

    def __init__(
        self, folder: Path, manifest: Manifest, embedder: Embedder, settings: RetrievalSettings
    ) -> None:
        wanted = settings.model_dump(mode="json")
        model = manifest.model
        self._corpus = Corpus((), ())
        if (
            model is None
            or (model.sha256, model.dimension) != (embedder.sha256, embedder.dimension)
            or any(manifest.settings.get(name) != wanted[name] for name in _SHAPING)
        ):
            return
        self._corpus = read_corpus(folder)
        self._windows: Floats = np.load(folder / WINDOWS, allow_pickle=False)
        self._starts: NDArray[np.int64] = np.load(folder / WINDOW_STARTS, allow_pickle=False)
        self._titles: Floats = np.load(folder / TITLES, allow_pickle=False)
        self._tokens: TokenVectors | None = read_tokens(folder, embedder.dimension)

    def get(self, article: Article, passages: Sequence[Passage], late: bool) -> _Piece | None:
        """The article's share, ``None`` when its words, or their splitting, changed."""
        number = self._corpus.numbers.get(article.id)
        if number is None:
            return None
        old = self._corpus.articles[number]
        span = self._corpus.passages_of(number)
        same = fingerprint(old) == fingerprint(article) and (
            self._corpus.passages[span.start : span.stop] == tuple(passages)
        )
        if not same or (late and self._tokens is None):
            return None
        tokens = self._tokens
        return _Piece(
            [self._windows[self._starts[row] : self._starts[row + 1]] for row in span],
            self._titles[number],
            [
                (tokens.values[slice(*tokens.starts[row : row + 2])],
                 tokens.scales[slice(*tokens.starts[row : row + 2])])
                for row in span
            ]
            if tokens is not None and late
            else [],
        )  # fmt: skip


def fingerprint(article: Article) -> str:
    """Hash of the words that are embedded."""
    words = json.dumps([article.title, article.body], ensure_ascii=False)
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def write_vectors(
    folder: Path,
    corpus: Corpus,
    embedder: Embedder,
    settings: RetrievalSettings,
    reusable: Reusable | None,
    progress: Progress,
) -> None:
    """Embeds window by window and writes the arrays; token vectors are streamed to disk."""
    late = bool(settings.late_articles) and len(corpus.passages) <= settings.late_passage_limit
    windows: list[Floats] = []
    titles: list[Floats] = []
    scales: list[Floats] = []
    window_counts: list[int] = []
    token_counts: list[int] = []
    done = 0
    with ExitStack() as stack:
        stream = stack.enter_context((folder / TOKENS).open("wb")) if late else None
        for piece in _pieces(corpus, embedder, settings, reusable, late):
            windows.extend(piece.windows)
            titles.append(piece.title)
            window_counts.extend(len(rows) for rows in piece.windows)
            for values, own_scales in piece.tokens:
                token_counts.append(len(values))
                scales.append(own_scales)
                if stream is not None:
                    stream.write(np.ascontiguousarray(values).tobytes())
            done += 1
            progress("embed", done, len(corpus.articles))
    width = embedder.dimension
    np.save(folder / WINDOWS, _stacked(windows, width))
    np.save(folder / WINDOW_STARTS, _starts(window_counts))
    np.save(folder / TITLES, np.stack(titles) if titles else np.zeros((0, width), np.float32))
    if late:
        np.save(folder / PASSAGE_STARTS, _starts(token_counts))
        np.save(folder / SCALES, np.concatenate(scales) if scales else np.zeros(0, np.float32))


def _pieces(
    corpus: Corpus,
    embedder: Embedder,
    settings: RetrievalSettings,
    reusable: Reusable | None,
    late: bool,
) -> Iterator[_Piece]:
    for first in range(0, len(corpus.articles), _TOGETHER):
        numbers = range(first, min(first + _TOGETHER, len(corpus.articles)))
        known: dict[int, _Piece] = {}
        texts: list[str] = []
        spans: dict[int, list[tuple[int, int]]] = {}
        for number in numbers:
            article, rows = corpus.articles[number], corpus.passages_of(number)
            passages = corpus.passages[rows.start : rows.stop]
            piece = reusable.get(article, passages, late) if reusable else None
            if piece is not None:
                known[number] = piece
                continue
            spans[number] = []
            for passage in passages:
                start = len(texts)
                texts.extend(split_windows(article, passage, settings))
                spans[number].append((start, len(texts)))
            texts.append(article.title)
        encoded = embedder.encode(texts)
        for number in numbers:
            yield known.get(number) or _piece(encoded, spans[number], late)


def _piece(encoded: Sequence[Encoded], spans: Sequence[tuple[int, int]], late: bool) -> _Piece:
    windows = [np.stack([each.vector for each in encoded[a:b]]) for a, b in spans]
    tokens = [quantise(np.concatenate([each.tokens for each in encoded[a:b]])) for a, b in spans]
    return _Piece(windows, encoded[spans[-1][1]].vector, tokens if late else [])


def _stacked(arrays: Sequence[Floats], width: int) -> Floats:
    return np.concatenate(arrays) if arrays else np.zeros((0, width), np.float32)


def _starts(counts: Sequence[int]) -> NDArray[Any]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
