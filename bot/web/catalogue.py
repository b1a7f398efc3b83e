"""The articles as the help site shows them: by id, by path, by domain, and their neighbours."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from urllib.parse import quote

from retrieval.article import Article, Audience

_ASKABLE = 60
"""Characters of a title that still fits on a button."""
_NUMBER = re.compile(r"^\d+[ .-]+")
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Domain:
    """A group of articles.

    Attributes:
        id: As in the front matter; part of the address.
        title: The same in words.
        articles: By title.
    """

    id: str
    title: str
    articles: tuple[Article, ...]

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/domains/{quote(self.id, safe='')}"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One line of a result list.

    Attributes:
        article_id: The article.
        title: Its title.
        domain: Its domain, as in the front matter.
        url: Address of its page, with the anchor of the passage.
        excerpt: One sentence that matches, plain text.
        internal: Whether only staff may read it.
    """

    article_id: str
    title: str
    domain: str
    url: str
    excerpt: str
    internal: bool = False


class Catalogue:
    """The articles of one index generation, for reading.

    Args:
        articles: All of them; internal ones are kept for staff and hidden from everybody else.
        common: Ids of the articles that most people need, best first; those that serve the most
            intents when empty.
    """

    def __init__(self, articles: Iterable[Article], common: Sequence[str] = ()) -> None:
        self._by_id = {article.id: article for article in articles}
        self._by_path = {article.path: article for article in self._by_id.values()}
        self._common = tuple(common)
        self._domains = _domains(self.customer_articles)

    @property
    def ids(self) -> frozenset[str]:
        """Ids of all articles, internal ones included."""
        return frozenset(self._by_id)

    @property
    def customer_articles(self) -> tuple[Article, ...]:
        """What a customer may read, by title."""
        return tuple(
            sorted(
                (a for a in self._by_id.values() if a.audience is Audience.CUSTOMER),
                key=_by_title,
            )
        )

    @property
    def domains(self) -> tuple[Domain, ...]:
        """Domains with at least one article for customers, the fullest first."""
        return self._domains

    @property
    def shelves(self) -> tuple[Domain, ...]:
        """All domains with all their articles, internal ones too: for staff."""
        return _domains(sorted(self._by_id.values(), key=_by_title))

    def article(self, article_id: str, audience: Audience) -> Article | None:
        """The article, ``None`` when it does not exist for this audience."""
        article = self._by_id.get(article_id)
        return article if article is not None and _may_read(article, audience) else None

    def at(self, path: str, audience: Audience) -> Article | None:
        """The article in a file of the knowledge base, ``None`` when not for this audience."""
        article = self._by_path.get(path)
        return article if article is not None and _may_read(article, audience) else None

    def domain(self, domain_id: str) -> Domain | None:
        """The domain, ``None`` when no customer article is in it."""
        return next((domain for domain in self._domains if domain.id == domain_id), None)

    def common(self, limit: int) -> tuple[Article, ...]:
        """Articles that most people need; none where nothing says which those are."""
        readable = {article.id: article for article in self.customer_articles}
        named = [readable[id_] for id_ in self._common if id_ in readable]
        serving = [article for article in readable.values() if article.intents]
        broadest = sorted(serving, key=lambda article: -len(article.intents))
        return tuple(dict.fromkeys([*named, *broadest]))[:limit]

    def suggestions(self, limit: int) -> tuple[str, ...]:
        """Titles that can be asked, one of each of the fullest domains in turn.

        Only titles that are questions where there are enough of them.
        """
        short = [a for a in self.customer_articles if len(a.title) <= _ASKABLE]
        asking = [a for a in short if _asks(a)]
        chosen = {a.id for a in (asking if len(asking) >= limit else short)}
        rows = [
            sorted(
                (a for a in domain.articles if a.id in chosen),
                key=lambda a: (not _asks(a), -len(a.intents)),
            )
            for domain in self._domains
        ]
        turns = (article.title for turn in zip_longest(*rows) for article in turn if article)
        return tuple(islice(dict.fromkeys(turns), limit))

    def related(self, article: Article, limit: int) -> tuple[Article, ...]:
        """Neighbours for customers: shared intents and tags first, then the same domain."""

        def nearness(other: Article) -> int:
            intents = len(set(article.intents) & set(other.intents))
            tags = len(set(article.tags) & set(other.tags))
            same_domain = bool(article.domain) and article.domain == other.domain
            return 4 * intents + 2 * tags + same_domain

        others = [other for other in self.customer_articles if other.id != article.id]
        near = [other for other in others if nearness(other)]
        return tuple(sorted(near, key=nearness, reverse=True)[:limit])


def _by_title(article: Article) -> str:
    return article.title.casefold()


def _asks(article: Article) -> bool:
    return article.title.rstrip().endswith("?")


def article_url(article_id: str, anchor: str = "", *, staff: bool = False) -> str:
    """Address of an article's page; the anchor is a fragment without ``#``."""
    base = "/staff/articles/" if staff else "/articles/"
    return base + quote(article_id, safe="/") + (f"#{quote(anchor, safe='')}" if anchor else "")


def domain_title(domain: str) -> str:
    """A domain in words: ``top-ups`` becomes “Top-ups”, ``cards_and_pins`` “Cards and pins”."""
    words = _NUMBER.sub("", domain.replace("_", " ").replace("/", " / ")).strip()
    first, *rest = words.split("-")
    # "getting-started" is two words, "top-ups" and "e-bikes" are one.
    if rest and not (len(rest) == 1 and (len(first) == 1 or len(rest[0]) <= _SHORT)):
        words = " ".join([first, *rest])
    return words[:1].upper() + words[1:] if words else "Other topics"


def _may_read(article: Article, audience: Audience) -> bool:
    return audience is Audience.INTERNAL or article.audience is Audience.CUSTOMER


def _domains(articles: Sequence[Article]) -> tuple[Domain, ...]:
    groups: dict[str, list[Article]] = {}
    for article in articles:
        groups.setdefault(article.domain or "other", []).append(article)
    domains = [
        Domain(id_, domain_title(id_) if id_ != "other" else "Other topics", tuple(members))
        for id_, members in groups.items()
    ]
    return tuple(sorted(domains, key=lambda domain: (-len(domain.articles), domain.title)))
