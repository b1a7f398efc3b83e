"""The files of one generation: JSON lines and plain arrays, no pickle.

``articles.jsonl`` and ``passages.jsonl`` are enough to search by BM25; the arrays hold what the
model contributed.
"""

import json
import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.article import Article, Audience, Passage
from retrieval.corpus import Corpus
from retrieval.errors import IndexDamagedError
from retrieval.index_faiss import FaissIndex
from retrieval.late import TokenVectors
from retrieval.lexical import LexicalIndex
from retrieval.vectors import Vectors

ARTICLES = "articles.jsonl"
PASSAGES = "passages.jsonl"
TERMS = "terms.json"
LEXICAL = "lexical.npz"
WINDOWS = "windows.npy"
WINDOW_STARTS = "window_starts.npy"
TITLES = "titles.npy"
TOKENS = "tokens.bin"
SCALES = "token_scales.npy"
PASSAGE_STARTS = "token_starts.npy"


def write_corpus(folder: Path, corpus: Corpus) -> None:
    """Articles and passages, one JSON object a line."""
    _write_lines(folder / ARTICLES, (asdict(article) for article in corpus.articles))
    _write_lines(folder / PASSAGES, (asdict(passage) for passage in corpus.passages))


def read_corpus(folder: Path) -> Corpus:
    """Articles and passages.

    Raises:
        IndexDamagedError: When a file is missing or makes no sense.
    """
    articles = tuple(_article(row) for row in _read_lines(folder / ARTICLES))
    try:
        passages = tuple(Passage(**row) for row in _read_lines(folder / PASSAGES))
    except TypeError as error:
        raise IndexDamagedError(f"{folder.name}/{PASSAGES} is damaged") from error
    return Corpus(articles, passages)


def read_articles(folder: Path) -> tuple[Article, ...]:
    """Articles alone."""
    return tuple(_article(row) for row in _read_lines(folder / ARTICLES))


def write_lexical(folder: Path, index: LexicalIndex) -> None:
    """Terms and postings."""
    (folder / TERMS).write_text(json.dumps(index.terms, ensure_ascii=False), "utf-8")
    np.savez(
        folder / LEXICAL,
        indptr=index.indptr,
        passages=index.passages,
        counts=index.counts,
        lengths=index.lengths,
    )


def read_lexical(folder: Path, *, k1: float, b: float) -> LexicalIndex:
    """Terms and postings.

    Raises:
        IndexDamagedError: When a file is missing or makes no sense.
    """
    try:
        terms = tuple(json.loads((folder / TERMS).read_text("utf-8")))
        with np.load(folder / LEXICAL, allow_pickle=False) as arrays:
            return LexicalIndex(
                terms=terms,
                indptr=arrays["indptr"],
                passages=arrays["passages"],
                counts=arrays["counts"],
                lengths=arrays["lengths"],
                k1=k1,
                b=b,
            )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise IndexDamagedError(f"{folder.name}/{LEXICAL} is damaged or missing") from error


def read_vectors(folder: Path, dimension: int) -> Vectors:
    """Window, title and token vectors; the token vectors stay on disk and are mapped.

    Raises:
        IndexDamagedError: When a file is missing or makes no sense.
    """
    try:
        return Vectors(
            index=FaissIndex(_array(folder / WINDOWS)),
            starts=_array(folder / WINDOW_STARTS),
            titles=_array(folder / TITLES),
            tokens=read_tokens(folder, dimension),
        )
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"{folder.name}: the vectors are damaged or missing") from error


def read_tokens(folder: Path, dimension: int) -> TokenVectors | None:
    """Token vectors, ``None`` when the generation has none."""
    if not (folder / PASSAGE_STARTS).exists():
        return None
    starts = _array(folder / PASSAGE_STARTS)
    shape = (int(starts[-1]), dimension)
    empty = np.zeros(shape, np.int8)  # an empty file can't be mapped
    values = np.memmap(folder / TOKENS, np.int8, "r", shape=shape) if shape[0] else empty
    return TokenVectors(values, _array(folder / SCALES), starts)


def _array(file: Path) -> NDArray[Any]:  # the caller knows dtype and shape
    array: NDArray[Any] = np.load(file, allow_pickle=False)
    return array


def _write_lines(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as opened:
        for row in rows:
            opened.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an index")


def _read_lines(file: Path) -> list[dict[str, Any]]:  # rows are checked where they are used
    try:
        with file.open(encoding="utf-8") as opened:
            return [json.loads(line) for line in opened]
    except (OSError, ValueError, RecursionError) as error:
        raise IndexDamagedError(f"{file.parent.name}/{file.name} is damaged or missing") from error


def _article(row: dict[str, Any]) -> Article:
    try:
        day = row["reviewed_on"]
        values = {
            **row,
            "audience": Audience(row["audience"]),
            "intents": tuple(row["intents"]),
            "tags": tuple(row["tags"]),
            "reviewed_on": date.fromisoformat(day) if day else None,
        }
        return Article(**values)
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamagedError(f"{ARTICLES} is damaged") from error
