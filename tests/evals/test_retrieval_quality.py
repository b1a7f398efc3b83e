import json
from pathlib import Path

from evals.retrieval_quality import (
    Question,
    measure,
    measure_legs,
    read_articles,
    read_questions,
)
from retrieval.config import RetrievalSettings
from retrieval.embedder_hashing import HashingEmbedder


def test_first_and_third_are_counted() -> None:
    questions = [Question(text, frozenset({"a"})) for text in ("x", "y", "z")]
    found = {"x": ["a"], "y": ["b", "c", "a"], "z": ["b", "c", "d", "a"]}
    quality = measure("leg", questions, found.__getitem__)
    assert (quality.questions, quality.first, quality.third) == (3, 1, 2)
    assert quality.missed == ("y", "z")
    assert "hit@1 0.333 [0.061, 0.792]" in str(quality)


def test_nothing_measured_is_unscored() -> None:
    assert "unscored" in str(measure("leg", [], lambda _: []))


def test_every_leg_is_measured_on_the_files(tmp_path: Path) -> None:
    articles, questions = tmp_path / "a.jsonl", tmp_path / "q.jsonl"
    rows = [{"article_id": str(n), "title": f"Card {word}", "body": "Text."} for n, word in
            enumerate(("freeze", "limit", "fee"))]  # fmt: skip
    articles.write_text("\n".join(map(json.dumps, rows)))
    asked = [
        {"question": "card limit", "gold_article_ids": ["1"]},
        {"question": "what", "gold_article_ids": [], "answerable": False},
    ]
    questions.write_text("\n".join(map(json.dumps, asked)))
    found = measure_legs(
        read_articles(articles), read_questions(questions), HashingEmbedder(), RetrievalSettings()
    )
    assert [each.leg for each in found] == ["bm25", "dense", "fused", "fused+late"]
    assert all((each.questions, each.first) == (1, 1) for each in found)
