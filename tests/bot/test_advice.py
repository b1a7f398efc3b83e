from datetime import date

from bot.advice import first_steps
from retrieval.article import Article, Audience

STEPS = (
    "Lead. Second.\n\n## Do this first\n1. Open `Cards → Freeze`.\n2. Call [us](a.md).\n\n## More\n"
)


def article(id_: str, body: str, *intents: str, audience: Audience = Audience.CUSTOMER) -> Article:
    return Article(
        id=id_, title=id_.title(), body=body, path=f"{id_}.md", owner="", domain="cards",
        audience=audience, locale="en", intents=intents, reviewed_on=date(2026, 1, 1),
        review_days=180, tags=(), revision="0" * 12,
    )  # fmt: skip


def test_the_closest_article_says_its_first_steps() -> None:
    wide = article("overview", "Call us.", "lost", "stolen")
    near = article("lost", STEPS, "lost")
    assert first_steps([wide, near], "lost") == "\n1. Open Cards → Freeze.\n2. Call us.\n(Lost)"
    assert first_steps([wide, near], "stolen") == "Call us. (Overview)"


def test_without_steps_the_first_sentences_are_said() -> None:
    assert first_steps([article("a", "One.\nTwo. Three.\n\nFour.", "x")], "x") == "One. Two. (A)"


def test_an_internal_article_advises_nobody() -> None:
    hidden = article("a", STEPS, "x", audience=Audience.INTERNAL)
    assert first_steps([hidden], "x") is None
    assert first_steps([], "x") is None


def test_who_waits_in_the_chat_is_not_sent_there() -> None:
    body = "## Do this first\n1. Freeze it.\n2. Choose **Talk to a person**. Or call 123.\n"
    assert first_steps([article("a", body, "x")], "x") == "\n1. Freeze it.\n2. Or call 123.\n(A)"
