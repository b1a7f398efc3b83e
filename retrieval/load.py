"""Opens the serving generation, after every file was compared with its hash."""

from pathlib import Path

from retrieval.config import RetrievalSettings
from retrieval.corpus import Corpus, in_index_order
from retrieval.embedder import Embedder
from retrieval.errors import IndexDamagedError, IndexMismatchError
from retrieval.generation import read_articles, read_corpus, read_lexical, read_vectors
from retrieval.lexical import build_lexical
from retrieval.manifest import (
    Manifest,
    current,
    earlier_generations,
    generation_folder,
    verify,
)
from retrieval.search import SearchIndex
from retrieval.splitter import split_article

_ATTEMPTS = 3


def load(data_dir: Path, settings: RetrievalSettings, embedder: Embedder | None) -> SearchIndex:
    """The serving generation, whole.

    Without an embedder BM25 searches alone. An index that was built without a model does so
    whatever the embedder.

    Raises:
        IndexMissingError: When nothing was built yet.
        IndexDamagedError: When a file is missing or changed; the message names it.
        IndexMismatchError: When the embedder's weights are not those that made the index.
    """
    for attempt in range(_ATTEMPTS):
        folder = generation_folder(data_dir)
        try:
            return open_generation(folder, verify(folder), settings, embedder)
        except IndexDamagedError:
            # Two builds may have replaced and deleted the generation while it was read.
            if attempt + 1 == _ATTEMPTS or current(data_dir) == folder.name:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def load_lexical(data_dir: Path, settings: RetrievalSettings, reason: str) -> SearchIndex:
    """BM25 alone, from the copies of the articles: what answers while the rest is damaged.

    Hashes are not compared: what can be read is used.

    Args:
        data_dir: The data folder.
        settings: Retrieval settings.
        reason: Why the model is out, kept as ``SearchIndex.degraded``.

    Raises:
        IndexMissingError: When nothing was built yet.
        IndexDamagedError: When the articles can't be read either.
    """
    folder = generation_folder(data_dir)
    articles = tuple(in_index_order(read_articles(folder)))
    passages = tuple(
        passage for article in articles for passage in split_article(article, settings)
    )
    corpus = Corpus(articles, passages)
    lexical = build_lexical(
        corpus, k1=settings.k1, b=settings.b, title_repeats=settings.title_repeats
    )
    return SearchIndex(
        version=folder.name, corpus=corpus, lexical=lexical, settings=settings, degraded=reason
    )


def load_earlier(
    data_dir: Path, settings: RetrievalSettings, embedder: Embedder | None, reason: str
) -> SearchIndex | None:
    """The newest whole generation before the serving one, ``None`` when there is none.

    Args:
        data_dir: The data folder.
        settings: Retrieval settings.
        embedder: The model.
        reason: Why the serving one is out, kept as ``SearchIndex.degraded``.
    """
    for folder in earlier_generations(data_dir):
        try:
            index = open_generation(folder, verify(folder), settings, embedder)
        except (IndexDamagedError, IndexMismatchError):
            continue
        index.degraded = reason
        return index
    return None


def open_generation(
    folder: Path, manifest: Manifest, settings: RetrievalSettings, embedder: Embedder | None
) -> SearchIndex:
    """A generation whose files are known to be sound.

    Raises:
        IndexDamagedError: When a file makes no sense all the same.
        IndexMismatchError: When the embedder's weights are not those that made the index.
    """
    model = manifest.model
    if (
        model
        and embedder
        and (model.sha256, model.dimension)
        != (
            embedder.sha256,
            embedder.dimension,
        )
    ):
        raise IndexMismatchError(
            f"{folder.name} was built with {model.name} ({model.sha256[:12]}), not with "
            f"{embedder.name} ({embedder.sha256[:12]}); run `firstline index`"
        )
    with_model = model is not None and embedder is not None
    degraded = "" if with_model else "the embedding model is not available"
    return SearchIndex(
        version=folder.name,
        corpus=read_corpus(folder),
        lexical=read_lexical(folder, k1=settings.k1, b=settings.b),
        settings=settings,
        embedder=embedder if with_model else None,
        vectors=read_vectors(folder, model.dimension) if model and with_model else None,
        degraded=degraded,
    )
