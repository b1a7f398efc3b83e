from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.article import Article, Audience
from retrieval.build import stage
from retrieval.config import RetrievalSettings
from retrieval.corpus import Corpus, in_index_order
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.errors import ModelMissingError
from retrieval.hit import Query
from retrieval.langchain_retriever import FirstlineRetriever
from retrieval.search import SearchIndex

ANYTHING = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from("freeze secret lever 42 card customer staff Karte sperren fees".split()),
        max_size=6,
    ).map(" ".join),
)


def ids(index: SearchIndex, text: str, **limits: Any) -> list[str]:
    return [hit.passage.article_id for hit in index.search(Query(text, **limits))]


def test_the_right_article_comes_first(index: SearchIndex) -> None:
    assert ids(index, "how do I freeze my card")[0] == "freeze"
    assert ids(index, "transfer limit")[0] == "limits"
    assert ids(index, "cash machine fees")[0] == "fees"


def test_there_is_one_hit_an_article_best_first(index: SearchIndex) -> None:
    hits = index.search(Query("card", audience=Audience.INTERNAL))
    found = [hit.passage.article_id for hit in hits]
    assert len(found) == len(set(found)) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_hits_keep_their_raw_signals(index: SearchIndex) -> None:
    hit = index.search(Query("Freeze your card"))[0]
    assert hit.lexical == 1
    assert hit.title == pytest.approx(1, abs=1e-5)
    assert 0 < hit.dense <= 1
    assert 0 < hit.late <= 1.01


@given(text=ANYTHING, locale=st.sampled_from([None, "en", "de", "fr-FR"]))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None
)
def test_no_customer_query_reaches_an_internal_article(
    index: SearchIndex, text: str, locale: str | None
) -> None:
    lexical_only = index.with_settings(RetrievalSettings(dense_weight=0))
    retriever = FirstlineRetriever(index=index, locale=locale, limit=99)
    found = {
        *ids(index, text, locale=locale, limit=99),
        *ids(lexical_only, text, locale=locale, limit=99),
        *(each.metadata["article_id"] for each in retriever.invoke(text)),
    }
    assert "staff" not in found


@given(
    audiences=st.lists(st.sampled_from(Audience), max_size=12),
    without=st.frozensets(st.integers(0, 12).map(str)),
    audience=st.sampled_from(Audience),
    locale=st.sampled_from([None, "en", "de-AT"]),
)
@settings(deadline=None)
def test_visible_runs_hold_exactly_what_may_be_seen(
    audiences: list[Audience], without: frozenset[str], audience: Audience, locale: str | None
) -> None:
    articles = in_index_order(
        Article(
            str(number), "", "", "", "", "", own, "de" if number % 3 else "en", (), None, 1, (), ""
        )
        for number, own in enumerate(audiences)
    )
    from retrieval.article import Passage  # noqa: PLC0415 (built here alone)

    corpus = Corpus(
        tuple(articles),
        tuple(Passage(f"{a.id}#{n}", a.id, "", "", "") for a in articles for n in range(2)),
    )
    runs = corpus.visible(Query("", locale=locale, audience=audience, without=without))
    seen = {corpus.passages[row].article_id for run in runs for row in run.passages}
    allowed = [a for a in articles if audience is Audience.INTERNAL or a.audience is audience]
    language = locale[:2] if locale else None
    if any(a.locale == language for a in allowed):
        allowed = [a for a in allowed if a.locale == language]
    assert seen == {a.id for a in allowed} - without
    assert seen == {articles[row].id for run in runs for row in run.articles}


def test_agents_see_all(index: SearchIndex) -> None:
    assert ids(index, "secret lever 42", audience=Audience.INTERNAL)[0] == "staff"


def test_the_language_is_filtered_where_there_are_articles_in_it(index: SearchIndex) -> None:
    assert ids(index, "Karte card", locale="de-AT") == ["karte"]
    assert "karte" not in ids(index, "Karte card", locale="en-GB")
    assert "freeze" in ids(index, "freeze card", locale="fr")


def test_articles_can_be_left_out(index: SearchIndex) -> None:
    assert "freeze" not in ids(index, "freeze your card", without=frozenset({"freeze", "nobody"}))


@pytest.mark.parametrize("text", ["", "   ", "?!", "\x00", "🙂", "the", "a" * 20_000])
def test_odd_queries_do_no_harm(index: SearchIndex, text: str) -> None:
    assert isinstance(index.search(Query(text)), tuple)
    assert index.search(Query(text, limit=0)) == ()


def test_an_encoded_query_is_not_encoded_again(index: SearchIndex) -> None:
    encoded = index.encode("freeze card")
    assert index.search(Query("freeze card"), encoded) == index.search(Query("freeze card"))


def test_passages_of_one_article_are_ranked(index: SearchIndex) -> None:
    hits = index.rank_passages("freeze", "unfreeze")
    assert [hit.passage.anchor for hit in hits] == ["undo", ""]
    assert [hit.passage.id for hit in hits] == ["freeze#1", "freeze#0"]
    assert [passage.anchor for passage in index.passages_of("freeze")] == ["", "undo"]


def test_within_an_article_the_title_tells_no_passages_apart(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder, settings: RetrievalSettings
) -> None:
    body = "Fees and all.\n\n## Short\n\nNo.\n\n## Cash\n\nA withdrawal costs two percent."
    article = replace(articles[0], id="t", path="t.md", title="Exchange of currency", body=body)
    with stage([article], tmp_path, embedder, settings) as staged:
        hits = staged.index.rank_passages("t", "exchange of currency")
        assert max(hit.late for hit in hits) < 0.4
        best = staged.index.rank_passages("t", "exchange cash withdrawal")[0]
        assert best.passage.anchor == "cash"
        assert 0.4 < best.late <= 1.01


def test_without_a_model_bm25_searches_alone(
    tmp_path: Path, articles: list[Article], settings: RetrievalSettings
) -> None:
    with stage(articles, tmp_path, None, settings) as staged:
        hit = staged.index.search(Query("freeze card"))[0]
        assert hit.passage.article_id == "freeze"
        assert (hit.dense, hit.late, hit.title) == (0, 0, 0)
        assert staged.index.degraded
        with pytest.raises(ModelMissingError):
            staged.index.encode("x")
        assert staged.index.rank_passages("freeze", "unfreeze")[0].passage.anchor == "undo"


def test_late_interaction_is_off_above_its_limit(
    tmp_path: Path, articles: list[Article], embedder: HashingEmbedder
) -> None:
    small = RetrievalSettings(late_passage_limit=2)
    with stage(articles, tmp_path, embedder, small) as staged:
        assert not (staged.folder / "tokens.bin").exists()
        hit = staged.index.search(Query("freeze card"))[0]
        assert hit.passage.article_id == "freeze"
        assert hit.late == 0


def test_an_index_without_articles_finds_nothing(
    tmp_path: Path, embedder: HashingEmbedder, settings: RetrievalSettings
) -> None:
    with stage([], tmp_path, embedder, settings) as staged:
        assert staged.index.search(Query("card")) == ()


def test_many_articles_are_cut_to_the_limit(
    tmp_path: Path, make: Any, embedder: HashingEmbedder
) -> None:
    many = [make(f"a{n}", f"Card {n}", f"About card number {n}.") for n in range(300)]
    few = RetrievalSettings(candidates=20, late_articles=5)
    with stage(many, tmp_path, embedder, few) as staged:
        hits = staged.index.search(Query("card 250", limit=30))
        assert hits[0].passage.article_id == "a250"
        assert len(hits) <= 30
        assert sum(hit.late > 0 for hit in hits) == 5


def test_langchain_gets_the_same_hits(index: SearchIndex) -> None:
    found = FirstlineRetriever(index=index, limit=2).invoke("freeze my card")
    hits = index.search(Query("freeze my card", limit=2))
    assert [each.id for each in found] == [hit.passage.id for hit in hits]
    assert found[0].page_content == hits[0].passage.text
    assert found[0].metadata == {
        "article_id": "freeze",
        "passage_id": "freeze#0",
        "anchor": "",
        "heading": "Freeze your card",
        "title": "Freeze your card",
        "score": hits[0].score,
    }


def test_langchain_serves_agents_when_told(index: SearchIndex) -> None:
    retriever = FirstlineRetriever(index=index, audience=Audience.INTERNAL)
    assert retriever.invoke("secret lever")[0].metadata["article_id"] == "staff"


def test_an_article_moved_to_staff_is_gone_for_customers(
    tmp_path: Path,
    articles: list[Article],
    embedder: HashingEmbedder,
    settings: RetrievalSettings,
) -> None:
    with stage(articles, tmp_path, embedder, settings) as staged:
        staged.publish()
    moved = [
        replace(article, audience=Audience.INTERNAL) if article.id == "freeze" else article
        for article in articles
    ]
    with stage(moved, tmp_path, embedder, settings) as staged:
        assert staged.report.changed == ("freeze",)
        assert "freeze" not in ids(staged.index, "freeze your card", limit=99)
