"""What the knowledge base says of its articles, as far as the metrics need it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """A published article.

    Attributes:
        id: Its name.
        domain: Group on the help site; empty without one.
        reviewed_on: Day of the last review; ``None`` when it was never reviewed.
    """

    id: str
    domain: str = ""
    reviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class ContentChange:
    """A change of the product.

    Attributes:
        id: Its name.
        at: When it took effect, in UTC.
        articles: Ids of the articles that tell of it.
    """

    id: str
    at: datetime
    articles: tuple[str, ...]
