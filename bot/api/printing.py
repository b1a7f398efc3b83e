"""What every page is made with: the brand's templates, the articles in use, the headers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Response
from fastapi.responses import HTMLResponse

from bot.api.owner_words import FILTERS
from bot.api.security import page_policy
from bot.content_desk import ContentDesk
from bot.dialogue import Exchange
from bot.insights.board_desk import BoardDesk
from bot.store_notices import Notice
from bot.web.brand import Brand
from bot.web.catalogue import Catalogue
from bot.web.rendering import RenderedArticle, link_resolver, render_article
from bot.web.views import environment
from redaction.redactor import RedactedText
from retrieval.article import Article, Audience, Passage
from retrieval.hit import Hit

RESULTS = 12
LONGEST_QUERY = 400
READS = ["GET", "HEAD"]
# Without a referrer to our own pages, a form's Origin would be "null" and the change be refused.
_OWN = {"Cache-Control": "no-cache", "Referrer-Policy": "same-origin"}


@dataclass(frozen=True, slots=True)
class PageSources:
    """What the pages read beside the services. Asked anew for each page: a new index shows at once.

    Attributes:
        catalogue: The articles in use, internal ones included.
        staff_search: Hits for a redacted query among all articles, best first. Synchronous.
        passage: A passage by its id, ``None`` when the index no longer has it.
        explain: Decides on a raw message without keeping anything.
        brand: How the installation presents itself; questions follow the articles in use.
        clock: Tells the time.
        notice: What staff tell everybody. Synchronous.
        content: What content owners see and do; ``None`` where nothing keeps it.
        viewed: Counts a reader of an article, and whether a search led there. Synchronous.
        boards: Evaluators' figures; ``None`` where nothing keeps them.
    """

    catalogue: Callable[[], Catalogue]
    staff_search: Callable[[RedactedText, int], Sequence[Hit]]
    passage: Callable[[str], Passage | None]
    explain: Callable[[str], Awaitable[Exchange]]
    brand: Callable[[], Brand]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    notice: Callable[[], Notice] = Notice
    content: ContentDesk | None = None
    viewed: Callable[[str, bool], None] = lambda article_id, found: None
    boards: BoardDesk | None = None


class Printer:
    """Makes responses of templates.

    Args:
        brand: How the installation presents itself.
        notice: What staff tell everybody.
    """

    def __init__(self, brand: Callable[[], Brand], notice: Callable[[], Notice] = Notice) -> None:
        self._brand = brand
        self._notice = notice
        self._templates = environment()
        self._templates.filters.update(FILTERS)

    def page(self, template: str, **names: object) -> Response:
        """A page for everybody."""
        html = self._templates.get_template(template).render(
            brand=self._brand(), notice=self._notice(), **names
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": page_policy(), **_OWN})

    def private(self, template: str, **names: object) -> Response:
        """A page that no cache may keep."""
        page = self.page(template, **names)
        page.headers["Cache-Control"] = "no-store"
        return page

    def missing(self) -> Response:
        """The page for an address that leads nowhere, with a way on."""
        page = self.page("missing.html")
        page.status_code = 404
        return page

    def article(
        self, article: Article, catalogue: Catalogue, audience: Audience
    ) -> RenderedArticle:
        """An article's HTML; its links lead where this audience may go."""
        return render_article(article, link_resolver(article, catalogue, audience))


def clean(query: str) -> str:
    """A typed query without what no search needs, cut at the length of a long message."""
    return query.replace("\x00", " ").strip()[:LONGEST_QUERY].rstrip()
