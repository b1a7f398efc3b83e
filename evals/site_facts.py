"""What a knowledge base says of its articles, for the metrics that look at them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from bot.insights.product_changes import known_changes
from bot.measure.facts import ArticleFacts, ContentChange
from bot.store_changes import AnnouncedChange
from retrieval.article import Audience
from retrieval.source import read_folder


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Published articles, and changes of the product.

    Attributes:
        articles: By id; internal ones are left out.
        changes: Those that articles must tell of.
    """

    articles: Mapping[str, ArticleFacts] = field(default_factory=dict)
    changes: tuple[ContentChange, ...] = ()


def site_facts(folder: Path, announced: Iterable[AnnouncedChange] = ()) -> SiteFacts:
    """The facts of a knowledge base folder; none where there is no such folder.

    Args:
        folder: With the articles, and ``product_changes.yaml`` where there is one.
        announced: Changes that were announced to the API.

    Raises:
        retrieval.errors.KnowledgeBaseError: An article is malformed.
        bot.errors.ConfigurationError: ``product_changes.yaml`` is malformed.
    """
    if not folder.is_dir():
        return SiteFacts()
    published = [
        each for each in read_folder(folder).articles if each.audience is Audience.CUSTOMER
    ]
    changes = (
        ContentChange(
            each.id, each.at if each.at.tzinfo else each.at.replace(tzinfo=UTC), each.articles
        )
        for each in known_changes(folder, announced)
    )
    return SiteFacts(
        {each.id: ArticleFacts(each.id, each.domain, each.reviewed_on) for each in published},
        tuple(changes),
    )
