"""An article of the knowledge base and the passages it is cited by."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Audience(StrEnum):
    """Who may read an article. An internal one must never reach a customer."""

    CUSTOMER = "customer"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Article:
    """One help-centre page.

    Attributes:
        id: Stable name, unique in the knowledge base.
        title: The page's heading, as plain text.
        body: Markdown without front matter and without the title heading.
        path: Path relative to the knowledge base folder, with forward slashes.
        owner: Who keeps the article true; empty when unknown.
        domain: Group on the help site: as the front matter says, else the first folder of the path;
            empty when there is neither.
        audience: Who may read it.
        locale: BCP 47 tag of the text, such as ``en`` or ``en-GB``.
        intents: Ids of the intents that this article answers.
        reviewed_on: Day of the last review, ``None`` when unknown.
        review_days: Days after which a review is due.
        tags: Free words for filtering.
        revision: First 12 hex digits of the SHA-256 of the source file's bytes.
    """

    id: str
    title: str
    body: str
    path: str
    owner: str
    domain: str
    audience: Audience
    locale: str
    intents: tuple[str, ...]
    reviewed_on: date | None
    review_days: int
    tags: tuple[str, ...]
    revision: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The piece of an article that is indexed and cited: whole sentences, lists and tables.

    Attributes:
        id: ``<article_id>#<n>``, n counting from 0 in reading order.
        article_id: The article it belongs to.
        heading: The nearest heading above it, plain text; the title for the lead.
        anchor: Fragment of that heading on the article page; empty for the lead.
        text: Markdown of the passage, without its heading.
    """

    id: str
    article_id: str
    heading: str
    anchor: str
    text: str
