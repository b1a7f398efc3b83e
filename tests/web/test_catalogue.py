from dataclasses import replace

from bot.web.catalogue import Catalogue, article_url, domain_title
from retrieval.article import Audience
from tests.web.installation import ARTICLES, article


def test_an_internal_article_does_not_exist_for_customers() -> None:
    catalogue = Catalogue(ARTICLES, common=["desk-freeze", "top-up"])
    assert catalogue.article("desk-freeze", Audience.CUSTOMER) is None
    assert catalogue.at("internal/desk-freeze.md", Audience.CUSTOMER) is None
    assert catalogue.article("desk-freeze", Audience.INTERNAL) is not None
    assert "desk-freeze" not in {article.id for article in catalogue.customer_articles}
    assert catalogue.common(9)[0].id == "top-up"
    assert "desk-freeze" not in {article.id for article in catalogue.common(9)}
    assert all(a.id != "desk-freeze" for d in catalogue.domains for a in d.articles)


def test_domains_come_fullest_first_and_by_id() -> None:
    catalogue = Catalogue(ARTICLES)
    assert [domain.id for domain in catalogue.domains] == ["cards", "top-ups"]
    found = catalogue.domain("top-ups")
    assert found is not None
    assert found.url == "/domains/top-ups"
    assert catalogue.domain("nothing") is None


def test_related_articles_share_a_domain_or_tag_and_leave_out_the_article_itself() -> None:
    catalogue = Catalogue(ARTICLES)
    related = catalogue.related(ARTICLES[0], 5)
    assert [article.id for article in related] == ["replace-card", "top-up"]


def test_addresses_are_quoted() -> None:
    assert article_url("a/b c", "x y") == "/articles/a/b%20c#x%20y"
    assert article_url("a", staff=True) == "/staff/articles/a"
    assert article_url('"><script>') == "/articles/%22%3E%3Cscript%3E"


def test_domains_are_put_in_words() -> None:
    assert domain_title("top-ups") == "Top-ups"
    assert domain_title("cards_and_pins") == "Cards and pins"
    assert domain_title("getting-started") == "Getting started"
    assert domain_title("our-shop") == "Our shop"
    assert domain_title("e-bikes") == "E-bikes"
    assert domain_title("how-to-pay") == "How to pay"
    assert domain_title("01-basics") == "Basics"
    assert domain_title("") == "Other topics"


def test_suggestions_take_turns_among_the_domains() -> None:
    assert Catalogue(ARTICLES).suggestions(2) == ("How to freeze your card", "How to top up")


def test_suggestions_are_questions_where_there_are_enough() -> None:
    asked = [article(f"q{i}", f"Question {i}?", "Yes.", domain="faq") for i in range(3)]
    long = article("long", f"Is this {'very ' * 20}long?", "Yes.", domain="a")
    hidden = article("hidden", "Who is that?", "Nobody.", domain="b", internal=True)
    catalogue = Catalogue([*ARTICLES, *asked, long, hidden])
    assert catalogue.suggestions(3) == ("Question 0?", "Question 1?", "Question 2?")
    assert catalogue.suggestions(4)[0] == "Question 0?"
    assert "How to freeze your card" in catalogue.suggestions(4)


def test_without_articles_nothing_is_suggested() -> None:
    assert Catalogue([]).suggestions(3) == ()


def test_nothing_is_common_where_no_intent_says_so() -> None:
    assert Catalogue([replace(each, intents=()) for each in ARTICLES]).common(9) == ()


def test_staff_see_every_article_on_its_shelf() -> None:
    shelves = Catalogue(ARTICLES).shelves
    assert [(shelf.id, len(shelf.articles)) for shelf in shelves] == [("cards", 3), ("top-ups", 1)]
    assert shelves[0].articles[0].title == "Freezing for a caller"
