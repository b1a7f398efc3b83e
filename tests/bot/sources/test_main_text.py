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
        (
            "<title>Pay abroad – Acme</title><h1>Acme</h1><header><h1>Pay abroad</h1></header>",
            "Pay abroad",
        ),
        ("<title>Pay abroad – Acme</title><h1>Acme</h1>", "Pay abroad"),
        ("<h1>Acme</h1>", "Acme"),
        ("", ""),
    ],
)
def test_a_page_without_a_heading_is_called_as_its_head_says(head: str, title: str) -> None:
    html = f"<head>{head}</head><main><p>{LONG}</p></main>"
    assert read_page(html, "https://x.example/").title == title


def test_a_page_as_zendesk_shows_it_is_its_article() -> None:
    page = read_page(
        "<head><title>Pay abroad – Acme</title></head><body><header class=header><h1>Acme</h1>"
        "<nav><a>Sign in</a></nav></header><main role=main><nav class=sub-nav>Acme</nav><article>"
        "<header class=article-header><h1 title='Pay abroad'>Pay abroad</h1>Sam, a year ago"
        f"</header><section class=article-info><div class=article-body><p>{LONG}</p></div>"
        "</section><footer><div class=article-votes>Helpful?</div></footer></article>"
        "<section class=article-relatives>More</section></main></body>",
        "https://x.example/",
    )
    assert (page.title, page.body) == ("Pay abroad", LONG)


def test_a_page_without_a_main_part_is_read_without_its_header() -> None:
    page = read_page(
        f"<title>T</title><header><a href=/in>Sign in</a> Search</header><p>{LONG}</p>",
        "https://x.example/",
    )
    assert page.body == LONG


def test_a_page_may_ask_not_to_be_found() -> None:
    assert read_page("<meta name=ROBOTS content='follow, NoIndex'>", "https://x.example/").noindex


def test_an_empty_main_part_is_not_taken_for_the_article() -> None:
    page = read_page(f"<main></main><div><h1>T</h1><p>{LONG}</p></div>", "https://x.example/")
    assert page.body == LONG
