from datetime import date
from functools import partial
from pathlib import Path

import pytest

from bot.api.library import KnowledgeLibrary
from bot.api.services import IndexState
from bot.knowledge import KnowledgeHolder
from redaction.redactor import RedactedText
from retrieval.article import Article, Audience
from retrieval.build import stage
from retrieval.config import RetrievalSettings
from retrieval.embedder import Embedder
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.load import load


def article(id_: str, title: str, audience: Audience) -> Article:
    return Article(
        id=id_,
        title=title,
        body=f"{title} in the app.\n\n## Steps\n\nOpen Cards and tap the card.",
        path=f"{id_}.md",
        owner="",
        domain="cards",
        audience=audience,
        locale="en",
        intents=(),
        reviewed_on=date(2026, 1, 1),
        review_days=180,
        tags=(),
        revision="0123456789ab",
    )


@pytest.fixture(params=[False, True], ids=["lexical", "dense"])
def embedder(request: pytest.FixtureRequest) -> Embedder | None:
    return HashingEmbedder() if request.param else None


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder | None) -> KnowledgeLibrary:
    settings = RetrievalSettings()
    articles = [
        article("freeze", "Freeze a card", Audience.CUSTOMER),
        article("fraud", "Freeze a card for fraud", Audience.INTERNAL),
    ]
    with stage(articles, tmp_path, embedder, settings) as staged:
        staged.publish()
    return KnowledgeLibrary(KnowledgeHolder(tmp_path, partial(load, tmp_path, settings, embedder)))


def test_finds_articles_for_customers_alone(library: KnowledgeLibrary) -> None:
    hits = library.search(RedactedText("freeze a card for fraud"), 10)
    assert [hit.passage.article_id for hit in hits] == ["freeze"]


def test_hands_out_articles_for_customers_alone(library: KnowledgeLibrary) -> None:
    found = library.article("freeze")
    assert found is not None
    assert found.title == "Freeze a card"
    assert library.article("fraud") is None
    assert library.article("nothing") is None


def test_tells_whether_words_alone_are_searched(
    library: KnowledgeLibrary, embedder: Embedder | None
) -> None:
    expected = IndexState.READY if embedder else IndexState.LEXICAL_ONLY
    assert library.state() is expected
