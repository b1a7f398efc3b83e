"""How often search finds the right article, leg by leg, on labelled questions.

``python -m evals.retrieval_quality --articles A.jsonl --questions Q.jsonl`` with articles as
``{"article_id", "title", "body"}`` and questions as ``{"question", "gold_article_ids"}``.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt
from pathlib import Path
from typing import Any

from retrieval.article import Article, Audience
from retrieval.build import stage
from retrieval.config import RetrievalSettings
from retrieval.embedder import Embedder, Encoded
from retrieval.embedder_onnx import OnnxEmbedder
from retrieval.search import Query, SearchIndex

_Z = 1.959964  # 95 %

LEGS: Mapping[str, Mapping[str, float]] = {
    "bm25": {"dense_weight": 0.0, "title_weight": 0.0, "late_articles": 0},
    "dense": {"dense_weight": 1.0, "title_weight": 0.0, "late_articles": 0},
    "fused": {"late_articles": 0},
    "fused+late": {},
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the ids of the articles that answer it."""

    text: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares of questions with a right article among the first.

    Attributes:
        leg: Which part of the search ran.
        questions: Number of questions.
        first: Questions whose first hit is right.
        third: Questions with a right hit among the first three.
        missed: Texts of the questions whose first hit is wrong.
    """

    leg: str
    questions: int
    first: int
    third: int
    missed: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.leg:<11} n={self.questions:<5} hit@1 {_share(self.first, self.questions)}"
            f"  hit@3 {_share(self.third, self.questions)}"
        )


def read_articles(file: Path) -> list[Article]:
    """Articles from JSON lines; every one is a customer article in English."""
    return [
        Article(
            id=row["article_id"],
            title=row["title"],
            body=row["body"],
            path=f"{row['article_id']}.md",
            owner="",
            domain="",
            audience=Audience.CUSTOMER,
            locale="en",
            intents=(),
            reviewed_on=None,
            review_days=180,
            tags=(),
            revision="",
        )
        for row in _rows(file)
    ]


def read_questions(file: Path) -> list[Question]:
    """Questions that have an answer, from JSON lines."""
    return [
        Question(row["question"], frozenset(row["gold_article_ids"]))
        for row in _rows(file)
        if row.get("answerable", True) and row["gold_article_ids"]
    ]


def measure(
    leg: str, questions: Sequence[Question], search: Callable[[str], Sequence[str]]
) -> Quality:
    """Counts right articles among the ids that ``search`` returns, best first."""
    first = third = 0
    missed = []
    for question in questions:
        found = search(question.text)
        third += not question.gold.isdisjoint(found[:3])
        if question.gold.isdisjoint(found[:1]):
            missed.append(question.text)
        else:
            first += 1
    return Quality(leg, len(questions), first, third, tuple(missed))


def measure_legs(
    articles: Sequence[Article],
    questions: Sequence[Question],
    embedder: Embedder,
    settings: RetrievalSettings,
) -> list[Quality]:
    """Builds one index in a temporary folder and measures each leg on it."""
    texts = [question.text for question in questions]
    encoded = dict(zip(texts, embedder.encode(texts), strict=True))
    with (
        tempfile.TemporaryDirectory() as folder,
        stage(articles, Path(folder), embedder, settings) as staged,
    ):
        return [
            measure(leg, questions, partial(_ids, _leg(staged.index, settings, changes), encoded))
            for leg, changes in LEGS.items()
        ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints one line a leg."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("data"), help="where the model is kept")
    parser.add_argument("--missed", action="store_true", help="list questions answered wrong")
    options = parser.parse_args(arguments)
    settings = RetrievalSettings()
    embedder = OnnxEmbedder.open(settings, options.data)
    questions = read_questions(options.questions)
    results = measure_legs(read_articles(options.articles), questions, embedder, settings)
    for quality in results:
        print(quality)  # noqa: T201 (this is the report)
    if options.missed:
        print(*results[-1].missed, sep="\n")  # noqa: T201 (this is the report)


def _leg(
    index: SearchIndex, settings: RetrievalSettings, changes: Mapping[str, float]
) -> SearchIndex:
    return index.with_settings(settings.model_copy(update=changes))


def _ids(index: SearchIndex, encoded: Mapping[str, Encoded], text: str) -> list[str]:
    hits = index.search(Query(text, limit=3), encoded[text])
    return [hit.passage.article_id for hit in hits]


def _rows(file: Path) -> Iterable[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _share(hits: int, total: int) -> str:
    """Share with its Wilson interval; https://doi.org/10.1080/01621459.1927.10502953."""
    if not total:
        return "unscored"
    share = hits / total
    centre = share + _Z**2 / (2 * total)
    spread = _Z * sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    low, high = ((centre + sign * spread) / (1 + _Z**2 / total) for sign in (-1, 1))
    return f"{share:.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main()
