"""What changed in the product, and which articles tell of it.

Changes stand in ``product_changes.yaml`` beside the articles, or are announced to the API.
An article must be updated within 48 hours of a change that it tells of.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import ConfigurationError
from bot.store_changes import AnnouncedChange
from bot.yaml_places import told
from retrieval.article import Article

CHANGES_FILE = "product_changes.yaml"
CLOCK = timedelta(hours=48)


class ProductChange(BaseModel):
    """One change.

    Attributes:
        id: Its name.
        at: When it takes effect; without a zone in UTC.
        what: What changed, in words.
        articles: Ids of the articles that tell of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    at: datetime
    what: str
    articles: tuple[str, ...] = Field(min_length=1)


class _ChangesFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    changes: list[ProductChange] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change that an article does not tell of yet.

    Attributes:
        change: What changed.
        hours: Hours since; negative before it takes effect.
        late: Whether the 48 hours have passed.
    """

    change: ProductChange
    hours: float
    late: bool


def read_changes(folder: Path) -> tuple[ProductChange, ...]:
    """The changes of a knowledge base; none where there is no such file.

    Raises:
        ConfigurationError: The file is malformed.
    """
    file = folder / CHANGES_FILE
    if not file.is_file():
        return ()
    try:
        read = _ChangesFile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{CHANGES_FILE}: not valid YAML: {error}") from error
    except ValidationError as error:
        raise ConfigurationError(f"{CHANGES_FILE}: {told(error.errors()[0])}") from error
    return tuple(read.changes)


def known_changes(folder: Path, announced: Iterable[AnnouncedChange]) -> tuple[ProductChange, ...]:
    """The changes of the file and those announced; of two with one id the file's counts.

    Raises:
        ConfigurationError: The file is malformed.
    """
    return merged(read_changes(folder), announced)


def merged(
    filed: Sequence[ProductChange], announced: Iterable[AnnouncedChange]
) -> tuple[ProductChange, ...]:
    """Changes of the file and those announced; of two with one id the file's counts."""
    known = {change.id for change in filed}
    told = (
        ProductChange(id=each.id, at=each.at, what=each.what, articles=each.articles)
        for each in announced
        if each.id not in known
    )
    return (*filed, *told)


def untold(
    articles: Iterable[Article],
    changes: Sequence[ProductChange],
    now: datetime,
    written: datetime | None = None,
) -> frozenset[str]:
    """Ids of the articles that a change waits for.

    Args:
        articles: All of them.
        changes: Changes of the product.
        now: The time.
        written: When the articles were indexed: they tell of nothing that came later.
    """
    return frozenset(
        article.id
        for article in articles
        if any(True for _ in waiting_for(article, changes, now, written))
    )


def waiting_for(
    article: Article,
    changes: Sequence[ProductChange],
    now: datetime,
    written: datetime | None = None,
) -> Iterator[Waiting]:
    """Changes since the article's last review.

    A review is known by its day: one on the day of the change has told of it, unless nobody wrote
    the article after the change.

    Args:
        article: The article.
        changes: Changes of the product.
        now: The time.
        written: When its text was written last, if that is known; later changes it can't tell of.
    """
    for change in changes:
        at = change.at if change.at.tzinfo else change.at.replace(tzinfo=UTC)
        if article.id not in change.articles or at > now:
            continue
        reviewed = article.reviewed_on
        if reviewed is not None and reviewed > at.date():
            continue
        if reviewed == at.date() and not (written is not None and written < at):
            continue
        yield Waiting(change, (now - at) / timedelta(hours=1), now - at > CLOCK)
