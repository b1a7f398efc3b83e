"""Questions that a knowledge base can be calibrated with: its own, or labelled ones.

Its own questions are its titles. Searched without its own article, a title is a question that
nobody answers, and whatever is found is a neighbour: just what a customer's question on a missing
article looks like. With its article, some of its words are left out, as a customer would.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bot.answerability import signals
from bot.calibration import Probe
from bot.errors import ConfigurationError
from retrieval.article import Audience
from retrieval.disk import refusal
from retrieval.hit import Query
from retrieval.search import SearchIndex

MOST_ARTICLES = 400
"""Articles asked about at the most; a sample is enough and keeps indexing fast."""


_KEPT = 0.65


@dataclass(frozen=True, slots=True)
class Question:
    """A labelled question.

    Attributes:
        text: What was asked.
        article_ids: Articles that answer it; empty when none does.
    """

    text: str
    article_ids: tuple[str, ...]


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read labelled questions, one JSON object a line: ``question`` and ``article_ids``.

    Raises:
        ConfigurationError: The file can't be read or a line has another shape.
    """
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigurationError(f"{path}: {refusal(error, path)}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path.name}: cannot be read as UTF-8: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text = row.get("question", row.get("text"))
            ids = row.get("article_ids", row.get("gold_article_ids", []))
            if not isinstance(text, str) or not isinstance(ids, list):
                raise TypeError  # noqa: TRY301  one message for every wrong shape
        except (ValueError, TypeError, AttributeError) as error:
            raise ConfigurationError(
                f'{path.name}, line {number}: needs {{"question": text, "article_ids": [id, …]}}'
            ) from error
        rows.append(Question(text, tuple(str(i) for i in ids)))
    return tuple(rows)


def probe_questions(
    index: SearchIndex, questions: Sequence[Question], redact: Callable[[str], str]
) -> Iterator[Probe]:
    """What the search finds for labelled questions.

    Where no question is without an article, every fourth is asked once more without its own, so
    that the calibration sees what a missing article looks like.
    """
    orphaned = any(not question.article_ids for question in questions)
    for number, question in enumerate(questions):
        text = redact(question.text)
        wanted = frozenset(i for i in question.article_ids if i in index.articles)
        group = min(question.article_ids, default=question.text)
        yield from _probe(index, Query(text), wanted, group)
        if not orphaned and number % 4 == 0:
            yield from _probe(index, Query(text, without=wanted), frozenset(), group)


def _probe(index: SearchIndex, query: Query, wanted: frozenset[str], group: str) -> Iterator[Probe]:
    hits = index.search(query)
    if hits:
        found = hits[0].passage.article_id in wanted
        yield Probe(signals(hits), found, bool(wanted), group)


def probe_itself(index: SearchIndex) -> Iterator[Probe]:
    """What the search finds for the knowledge base's own titles.

    Each title is asked without its article, and with it but with a third of its words left out.
    """
    shown = sorted(
        (a for a in index.articles.values() if a.audience is Audience.CUSTOMER),
        key=lambda a: a.id,
    )
    random = Random(0)  # noqa: S311  a reproducible sample, no secret
    for article in shown[:: max(1, len(shown) // MOST_ARTICLES)]:
        words = article.title.split()
        kept = [word for word in words if random.random() < _KEPT] or words
        alone = Query(article.title, without=frozenset((article.id,)))
        for query, answerable in ((alone, False), (Query(" ".join(kept)), True)):
            hits = index.search(query)
            if hits:
                found = hits[0].passage.article_id == article.id
                yield Probe(signals(hits), found, answerable, article.id)
