"""Articles and passages in the order of the index, and the one filter that every search passes.

Articles are sorted by audience and language, so that what a query may see is a few runs of
neighbours. Each search works inside those runs alone: nothing else is ever scored.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.article import Article, Audience, Passage
from retrieval.hit import Query

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring articles of one audience and language.

    Attributes:
        language: Primary subtag of their locale, such as ``en``.
        articles: Their numbers.
        passages: The numbers of their passages.
    """

    language: str
    articles: range
    passages: range


def language_of(locale: str) -> str:
    """Primary subtag: ``en-GB`` gives ``en``."""
    return locale.replace("_", "-").split("-", 1)[0].lower()


def in_index_order(articles: Iterable[Article]) -> list[Article]:
    """Customer articles first, then by language and id."""
    return sorted(articles, key=_group_and_id)


@dataclass(frozen=True)
class Corpus:
    """What is searched.

    Attributes:
        articles: In the order of ``in_index_order``.
        passages: Article by article, in reading order.
    """

    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Number of each article by its id."""
        return {article.id: number for number, article in enumerate(self.articles)}

    @cached_property
    def owners(self) -> Numbers:
        """Article number of each passage."""
        owners = [self.numbers[passage.article_id] for passage in self.passages]
        return np.array(owners, np.int64)

    @cached_property
    def starts(self) -> Numbers:
        """First passage of each article, and the number of passages at the end."""
        return np.searchsorted(self.owners, np.arange(len(self.articles) + 1)).astype(np.int64)

    @cached_property
    def _groups(self) -> list[tuple[Audience, str, range]]:
        groups: list[tuple[Audience, str, range]] = []
        for number, article in enumerate(self.articles):
            audience, language = article.audience, language_of(article.locale)
            if groups and groups[-1][:2] == (audience, language):
                groups[-1] = (audience, language, range(groups[-1][2].start, number + 1))
            else:
                groups.append((audience, language, range(number, number + 1)))
        return groups

    def passages_of(self, article: int) -> range:
        """Numbers of an article's passages."""
        return range(int(self.starts[article]), int(self.starts[article + 1]))

    def visible(self, query: Query) -> list[Run]:
        """The runs that a query may be answered from."""
        groups = [
            group
            for group in self._groups
            if query.audience is Audience.INTERNAL or group[0] is Audience.CUSTOMER
        ]
        if query.locale:
            language = language_of(query.locale)
            groups = [group for group in groups if group[1] == language] or groups
        out = sorted(self.numbers[id_] for id_ in query.without if id_ in self.numbers)
        return [
            Run(language, kept, range(int(self.starts[kept.start]), int(self.starts[kept.stop])))
            for _, language, articles in groups
            for kept in _without(articles, out)
        ]


def _group_and_id(article: Article) -> tuple[bool, str, str]:
    internal = article.audience is Audience.INTERNAL
    return internal, language_of(article.locale), article.id


def _without(articles: range, out: Sequence[int]) -> Iterator[range]:
    start = articles.start
    for number in out:
        if number in articles:
            if number > start:
                yield range(start, number)
            start = number + 1
    if start < articles.stop:
        yield range(start, articles.stop)
