"""How each article is: whether it is due, helps, contradicts another, can be found and read."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import numpy as np

from bot.estimate import Estimate
from bot.insights.contradictions import find_contradictions
from bot.insights.file_facts import FileFacts
from bot.insights.issue import Issue, IssueKind, gravest_first, gravity_of
from bot.insights.product_changes import ProductChange, waiting_for
from bot.intents import IntentCatalogue
from bot.reading import read
from retrieval.article import Article, Audience
from retrieval.embedder import Embedder, Floats
from retrieval.markdown import blocks, plain_text
from retrieval.references import check_links
from retrieval.source import Library

HARD_TO_READ = 10.0
"""School grade above which an article is hard to read; customers should need 6 to 8."""

LONGEST_SHORT_ANSWER = 90
"""Words of the first paragraph, which answers are quoted from."""

ENOUGH_ANSWERS = 200
"""Answers in the window from which on an article that none cites stands out."""

_DUPLICATE = 0.95
_SAME_WORDS = 0.8
_MANY = 1.0


@dataclass(frozen=True, slots=True)
class Use:
    """How an article was used in the window.

    Attributes:
        cited: Answers that cite it.
        helpful: Share that is up of the votes on its page and on answers that cite it.
        resolved: Of the conversations that cite it, those that ended without a person and without
            a complaint.
        views: Times that its page was shown on the help site.
        searches: Of these, those that a search led to.
    """

    cited: int
    helpful: Estimate
    resolved: Estimate
    views: int = 0
    searches: int = 0


@dataclass(frozen=True, slots=True)
class ArticleHealth:
    """An article's health.

    Attributes:
        article: The article.
        due: When its next review is due, counted from the import where that was all; ``None``
            where it was never reviewed.
        overdue_days: Days past that; 0 where it is not due.
        use: How it was used; ``None`` where nothing is recorded.
        issues: The gravest first.
        file: What is known of its file.
    """

    article: Article
    due: date | None
    overdue_days: int
    use: Use | None
    issues: tuple[Issue, ...] = field(default=())
    file: FileFacts = field(default_factory=FileFacts)

    @property
    def only_imported(self) -> bool:
        """Whether it was imported and nobody has reviewed it since."""
        return self.file.imported_on is not None and self.article.reviewed_on is None

    @property
    def urgency(self) -> float:
        """What the list is sorted by: gravity, raised by how often customers read the article."""
        return gravity_of(self.issues) * (_MANY + math.log1p(self.use.cited if self.use else 0))

    def record(self) -> dict[str, object]:
        """The health as JSON; other tools rely on the first five keys."""
        helpful = self.use.helpful if self.use else None
        resolved = self.use.resolved if self.use else None
        return {
            "article_id": self.article.id,
            "owner": self.article.owner,
            "due": self.due.isoformat() if self.due else None,
            "overdue_days": self.overdue_days,
            "helpful": _share(helpful),
            "issues": [issue.record() for issue in self.issues],
            "title": self.article.title,
            "path": self.article.path,
            "domain": self.article.domain,
            "reviewed_on": (
                self.article.reviewed_on.isoformat() if self.article.reviewed_on else None
            ),
            "views": self.use.views if self.use else None,
            "searches": self.use.searches if self.use else None,
            "cited": self.use.cited if self.use else None,
            "resolved_after_cited": _share(resolved),
            "imported_on": (self.file.imported_on.isoformat() if self.file.imported_on else None),
            "reading_grade": None
            if (grade := read(self.article.body).grade) is None
            or not self.article.locale.startswith("en")
            else round(grade, 1),
        }


def examine(
    library: Library,
    catalogue: IntentCatalogue,
    embedder: Embedder | None,
    changes: Sequence[ProductChange],
    uses: Mapping[str, Use],
    now: datetime,
    files: Mapping[str, FileFacts] | None = None,
) -> tuple[ArticleHealth, ...]:
    """Examine every article, what to fix first leading.

    Args:
        library: The folder as it is now.
        catalogue: Its intents; empty where there are none.
        embedder: Finds contradictions and duplicates; without one neither is looked for.
        changes: Changes of the product.
        uses: How articles were used, by id; empty where nothing is recorded.
        now: The time.
        files: What is known of their files, by id.
    """
    found: dict[str, list[Issue]] = defaultdict(list)
    if embedder is not None:
        _contradictions(library.articles, embedder, found)
        _duplicates(library.articles, embedder, found)
    _links(library, found)
    answers = sum(use.cited for use in uses.values())
    health = []
    for article in library.articles:
        use = uses.get(article.id)
        file = (files or {}).get(article.id, FileFacts())
        begun = article.reviewed_on or file.imported_on
        due = begun + timedelta(days=article.review_days) if begun else None
        own = [
            *found[article.id],
            *_untold(article, changes, now, file.written),
            *_stale(article, due, file.imported_on, now.date()),
            *_by_itself(article, catalogue),
            *_unused(article, use, answers),
        ]
        issues = gravest_first(own)
        late = max(0, (now.date() - due).days) if due else 0
        health.append(ArticleHealth(article, due, late, use, issues, file))
    return first_to_fix(health)


def with_changes(
    health: Iterable[ArticleHealth], changes: Sequence[ProductChange], now: datetime
) -> tuple[ArticleHealth, ...]:
    """An earlier examination with the changes of the product that wait now."""
    found = []
    for each in health:
        others = [issue for issue in each.issues if issue.kind is not IssueKind.PRODUCT_CHANGE]
        waiting = _untold(each.article, changes, now, each.file.written)
        issues = gravest_first([*others, *waiting])
        found.append(replace(each, issues=issues))
    return first_to_fix(found)


def first_to_fix(health: Iterable[ArticleHealth]) -> tuple[ArticleHealth, ...]:
    """The most urgent first."""
    return tuple(sorted(health, key=lambda each: (-each.urgency, each.article.id)))


def _contradictions(
    articles: Iterable[Article], embedder: Embedder, found: dict[str, list[Issue]]
) -> None:
    for pair in find_contradictions(articles, embedder):
        for here, there in ((pair.first, pair.second), (pair.second, pair.first)):
            detail = f"says “{here.text}”, while {there.article_id} says “{there.text}”"
            found[here.article_id].append(Issue(IssueKind.CONTRADICTION, detail, pair.key))


def _duplicates(
    articles: Sequence[Article], embedder: Embedder, found: dict[str, list[Issue]]
) -> None:
    shown = [article for article in articles if article.audience is Audience.CUSTOMER]
    texts = [f"{article.title}\n{plain_text(article.body)}" for article in shown]
    if len(shown) < 2:
        return
    vectors: Floats = embedder.embed(texts)
    words = [frozenset(text.lower().split()) for text in texts]
    near = np.argwhere(np.triu(vectors @ vectors.T >= _DUPLICATE, 1))
    for row, column in near.tolist():
        mine, theirs = words[row], words[column]
        shared = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
        if shared < _SAME_WORDS or shown[row].locale != shown[column].locale:
            continue
        for here, there in ((row, column), (column, row)):
            detail = f"says nearly the same as {shown[there].id}: make one article of both"
            found[shown[here].id].append(Issue(IssueKind.NEAR_DUPLICATE, detail))


def _links(library: Library, found: dict[str, list[Issue]]) -> None:
    by_path = {article.path: article.id for article in library.articles}
    for problem in check_links(library):
        if problem.path in by_path:
            detail = f"line {problem.line}: {problem.message}"
            found[by_path[problem.path]].append(Issue(IssueKind.BROKEN_LINK, detail))


def _by_itself(article: Article, catalogue: IntentCatalogue) -> Iterator[Issue]:
    if article.audience is not Audience.CUSTOMER:
        return
    yield from _as_answer(article)
    served = [catalogue.intents[name] for name in article.intents if name in catalogue.intents]
    if catalogue.intents and not any(intent.examples for intent in served):
        why = "no intent of it has example messages" if served else "it serves no intent"
        yield Issue(IssueKind.NO_EXAMPLES, f"{why}: it is only found by its own words")


def _untold(
    article: Article,
    changes: Sequence[ProductChange],
    now: datetime,
    written: datetime | None,
) -> Iterator[Issue]:
    for waiting in waiting_for(article, changes, now, written):
        clock = "past the 48 hours" if waiting.late else "within the 48 hours"
        yield Issue(
            IssueKind.PRODUCT_CHANGE,
            f"{waiting.change.id}: {waiting.change.what}; {waiting.hours:.0f} hours ago, {clock}",
        )


def _stale(
    article: Article, due: date | None, imported_on: date | None, today: date
) -> Iterator[Issue]:
    """Whether a review is overdue; what was imported is due as if it had been reviewed then."""
    if due is None:
        why = "nobody has reviewed it: put reviewed_on in its front matter"
    elif due >= today:
        return
    else:
        reviewed = f"reviewed on {article.reviewed_on}"
        was = reviewed if article.reviewed_on else f"imported on {imported_on}, never reviewed"
        why = f"{was}, due on {due}, {(today - due).days} days ago"
    yield Issue(IssueKind.STALE, why)


def _as_answer(article: Article) -> Iterator[Issue]:
    """What keeps an article from being a good answer."""
    first = next(iter(blocks(article.body)), None)
    if first is None or first.kind != "paragraph" or first.heading is not None:
        yield Issue(
            IssueKind.NO_SHORT_ANSWER, "does not begin with a paragraph that answers by itself"
        )
    elif (words := len(plain_text(first.text).split())) > LONGEST_SHORT_ANSWER:
        yield Issue(
            IssueKind.NO_SHORT_ANSWER,
            f"its first paragraph has {words} words; {LONGEST_SHORT_ANSWER} are quoted with ease",
        )
    grade = read(article.body).grade
    if article.locale.startswith("en") and grade is not None and grade > HARD_TO_READ:
        yield Issue(
            IssueKind.READING_GRADE, f"reads at school grade {grade:.0f}; 6 to 8 suits everybody"
        )


def _unused(article: Article, use: Use | None, answers: int) -> Iterator[Issue]:
    if article.audience is not Audience.CUSTOMER or answers < ENOUGH_ANSWERS:
        return
    if use is None or use.cited == 0:
        yield Issue(IssueKind.NEVER_CITED, f"none of {answers} citations is of it")


def _share(estimate: Estimate | None) -> dict[str, float | int | None]:
    if estimate is None:
        return {"value": None, "low": None, "high": None, "n": 0}
    return {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
    }
