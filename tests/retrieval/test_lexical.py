from concurrent.futures import ThreadPoolExecutor
from math import log
from typing import Any

import numpy as np
import pytest

from retrieval.config import RetrievalSettings
from retrieval.corpus import Corpus, in_index_order
from retrieval.hit import Query
from retrieval.lexical import LexicalIndex, build_lexical
from retrieval.spelling import Speller
from retrieval.splitter import split_article
from retrieval.words import index_terms, query_terms


def lexical(*articles: Any) -> tuple[Corpus, LexicalIndex]:
    ordered = tuple(in_index_order(articles))
    passages = tuple(p for a in ordered for p in split_article(a, RetrievalSettings()))
    corpus = Corpus(ordered, passages)
    return corpus, build_lexical(corpus, k1=1.5, b=0.75, title_repeats=1)


def best(text: str, *articles: Any) -> str:
    corpus, index = lexical(*articles)
    scores = index.match(text, corpus.visible(Query(text))).scores
    return corpus.passages[int(scores.argmax())].article_id if scores.any() else ""


@pytest.mark.parametrize(
    ("text", "language", "terms"),
    [
        ("Transferring CARDS", "en", ["transfer", "card"]),
        ("the customer's card", "en", ["custom", "card"]),
        ("--max-pool-size", "en", ["max", "pool", "size", "maxpoolsize"]),
        ("maxPoolSize", "en", ["max", "pool", "size", "maxpoolsize"]),
        ("Überweisungen", "de", ["uberweis"]),
        ("ｃａｒｄ ５", "en", ["card", "5"]),
        ("cards", "xx", ["cards"]),
    ],
)
def test_terms(text: str, language: str, terms: list[str]) -> None:
    assert query_terms(text, language) == terms


def test_light_words_count_only_when_there_are_no_others() -> None:
    assert query_terms("how do I pay", "en") == ["pay"]
    assert query_terms("who are you", "en") == index_terms("who are you", "en")


def test_scores_follow_the_formula(make: Any) -> None:
    corpus, index = lexical(make("a", "x", "card card fee"), make("b", "y", "fee"))
    scores = index.match("card", corpus.visible(Query(""))).scores
    # One of two passages holds it: idf = ln(1 + 1.5/1.5); lengths 4 and 2, mean 3.
    expected = log(2) * 2 * 2.5 / (2 + 1.5 * (0.25 + 0.75 * 4 / 3))
    assert scores == pytest.approx([expected, 0], rel=1e-5)


@pytest.mark.parametrize(
    ("query", "winner"),
    [
        ("frezze my card", "freeze"),  # letters swapped or missing
        ("trasnfer", "transfer"),
        ("freeze", "freeze"),
        ("xqzzy", ""),
        ("fee", "fee"),  # too short to be corrected
        ("fex", ""),
    ],
)
def test_slips_of_the_finger_still_match(make: Any, query: str, winner: str) -> None:
    articles = (make("freeze", "Freeze"), make("transfer", "Transfer"), make("fee", "Fee"))
    assert best(query, *articles) == winner


def test_spelling_knows_one_edit_and_no_more() -> None:
    speller = Speller(["freeze", "freezer", "breeze", "squeeze", "4711"])
    assert speller.near("freeze") == (0, 1, 2)
    assert speller.near("fereze") == (0,)
    assert speller.near("frz") == ()
    assert speller.near("4712") == ()


def test_what_is_too_long_for_a_word_is_never_spelt() -> None:
    longest, longer = "abcde" * 6, "abcde" * 6 + "f"
    speller = Speller([longest, longer])
    assert speller.near(longest[:-1]) == (0,)
    assert speller.near(longer) == ()

    class Unread(str):
        """A word none of whose letters may be looked at."""

        __slots__ = ()

        def __getitem__(self, place: object) -> str:
            raise AssertionError(f"letter {place} was looked at")

    assert speller.near(Unread("z" * 50_000)) == ()


def test_statistics_come_from_what_the_reader_may_see(make: Any) -> None:
    from retrieval.article import Audience  # noqa: PLC0415 (one test)

    open_ = [make("a", "x", "card"), make("b", "y", "fee")]
    hidden = [make(f"s{n}", "z", "card", audience=Audience.INTERNAL) for n in range(9)]
    corpus, index = lexical(*open_, *hidden)
    alone_corpus, alone = lexical(*open_)
    seen = index.match("card", corpus.visible(Query(""))).scores
    assert np.allclose(seen[:2], alone.match("card", alone_corpus.visible(Query(""))).scores)
    assert not seen[2:].any()


def test_threads_share_an_index(make: Any) -> None:
    corpus, index = lexical(make("a", "Freezing cards"), make("b", "Transfers"))
    runs = corpus.visible(Query(""))
    with ThreadPoolExecutor(8) as pool:
        texts = [f"freezing cards {n}" for n in range(64)]
        found = list(pool.map(lambda text: index.match(text, runs).scores[0], texts))
    assert len(set(found)) == 1


def test_an_empty_index_answers_nothing() -> None:
    corpus, index = lexical()
    assert len(index.match("card", corpus.visible(Query(""))).scores) == 0


def test_a_plain_match_is_a_passage_with_each_word_once(make: Any) -> None:
    corpus, index = lexical(make("a", "card", "fee"), make("b", "other", "words"))
    match = index.match("card fee", corpus.visible(Query("")))
    assert match.plain == pytest.approx(match.scores.max(), rel=1e-5)


def test_a_word_that_nobody_uses_makes_a_match_less_full(make: Any) -> None:
    corpus, index = lexical(make("a", "card", "fee"), make("b", "other", "words"))
    runs = corpus.visible(Query(""))
    known, unknown = (index.match(text, runs) for text in ("card fee", "card fee zeppelin"))
    assert known.scores.tolist() == unknown.scores.tolist()
    assert unknown.plain > known.plain
