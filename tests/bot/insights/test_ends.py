from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.errors import ConfigurationError
from bot.insights.driver_marks import EndsBy, Mark, Marks, parse_marks
from bot.insights.ends import End, Known, ends_of
from bot.insights.product_changes import ProductChange
from retrieval.article import Article, Audience

ASK = ("c", "where do I park")
ANSWER = ("a", "answer", "parking")


def mark(ends_by: EndsBy) -> Known:
    return Known(Marks({"park": Mark(ends_by=ends_by, why="we know")}))


def handoff(reason: str) -> tuple[str, str, str]:
    return ("a", "handoff", reason)


@pytest.mark.parametrize(
    ("turns", "unmarked", "article", "product", "agent"),
    [
        ((ANSWER,), "answered", "answered", "product", "answered"),
        ((handoff("no_article"),), "article", "article", "product", "agent"),
        ((handoff("low_confidence"),), "article", "article", "product", "agent"),
        ((handoff("customer_asked"),), "agent", "agent", "product", "agent"),
        ((ANSWER, ASK, handoff("high_risk")), "agent", "agent", "product", "agent"),
        ((ANSWER, ASK, handoff("repeated")), "unknown", "unknown", "product", "agent"),
        ((handoff("failure"),), "unknown", "article", "product", "agent"),
        ((("a", "clarify"),), "unknown", "article", "product", "agent"),
        ((), "unknown", "article", "product", "agent"),
    ],
)
def test_records_and_the_owners_mark_tell_who_could_end_a_contact(
    said: Any, turns: Any, unmarked: str, article: str, product: str, agent: str
) -> None:
    one = said(ASK, *turns)
    for known, end in (
        (Known(), unmarked),
        (mark(EndsBy.ARTICLE), article),
        (mark(EndsBy.PRODUCT), product),
        (mark(EndsBy.AGENT), agent),
    ):
        assert ends_of([(one, "park")], known)[one.conversation_id].by == end


def test_an_article_that_was_cited_in_vain_ends_nothing(said: Any) -> None:
    first, again = said(ASK, ANSWER, customer="u"), said(ASK, ANSWER, customer="u", days=3)
    other = said(ASK, ANSWER, customer="u", days=20)
    for known in (Known(), mark(EndsBy.ARTICLE)):
        ends = ends_of([(each, "park") for each in (first, again, other)], known)
        assert [each.by for each in ends.values()] == ["unknown", "answered", "answered"]
    unhelpful = said(ASK, ANSWER, unhelpful=1)
    assert ends_of([(unhelpful, "park")], Known())[unhelpful.conversation_id].by is End.ARTICLE


def test_a_gap_may_be_marked_and_leads_over_its_intent(said: Any) -> None:
    one = said(ASK, handoff("no_article"))
    marks = Marks(
        {"park": Mark(ends_by=EndsBy.ARTICLE, why="a")},
        {"gap-1": Mark(ends_by=EndsBy.PRODUCT, why="b")},
    )
    known = Known(marks, {one.conversation_id: "gap-1"})
    assert ends_of([(one, "park")], known)[one.conversation_id].by is End.PRODUCT


def article(reviewed_on: date) -> Article:
    return Article(
        "parking", "Parking", "Park.", "parking.md", "", "yard", Audience.CUSTOMER, "en", ("park",),
        reviewed_on, 180, (), "r",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("after", "reviewed_on", "end"),
    [
        (9, date(2026, 10, 20), "product"),
        (9, date(2026, 10, 1), "article"),  # which doesn't tell of the change yet
        (2, date(2026, 10, 20), "unknown"),  # may be chance
    ],
)
def test_what_comes_right_after_a_change_of_the_product_is_the_products(
    said: Any, after: int, reviewed_on: date, end: str
) -> None:
    change = ProductChange(
        id="x", at=datetime(2026, 10, 20, tzinfo=UTC), what="Bays move.", articles=("parking",)
    )
    clarify = ("a", "clarify")
    rows = [(said(ASK, clarify), "park"), (said(ASK, clarify, days=17), "park")]
    rows += [(said(ASK, clarify, days=20), "park") for _ in range(after)]
    known = Known(
        articles={"park": [article(reviewed_on)]},
        changes=(change,),
        now=change.at + timedelta(days=9),
    )
    ends = list(ends_of(rows, known).values())
    assert {each.by for each in ends[:2]} == {End.UNKNOWN}
    assert {each.by.value for each in ends[2:]} == {end}


@pytest.mark.parametrize(
    "text",
    [
        "intents: {a: {ends_by: magic, why: b}}",
        "intents: {a: {ends_by: agent}}",
        "intents: {a: {ends_by: agent, why: ' '}}",
        "gaps: {a: {ends_by: agent, why: b}}",
        "intnts: {}",
        "- a",
        "a: [",
    ],
)
def test_a_wrong_mark_is_named(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"drivers\.yaml: "):
        parse_marks(text)
