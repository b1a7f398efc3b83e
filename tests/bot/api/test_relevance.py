import pytest

from bot.api.relevance import relevant, says
from retrieval.article import Article, Passage
from retrieval.hit import Hit
from tests.web.installation import ARTICLES

FREEZE, REPLACE, TOP_UP = ARTICLES[:3]


def found(article: Article, dense: float, title: float = 0.0) -> tuple[Hit, Article]:
    passage = Passage(f"{article.id}#0", article.id, "", "", article.body.split("\n\n")[0])
    return Hit(passage, 1.0, dense, 1.0, 0.5, title), article


def shown(query: str, *hits: tuple[Hit, Article]) -> list[str]:
    return [article.id for _, article in relevant(hits, query)]


def test_nonsense_finds_nothing_though_something_is_nearest() -> None:
    assert shown("asdfgh qwerty", found(FREEZE, 0.29, 0.25), found(REPLACE, 0.2)) == []


def test_what_is_near_by_meaning_is_shown_whatever_its_words() -> None:
    assert shown("stop my plastic", found(FREEZE, 0.5), found(REPLACE, 0.2)) == ["freeze-card"]
    assert shown("stop my plastic", found(FREEZE, 0.1, 0.4)) == ["freeze-card"]


def test_what_is_much_further_than_the_best_is_left_out() -> None:
    hits = found(FREEZE, 0.7), found(REPLACE, 0.5), found(TOP_UP, 0.45)
    assert shown("stop my plastic", *hits) == ["freeze-card", "replace-card"]


def test_without_vectors_words_decide() -> None:
    assert shown("top up", found(FREEZE, 0.0), found(TOP_UP, 0.0)) == ["top-up"]


@pytest.mark.parametrize(
    ("query", "share"),
    [
        ("freeze", 1.0),
        ("how do I freeze it", 1.0),
        ("freezing cards", 1.0),
        ("freese", 1.0),
        ("undo fre", 1.0),
        ("fre undo", 0.5),
        ("freeze pizza", 0.5),
        ("a", 0.0),
        ("", 0.0),
        ("qwerty", 0.0),
    ],
)
def test_words_count_by_share_with_slips_and_beginnings(query: str, share: float) -> None:
    hit, article = found(FREEZE, 0.0)
    assert says(article, hit, query) == pytest.approx(share)
