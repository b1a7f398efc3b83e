import os
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.article import Article, Audience
from retrieval.build import stage
from retrieval.config import RetrievalSettings
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.search import SearchIndex

MakeArticle = Callable[..., Article]


def make_article(
    id_: str,
    title: str = "",
    body: str = "",
    *,
    audience: Audience = Audience.CUSTOMER,
    locale: str = "en",
    revision: str = "r1",
) -> Article:
    return Article(
        id=id_,
        title=title or id_,
        body=body,
        path=f"{id_}.md",
        owner="",
        domain="",
        audience=audience,
        locale=locale,
        intents=(),
        reviewed_on=None,
        review_days=180,
        tags=(),
        revision=revision,
    )


def library() -> list[Article]:
    return [
        make_article(
            "freeze", "Freeze your card", "Open the card and choose Freeze.\n\n## Undo\n\nUnfreeze."
        ),
        make_article("limits", "Transfer limits", "| Plan | Limit |\n|---|---|\n| Basic | 500 |"),
        make_article("fees", "Cash machine fees", "The first five withdrawals cost nothing."),
        make_article(
            "staff", "Freeze a card for a customer", "Secret lever 42.", audience=Audience.INTERNAL
        ),
        make_article("karte", "Karte sperren", "Öffnen Sie die Karte.", locale="de"),
    ]


@pytest.fixture
def make() -> MakeArticle:
    return make_article


@pytest.fixture
def articles() -> list[Article]:
    return library()


@pytest.fixture
def settings() -> RetrievalSettings:
    return RetrievalSettings()


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder(64)


@pytest.fixture
def index(
    tmp_path: Path,
    articles: list[Article],
    embedder: HashingEmbedder,
    settings: RetrievalSettings,
) -> SearchIndex:
    with stage(articles, tmp_path / "made", embedder, settings) as staged:
        staged.publish()
        return staged.index


@pytest.fixture(scope="session")
def datasets() -> Path:
    folder = os.environ.get("FIRSTLINE_DATASETS")
    if not folder:
        pytest.skip("FIRSTLINE_DATASETS names no folder of data sets")
    return Path(folder)


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model is exported once a test session."""
    return tmp_path_factory.mktemp("data")
