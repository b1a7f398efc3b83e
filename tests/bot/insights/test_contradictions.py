from pathlib import Path

import pytest
import yaml

from bot.config import load_settings
from bot.insights.contradictions import find_contradictions, statements_of
from bot.wiring import open_embedder
from retrieval.article import Article, Audience
from retrieval.embedder import Embedder
from retrieval.embedder_hashing import HashingEmbedder

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
    assert found("Adults pay £12, and the shuttle costs £9.", "Note that the shuttle costs £7.")


def test_an_article_may_change_its_mind_and_internal_ones_are_left_out() -> None:
    both = article("a", "The trial lasts 14 days.\n\nThe trial lasts 30 days.")
    notes = article("b", "The trial lasts 60 days.", Audience.INTERNAL)
    assert find_contradictions([both, notes], HashingEmbedder()) == ()


@pytest.mark.model
def test_planted_contradictions_are_found_and_near_misses_are_not(kestrel_data: Path) -> None:
    embedder = open_embedder(load_settings({"data": kestrel_data}), kestrel_data)
    assert embedder is not None
    hits = sum(found(first, second, embedder) for first, second in PAIRS["contradict"])
    false = sum(found(first, second, embedder) for first, second in PAIRS["agree"])
    assert hits / len(PAIRS["contradict"]) >= 0.9
    assert hits / (hits + false) >= 0.9
