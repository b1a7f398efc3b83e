from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.config import load_settings
from bot.insights.contradictions import find_contradictions
from bot.insights.health import examine
from bot.insights.issue import IssueKind
from bot.insights.statements import statements_of
from bot.intents import IntentCatalogue
from bot.wiring import open_embedder
from retrieval.article import Article, Audience
from retrieval.embedder import Embedder
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.source import read_folder
from tests.bot.insights.planting import plant
from tests.test_kb_content import KB

PAIRS = yaml.safe_load(Path(__file__).with_name("sentence_pairs.yaml").read_text(encoding="utf-8"))


def article(name: str, body: str, audience: Audience = Audience.CUSTOMER) -> Article:
    return Article(
        name, name, body, f"{name}.md", "", "", audience, "en", (), None, 180, (), "0" * 12
    )


def found(first: str, second: str, embedder: Embedder | None = None) -> bool:
    pair = [article("a", first), article("b", second)]
    return bool(find_contradictions(pair, embedder or HashingEmbedder()))


@pytest.mark.parametrize(
    ("first", "second", "contradict"),
    [
        ("Parking costs £4 an hour.", "Parking costs £5 an hour.", True),
        ("The trial lasts 14 days.", "The trial lasts 30 days.", True),
        ("The trial lasts 14 days.", "The trial lasts two weeks.", False),
        ("The trial lasts 14 days.", "The trial lasts 14 days.", False),
        ("Parking costs £4 an hour.", "Parking costs £20 a day.", False),
        ("Orders before 14:00 ship at once.", "Orders after 16:00 ship at once.", False),
        ("Small lockers cost £2.", "Large lockers cost £4.", False),
        ("Call us on 0800 123 4567.", "Call us on 0800 765 4321.", False),
        ("The pool opens at 7:00.", "The pool is warm.", False),
        (
            "The library opens on Mondays and Fridays.",
            "The library opens on Tuesdays and Fridays.",
            True,
        ),
        ("A refund takes up to 30 days.", "A refund takes up to one month.", False),
        ("A refund takes 3 to 5 days.", "A refund takes up to 5 days.", False),
        # Two countries, plans, days or years are two rules.
        ("In Italy drivers must be 23.", "In Portugal drivers must be 21.", False),
        ("On the Basic plan files may be 5 MB.", "On the Team plan files may be 9 MB.", False),
        ("On Saturdays we close at 15:00.", "On Mondays we close at 18:00.", False),
        ("In 2025 a bin costs £48.", "In 2026 a bin costs £52.", False),
        ("In Italy drivers must be 23.", "In Italy drivers must be 21.", True),
        ("The form closes on 31 March.", "The form closes on 28 February.", True),
        ("The form closes on 31 March.", "The form closes on March 31.", False),
        ("Open Settings > Cards > Limits to change it.", "Open Cards > Limits to change it.", True),
    ],
)
def test_only_what_cannot_both_be_true_contradicts(
    first: str, second: str, contradict: bool
) -> None:
    assert found(first, second) is contradict
    assert found(second, first) is contradict


def test_rows_of_tables_and_parts_of_sentences_are_compared_too() -> None:
    table = "| Ticket | Price |\n|---|---|\n| Monthly | €49 |\n| Single | €3 |\n"
    rows = [statement.text for statement in statements_of(article("a", table))]
    assert {"Monthly: Price: €49", "Single: Price: €3"} <= set(rows)
    assert found("Adults pay £12, and the town shuttle costs £9.", "The town shuttle costs £7.")


def test_an_article_may_change_its_mind_and_internal_ones_are_left_out() -> None:
    both = article("a", "The trial lasts 14 days.\n\nThe trial lasts 30 days.")
    notes = article("b", "The trial lasts 60 days.", Audience.INTERNAL)
    assert find_contradictions([both, notes], HashingEmbedder()) == ()


@pytest.fixture(scope="module")
def embedder(kestrel_data: Path) -> Embedder:
    found = open_embedder(load_settings({"data": kestrel_data}), kestrel_data)
    assert found is not None
    return found


@pytest.mark.model
def test_pairs_that_contradict_are_told_from_near_misses(embedder: Embedder) -> None:
    written = [(kind, *pair) for kind, pairs in PAIRS.items() for pair in pairs]
    articles = [
        article(f"{side}{number}", text)
        for number, (_, *pair) in enumerate(written)
        for side, text in zip("ab", pair, strict=True)
    ]
    told = {
        (c.first.article_id, c.second.article_id) for c in find_contradictions(articles, embedder)
    }
    said = [
        kind for number, (kind, *_) in enumerate(written) if (f"a{number}", f"b{number}") in told
    ]
    hits = said.count("contradict")
    assert hits / len(PAIRS["contradict"]) >= 0.9
    assert hits / len(said) >= 0.9


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "A withdrawal can stay pending for up to 3 working days.",
            "A transfer can stay pending for up to 1 working day.",
        ),
        (
            "£50 is above the allowance, so you pay £1 for the withdrawal.",
            "£400 is above the allowance, so you pay £8 for the withdrawal.",
        ),
        (
            "Any other bank (SWIFT) costs £5 when you add money.",
            "To any bank by SWIFT it costs £4.50 when you send a transfer.",
        ),
        (
            "Cash is free up to £200 a month.",
            "Cash has a limit of £1,500 a month.",
        ),
        (
            "| How | Most in a day |\n|---|---|\n| Card, Apple Pay | £2,500 a day by card |",
            "| How | Longest |\n|---|---|\n| Card, Apple Pay | up to 1 working day |",
        ),
    ],
)
def test_other_deeds_examples_and_measures_are_no_contradictions(first: str, second: str) -> None:
    assert not found(first, second)


@pytest.mark.model
def test_of_a_hundred_planted_cases_most_are_found_and_little_else(embedder: Embedder) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    planted = plant(read_folder(KB).articles, now)
    hits: set[object] = set()
    false = 0
    for pair in find_contradictions(planted.articles, embedder):
        own = {
            (name, text)
            for name, text in planted.wrong
            for each in (pair.first, pair.second)
            if each.article_id == name and (text in each.text or each.text.strip(".") in text)
        }
        hits |= own
        false += not own
    wanted = {(name, IssueKind.STALE) for name in planted.overdue} | {
        (change.articles[0], IssueKind.PRODUCT_CHANGE) for change in planted.changes
    }
    library = replace(read_folder(KB), articles=planted.articles)
    found = {
        (each.article.id, issue.kind)
        for each in examine(library, IntentCatalogue(), None, planted.changes, {}, now)
        for issue in each.issues
        if issue.kind in {IssueKind.STALE, IssueKind.PRODUCT_CHANGE}
    }
    assert len(planted.wrong) + len(wanted) == 100
    right = len(hits) + len(found & wanted)
    assert right >= 90
    assert right / (right + false + len(found - wanted)) >= 0.8
