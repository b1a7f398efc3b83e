"""The pages over HTTP: help site, chat widget, their files, and behind them the staff's pages."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.background import BackgroundTask

from bot.api.access import address_of, count, public
from bot.api.agent_pages import AgentPages
from bot.api.entry_pages import EntryPages
from bot.api.insight_pages import InsightPages
from bot.api.owner_articles import OwnerArticlePages
from bot.api.owner_gap import OwnerGapPage
from bot.api.owner_gaps import OwnerGapPages
from bot.api.owner_home import OwnerHomePages
from bot.api.owner_intents import OwnerIntentPages
from bot.api.owner_preview import OwnerPreviewPage
from bot.api.printing import READS, RESULTS, PageSources, Printer, clean
from bot.api.search import found
from bot.api.security import page_policy
from bot.api.services import Parts, options_of
from bot.api.staff_pages import StaffPages
from bot.threaded import threaded
from bot.web.assets import Asset, asset, load_assets
from bot.web.brand import Brand
from bot.web.catalogue import SearchResult
from retrieval.article import Audience

COMMON = 10
_SEARCH = "search"
RELATED = 5


@dataclass(frozen=True, slots=True)
class PagePolicy:
    """What the pages promise and who may embed them.

    Attributes:
        embed_origins: Sites that may frame the chat, as ``https://host``; ``*`` is any site.
        kept_for: How long messages are kept, in words that complete “Messages are kept …”.
        models_note: One sentence on which language model of whom words the answers; empty when
            none does, and then the pages say so.
    """

    embed_origins: tuple[str, ...] = ()
    kept_for: str = "until the operator of this site deletes them"
    models_note: str = ""


class Pages:
    """Renders every page.

    Attributes:
        router: The routes, the staff's included.

    Args:
        sources: What the pages read.
        policy: What the pages promise and who may embed them.
    """

    def __init__(self, sources: PageSources, policy: PagePolicy) -> None:
        self._sources = sources
        self._policy = policy
        self._printer = Printer(sources.brand, sources.notice)
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        self._add_site()
        self.router.include_router(EntryPages(self._printer).router)
        self.router.include_router(StaffPages(self._printer, sources).router)
        self.router.include_router(AgentPages(self._printer, sources).router)
        # Before the evaluator's, whose address of a conversation would take theirs.
        self.router.include_router(OwnerHomePages(self._printer, sources).router)
        self.router.include_router(OwnerGapPages(self._printer, sources).router)
        self.router.include_router(OwnerGapPage(self._printer, sources).router)
        self.router.include_router(OwnerPreviewPage(self._printer, sources).router)
        self.router.include_router(OwnerArticlePages(self._printer, sources).router)
        self.router.include_router(OwnerIntentPages(self._printer, sources).router)
        self.router.include_router(InsightPages(self._printer, sources).router)

    def missing(self) -> Response:
        """The page for an address that leads nowhere, with a way on."""
        return self._printer.missing()

    def refused(self, title: str, words: str) -> Response:
        """The page for what is refused."""
        return self._printer.private("refused.html", title=title, words=words)

    def _add_site(self) -> None:
        pages: list[tuple[str, Callable[..., object]]] = [
            ("/", self._home),
            ("/search", self._search),
            ("/articles/{article_id:path}", self._article),
            ("/domains/{domain_id:path}", self._domain),
            ("/privacy", self._privacy),
            ("/widget", self._widget),
            ("/widget.js", self._embed),
            ("/theme.css", self._theme),
            ("/icon.svg", self._icon),
            ("/favicon.ico", self._favicon),
            ("/static/{name:path}", self._static),
        ]
        for path, endpoint in pages:
            self.router.add_api_route(
                path, endpoint, methods=READS, response_model=None, dependencies=[public]
            )

    # The help site

    async def _home(self) -> Response:
        catalogue = self._sources.catalogue()
        return self._printer.page(
            "home.html", domains=catalogue.domains, common=catalogue.common(COMMON)
        )

    async def _search(
        self,
        request: Request,
        parts: Parts,
        q: str = "",
    ) -> Response:
        query = clean(q)
        results: list[SearchResult] = []
        if query:
            await count(request, "search", address_of(request), options_of(request).rates.searches)
            admission = await parts.gate.admit(query)
            query = admission.text
            if not admission.withheld:
                hits = await threaded(found, parts.library, admission.text, RESULTS)
                results = [
                    SearchResult(
                        hit.article_id, hit.title, hit.domain, _after_search(hit.url), hit.excerpt
                    )
                    for hit in hits.hits
                ]
        return self._printer.page("search.html", query=query, results=results)

    async def _article(self, request: Request, article_id: str, via: str = "") -> Response:
        catalogue = self._sources.catalogue()
        article = catalogue.article(article_id, Audience.CUSTOMER)
        if article is None:
            return self._printer.missing()
        rendered = self._printer.article(article, catalogue, Audience.CUSTOMER)
        named = any(heading.text.lower().startswith("related") for heading in rendered.contents)
        related = () if named else catalogue.related(article, RELATED)
        page = self._printer.page(
            "article.html", article=article, rendered=rendered, related=related
        )
        if request.method == "GET":
            page.background = BackgroundTask(self._sources.viewed, article.id, via == _SEARCH)
        return page

    async def _domain(self, request: Request, domain_id: str) -> Response:
        domain = self._sources.catalogue().domain(domain_id)
        if domain is None:
            return self._printer.missing()
        return self._printer.page("domain.html", domain=domain)

    async def _privacy(self) -> Response:
        return self._printer.page(
            "privacy.html", kept_for=self._policy.kept_for, models_note=self._policy.models_note
        )

    async def _widget(self) -> Response:
        origins = self._policy.embed_origins
        page = self._printer.page(
            "widget.html",
            embed_origins=origins,
            kept_for=self._policy.kept_for,
            models_note=self._policy.models_note,
        )
        page.headers["Content-Security-Policy"] = page_policy(("'self'", *origins))
        return page

    # Files

    def _files(self) -> dict[str, Asset]:
        return _assets(self._sources.brand())

    async def _embed(self, request: Request) -> Response:
        return _served(self._files()["embed.js"], request, max_age=300)

    async def _theme(self, request: Request) -> Response:
        return _served(self._files()["theme.css"], request)

    async def _icon(self, request: Request) -> Response:
        return _served(self._files()["icon.svg"], request)

    async def _favicon(self) -> Response:
        return RedirectResponse("/icon.svg", status_code=308)

    async def _static(self, request: Request, name: str) -> Response:
        found = self._files().get(name)
        return self._printer.missing() if found is None else _served(found, request)


@lru_cache(maxsize=2)
def _assets(brand: Brand) -> dict[str, Asset]:
    """Static files, with the brand put into the three that need it."""
    found = load_assets()
    constant = json.dumps(
        {"title": brand.chat_name, "accent": brand.accent, "accentText": brand.accent_text}
    )
    embed = b"const FIRSTLINE = " + constant.encode() + b";\n" + found["embed.js"].content
    icon = found["icon.svg"].content.replace(b"ACCENT", brand.accent.encode())
    found["embed.js"] = asset(b"(() => {\n" + embed + b"})();\n", "embed.js")
    found["icon.svg"] = asset(icon.replace(b"TEXT", brand.accent_text.encode()), "icon.svg")
    found["theme.css"] = asset(brand.stylesheet().encode(), "theme.css")
    return found


def _served(found: Asset, request: Request, max_age: int = 0) -> Response:
    caching = f"public, max-age={max_age}" if max_age else "no-cache"
    headers = {
        "ETag": found.etag,
        "Cache-Control": caching,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)


def _after_search(url: str) -> str:
    """An article's address that says that a search led there."""
    path, mark, anchor = url.partition("#")
    return f"{path}?via={_SEARCH}{mark}{anchor}"
