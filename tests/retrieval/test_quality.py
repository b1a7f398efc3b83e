"""Floors well below the figures in docs/retrieval.md: they catch a broken leg, not a bad day."""

from pathlib import Path

import pytest

from evals.retrieval_quality import measure_legs, read_articles, read_questions
from retrieval.config import RetrievalSettings
from retrieval.embedder_onnx import OnnxEmbedder


@pytest.mark.model
@pytest.mark.datasets
@pytest.mark.parametrize(
    ("name", "every", "first", "third"),
    [("kb_stackfaq_dev", 4, 0.93, 0.98), ("kb_mongodb_verified", 1, 0.88, 0.93)],
)
def test_search_reaches_its_floor(
    datasets: Path, model_home: Path, name: str, every: int, first: float, third: float
) -> None:
    settings = RetrievalSettings()
    embedder = OnnxEmbedder.open(settings, model_home)
    articles = read_articles(datasets / name / "articles.jsonl")
    questions = read_questions(datasets / name / "questions.jsonl")[::every]
    bm25, dense, _, whole = measure_legs(articles, questions, embedder, settings)
    assert whole.first >= first * whole.questions
    assert whole.third >= third * whole.questions
    assert whole.first + 0.01 * whole.questions >= max(bm25.first, dense.first)
