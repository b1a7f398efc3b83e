"""Plants wrong values, overdue reviews and changes of the product in the built-in articles."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import yaml

from bot.insights.product_changes import ProductChange
from retrieval.article import Article, Audience
from tests.test_kb_content import KB

WRONG_FACTS = 40
OVERDUE = 20
CHANGED = 20
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
SENTENCES = yaml.safe_load(Path(__file__).with_name("planted.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Planted:
    """The articles with what is wrong in them.

    Attributes:
        articles: All of them.
        wrong: Each planted value: the article and what now stands there.
        overdue: Articles whose review is overdue.
        changes: Changes that wait.
    """

    articles: tuple[Article, ...]
    wrong: tuple[tuple[str, str], ...]
    overdue: frozenset[str]
    changes: tuple[ProductChange, ...]


def plant(articles: Sequence[Article], now: datetime) -> Planted:
    """One hundred cases: 40 values replaced, 20 sentences added, 20 reviews, 20 changes."""
    made = {a.id: replace(a, reviewed_on=now.date(), review_days=180) for a in articles}
    wrong = []
    for name, sentence in SENTENCES.items():
        made[name] = replace(made[name], body=f"{made[name].body}\n\n{sentence}\n")
        wrong.append((name, sentence))
    for name, before, after in _replaced(made):
        made[name] = replace(made[name], body=made[name].body.replace(before, after))
        wrong.append((name, after))
    names = sorted(name for name, a in made.items() if a.audience is Audience.CUSTOMER)
    overdue = names[:OVERDUE]
    for name in overdue:
        made[name] = replace(made[name], reviewed_on=date(2024, 1, 1))
    changes = tuple(
        ProductChange(id=f"change-{n}", at=now + timedelta(days=-3), what="new", articles=(name,))
        for n, name in enumerate(names[OVERDUE : OVERDUE + CHANGED])
    )
    for change in changes:
        name = change.articles[0]
        made[name] = replace(made[name], reviewed_on=date(2026, 11, 1))
    return Planted(tuple(made.values()), tuple(wrong), frozenset(overdue), changes)


def _replaced(articles: Mapping[str, Article]) -> Iterator[tuple[str, str, str]]:
    """One wrong value for each of the first facts that several articles tell."""
    facts = yaml.safe_load((KB / "facts.yaml").read_text(encoding="utf-8"))["facts"]
    found, used = 0, set(SENTENCES)
    for name, fact in facts.items():
        number = _NUMBER.search(fact["value"])
        told = [
            a
            for a in fact["articles"]
            if fact["text"] in articles[a].body and articles[a].audience is Audience.CUSTOMER
        ]
        free = [a for a in told if a not in used]
        if "line" in name or "hours" in name or number is None or len(told) < 2 or not free:
            continue  # telephone numbers are several, opening hours stand word for word
        text = _NUMBER.sub(_doubled, fact["text"])
        used.add(free[0])
        yield free[0], fact["text"], text
        found += 1
        if found == WRONG_FACTS:
            return


def _doubled(number: re.Match[str]) -> str:
    return f"{float(number.group().replace(',', '')) * 2 + 1:g}"
