import pytest

from bot.sources.main_text import read_page

LONG = "You can pay abroad with it in more than forty countries without a fee."


def test_a_page_is_its_article_without_what_surrounds_it() -> None:
    page = read_page(
        "<html lang=en-GB><head><title>Pay abroad – Help</title>"
        "<link rel=canonical href=/abroad></head><body><nav>Home</nav>"
        f"<main><div class='breadcrumbs'>Help</div><article><h1>Pay abroad</h1><p>{LONG}</p>"
        "<div class='article-votes'>Was this helpful?</div></article><aside>See too</aside></main>"
        "<footer>All rights</footer></body></html>",
        "https://help.example.com/a",
    )
    assert (page.title, page.body) == ("Pay abroad", LONG)
    assert (page.locale, page.canonical, page.noindex) == ("en-GB", "/abroad", False)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Pay abroad | Example Help</title>", "Pay abroad"),
        ("<title>Pay-as-you-go</title>", "Pay-as-you-go"),
        ("<meta property='og:title' content='Pay  abroad'><title>x</title>", "Pay abroad"),
        ("", ""),
    ],
)
def test_a_page_without_a_heading_is_called_as_its_head_says(head: str, title: str) -> None:
    assert read_page(f"<head>{head}</head><p>{LONG}</p>", "https://x.example/").title == title


def test_a_page_may_ask_not_to_be_found() -> None:
    assert read_page("<meta name=ROBOTS content='follow, NoIndex'>", "https://x.example/").noindex


def test_an_empty_main_part_is_not_taken_for_the_article() -> None:
    page = read_page(f"<main></main><div><h1>T</h1><p>{LONG}</p></div>", "https://x.example/")
    assert page.body == LONG
