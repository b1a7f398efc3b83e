from datetime import date
from pathlib import Path

from bot.insights.nearest import WhyNot, nearest_articles
from tests.bot.small_knowledge import holder, index_small, write_small


def test_an_article_that_a_product_change_waits_for_is_out_of_date(tmp_path: Path) -> None:
    index_small(write_small(tmp_path / "kb"), tmp_path / "data")
    knowledge = holder(tmp_path / "data").current()
    texts = ["how do i top up"]
    (article, *_) = nearest_articles(knowledge, texts, {"top-up": 1})
    assert (article.article_id, article.why) == ("top-up", WhyNot.INCOMPLETE)
    (article, *_) = nearest_articles(knowledge, texts, {"top-up": 1}, outdated={"top-up"})
    assert article.why is WhyNot.OUT_OF_DATE
    late = date(2100, 1, 1)
    (article, *_) = nearest_articles(knowledge, texts, {"top-up": 1}, late)
    assert article.why is WhyNot.INCOMPLETE  # nobody reviewed it: nothing says that it is old
    page = tmp_path / "kb" / "top-up.md"
    page.write_text(page.read_text().replace("---\n", "---\nreviewed_on: 2026-01-01\n", 1))
    index_small(tmp_path / "kb", tmp_path / "data")
    knowledge = holder(tmp_path / "data").current()
    (article, *_) = nearest_articles(knowledge, texts, {"top-up": 1}, late)
    assert article.why is WhyNot.OUT_OF_DATE
