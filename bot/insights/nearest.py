"""The articles nearest to a group of messages, and why they did not answer it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.knowledge import Knowledge
from retrieval.article import Article, Audience
from retrieval.hit import Query

_ARTICLES = 3
_LOOKED_AT = 5
_ABOUT_IT = 0.6
"""Cosine from which an article's best passage is taken to be about the message."""
_TOUCHES_IT = 0.45


class WhyNot(StrEnum):
    """Why an article did not answer."""

    MISSING = "missing"
    INCOMPLETE = "incomplete"
    NOT_FOUND = "not_found"
    OUT_OF_DATE = "out_of_date"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Nearest:
    """An article near a group.

    Attributes:
        article_id: The article.
        score: Mean cosine of its best passage with the most typical messages.
        why: Why it did not answer; ``missing`` where it is about something else.
    """

    article_id: str
    score: float
    why: WhyNot


def nearest_articles(
    knowledge: Knowledge,
    texts: Sequence[str],
    cited: Mapping[str, int],
    today: date | None = None,
    contradicted: Collection[str] = (),
    unhelpful: Collection[str] = (),
    outdated: Collection[str] = (),
) -> tuple[Nearest, ...]:
    """The nearest customer articles, best first.

    Args:
        knowledge: The knowledge base in use.
        texts: Redacted messages, the most typical first.
        cited: How often an article was cited to these customers in vain.
        today: Decides what is overdue; without it nothing is.
        contradicted: Articles that another one contradicts.
        unhelpful: Articles that most readers' votes are against.
        outdated: Articles that don't tell of a change of the product yet.
    """
    looked = texts[:_LOOKED_AT]
    total: Counter[str] = Counter()
    for text in looked:
        for hit in knowledge.index.search(Query(text, audience=Audience.CUSTOMER, limit=_ARTICLES)):
            total[hit.passage.article_id] += max(0.0, hit.dense)  # type: ignore[assignment]
    articles = knowledge.index.articles
    ranked = sorted(total, key=lambda name: (-total[name], name))[:_ARTICLES]
    found = ((articles[name], round(total[name] / len(looked), 4)) for name in ranked)
    in_vain = {*cited, *unhelpful}
    due = {name for name in ranked if today is not None and _is_overdue(articles[name], today)}
    stale = due.union(outdated)
    return tuple(
        Nearest(a.id, score, _why(a, score, in_vain, stale, contradicted)) for a, score in found
    )


def _is_overdue(article: Article, today: date) -> bool:
    """Whether the article's review is overdue; of one never reviewed nothing is known."""
    if article.reviewed_on is None:
        return False
    return article.reviewed_on + timedelta(days=article.review_days) < today


def owner_of(knowledge: Knowledge, nearest: Sequence[Nearest]) -> str:
    """Who keeps the domain that a group belongs to; empty where nobody is named."""
    articles = knowledge.index.articles
    if not nearest:
        return ""
    domain = articles[nearest[0].article_id].domain
    owners = Counter(a.owner for a in articles.values() if a.domain == domain and a.owner)
    return max(sorted(owners), key=owners.__getitem__, default="")


def _why(
    article: Article,
    score: float,
    in_vain: Collection[str],
    stale: Collection[str],
    contradicted: Collection[str],
) -> WhyNot:
    if score < _TOUCHES_IT and article.id not in in_vain:
        return WhyNot.MISSING
    if article.id in contradicted:
        return WhyNot.CONTRADICTED
    if article.id in stale:
        return WhyNot.OUT_OF_DATE
    if article.id in in_vain or score < _ABOUT_IT:
        return WhyNot.INCOMPLETE
    return WhyNot.NOT_FOUND
