"""The pages over HTTP: help site, chat widget and staff pages."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, FastAPI, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from bot.api.access import SESSION_COOKIE, Role, StaffGuard, StaffMember, address_of, count, public
from bot.api.search import excerpt, found
from bot.api.security import page_policy
from bot.api.services import Parts, options_of
from bot.conversation import Conversation, Turn
from bot.dialogue import Exchange
from bot.store_errors import SignInRefused, UnknownTicket
from bot.store_handoffs import Ticket, TicketState
from bot.threaded import threaded
from bot.web.assets import Asset, asset, load_assets
from bot.web.brand import Brand
from bot.web.catalogue import Catalogue, SearchResult, article_url
from bot.web.rendering import RenderedArticle, link_resolver, render_article
from bot.web.views import environment
from redaction.redactor import RedactedText
from retrieval.article import Article, Audience, Passage
from retrieval.hit import Hit

RESULTS = 12
LONGEST_QUERY = 400
LONGEST_TRIAL = 4000
COMMON = 10
RELATED = 5
# Without a referrer to our own pages, a form's Origin would be "null" and the change be refused.
_OWN = {"Cache-Control": "no-cache", "Referrer-Policy": "same-origin"}


class StaffPageGuard:
    """Gives who is signed in, ``None`` for anybody else, so that the page can say how to."""

    role = Role.STAFF

    async def __call__(
        self,
        request: Request,
        session_id: Annotated[str | None, Cookie(alias=SESSION_COOKIE)] = None,
    ) -> StaffMember | None:
        """Checks as for the API, the form token included."""
        try:
            return await StaffGuard()(request, session_id)
        except SignInRefused:
            return None


Visitor = Annotated[StaffMember | None, Depends(StaffPageGuard())]


@dataclass(frozen=True, slots=True)
class PageSources:
    """What the pages read beside the services. Asked anew for each page: a new index shows at once.

    Attributes:
        catalogue: The articles in use, internal ones included.
        staff_search: Hits for a redacted query among all articles, best first. Synchronous.
        passage: A passage by its id, ``None`` when the index no longer has it.
        explain: Decides on a raw message without keeping anything.
        clock: Tells the time.
    """

    catalogue: Callable[[], Catalogue]
    staff_search: Callable[[RedactedText, int], Sequence[Hit]]
    passage: Callable[[str], Passage | None]
    explain: Callable[[str], Awaitable[Exchange]]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class PagePolicy:
    """What the pages promise and who may embed them.

    Attributes:
        embed_origins: Sites that may frame the chat, as ``https://host``; ``*`` is any site.
        kept_for: How long messages are kept, in words that complete “Messages are kept …”.
        models_note: One sentence on where messages are worked on.
    """

    embed_origins: tuple[str, ...] = ()
    kept_for: str = "until the operator of this site deletes them"
    models_note: str = (
        "No message goes to an outside language model: "
        "everything runs on the operator's own server."
    )


class Pages:
    """Renders every page.

    Attributes:
        router: The routes.

    Args:
        brand: How the installation presents itself.
        sources: What the pages read.
        policy: What the pages promise and who may embed them.
    """

    def __init__(self, brand: Brand, sources: PageSources, policy: PagePolicy) -> None:
        self._brand = brand
        self._sources = sources
        self._policy = policy
        self._templates = environment(brand)
        self._assets = _assets(brand)
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        self._add_site()
        self._add_staff()

    def missing(self, request: Request) -> Response:
        """The page for an address that leads nowhere, with a way on."""
        del request
        page = self._page("missing.html")
        page.status_code = 404
        return page

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
            self.router.add_api_route(path, endpoint, response_model=None, dependencies=[public])

    def _add_staff(self) -> None:
        pages: list[tuple[str, str, Callable[..., object]]] = [
            ("GET", "/staff", self._inbox),
            ("GET", "/staff/articles", self._staff_search),
            ("GET", "/staff/articles/{article_id:path}", self._staff_article),
            ("GET", "/staff/try", self._trial),
            ("POST", "/staff/try", self._tried),
        ]
        for method, path, endpoint in pages:
            self.router.add_api_route(path, endpoint, methods=[method], response_model=None)

    # The help site

    async def _home(self) -> Response:
        catalogue = self._sources.catalogue()
        return self._page("home.html", domains=catalogue.domains, common=catalogue.common(COMMON))

    async def _search(
        self,
        request: Request,
        parts: Parts,
        q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    ) -> Response:
        query = _clean(q)
        results: list[SearchResult] = []
        if query:
            count(request, "search", address_of(request), options_of(request).rates.searches)
            admission = await parts.gate.admit(query)
            if not admission.withheld:
                hits = await threaded(found, parts.library, admission.text, RESULTS)
                results = [
                    SearchResult(hit.article_id, hit.title, hit.domain, hit.url, hit.excerpt)
                    for hit in hits.hits
                ]
        return self._page("search.html", query=query, results=results)

    async def _article(self, request: Request, article_id: str) -> Response:
        catalogue = self._sources.catalogue()
        article = catalogue.article(article_id, Audience.CUSTOMER)
        if article is None:
            return self.missing(request)
        rendered = self._rendered(article, catalogue, Audience.CUSTOMER)
        named = any(heading.text.lower().startswith("related") for heading in rendered.contents)
        related = () if named else catalogue.related(article, RELATED)
        return self._page("article.html", article=article, rendered=rendered, related=related)

    async def _domain(self, request: Request, domain_id: str) -> Response:
        domain = self._sources.catalogue().domain(domain_id)
        if domain is None:
            return self.missing(request)
        return self._page("domain.html", domain=domain)

    async def _privacy(self) -> Response:
        return self._page(
            "privacy.html", kept_for=self._policy.kept_for, models_note=self._policy.models_note
        )

    async def _widget(self) -> Response:
        origins = self._policy.embed_origins
        page = self._page("widget.html", embed_origins=origins, kept_for=self._policy.kept_for)
        page.headers["Content-Security-Policy"] = page_policy(("'self'", *origins))
        return page

    # Files

    async def _embed(self, request: Request) -> Response:
        return _served(self._assets["embed.js"], request, max_age=300)

    async def _theme(self, request: Request) -> Response:
        return _served(self._assets["theme.css"], request)

    async def _icon(self, request: Request) -> Response:
        return _served(self._assets["icon.svg"], request)

    async def _favicon(self) -> Response:
        return RedirectResponse("/icon.svg", status_code=308)

    async def _static(self, request: Request, name: str) -> Response:
        found = self._assets.get(name)
        return self.missing(request) if found is None else _served(found, request)

    # Staff pages

    async def _inbox(
        self, staff: Visitor, parts: Parts, ticket: str = "", state: str = ""
    ) -> Response:
        if staff is None:
            return self._sign_in()
        wanted = TicketState(state) if state in set(TicketState) else None
        chosen = await _chosen(parts, ticket)
        conversation = None
        if chosen is not None:
            conversation = await parts.service.get(chosen.conversation_id)
        return self._private(
            "staff/inbox.html",
            staff=staff,
            tickets=await parts.service.desk.tickets(wanted),
            state=wanted.value if wanted else "",
            chosen=chosen,
            gone=bool(ticket) and chosen is None,
            conversation=conversation,
            last=_last_judged(conversation),
            catalogue=self._sources.catalogue(),
            passage=self._sources.passage,
            now=self._sources.clock(),
        )

    async def _staff_search(
        self,
        staff: Visitor,
        parts: Parts,
        q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    ) -> Response:
        if staff is None:
            return self._sign_in()
        query = _clean(q)
        results: list[SearchResult] = []
        if query:
            admission = await parts.gate.admit(query)
            hits = await threaded(self._sources.staff_search, admission.text, RESULTS)
            results = self._staff_results(hits, query)
        return self._private("staff/articles.html", staff=staff, query=query, results=results)

    def _staff_results(self, hits: Sequence[Hit], query: str) -> list[SearchResult]:
        catalogue = self._sources.catalogue()
        results = []
        for hit in hits:
            article = catalogue.article(hit.passage.article_id, Audience.INTERNAL)
            if article is not None:
                results.append(
                    SearchResult(
                        article.id,
                        article.title,
                        article.domain,
                        article_url(article.id, hit.passage.anchor, staff=True),
                        excerpt(hit.passage.text, query),
                        internal=article.audience is Audience.INTERNAL,
                    )
                )
        return results

    async def _staff_article(self, staff: Visitor, request: Request, article_id: str) -> Response:
        if staff is None:
            return self._sign_in()
        catalogue = self._sources.catalogue()
        article = catalogue.article(article_id, Audience.INTERNAL)
        if article is None:
            return self.missing(request)
        rendered = self._rendered(article, catalogue, Audience.INTERNAL)
        return self._private("staff/article.html", staff=staff, article=article, rendered=rendered)

    async def _trial(self, staff: Visitor) -> Response:
        if staff is None:
            return self._sign_in()
        return self._trial_page(staff, None)

    async def _tried(
        self,
        staff: Visitor,
        text: Annotated[str, Form(max_length=LONGEST_TRIAL)] = "",
        csrf_token: Annotated[str, Form()] = "",
    ) -> Response:
        if staff is None:
            return self._sign_in()
        del csrf_token  # the guard has checked it
        tried = await self._sources.explain(text) if text.strip() else None
        return self._trial_page(staff, tried)

    def _trial_page(self, staff: StaffMember, tried: Exchange | None) -> Response:
        return self._private(
            "staff/try.html",
            staff=staff,
            tried=tried,
            catalogue=self._sources.catalogue(),
            passage=self._sources.passage,
        )

    # All of them

    def _rendered(
        self, article: Article, catalogue: Catalogue, audience: Audience
    ) -> RenderedArticle:
        return render_article(article, link_resolver(article, catalogue, audience))

    def _page(self, template: str, **names: object) -> Response:
        html = self._templates.get_template(template).render(**names)
        return HTMLResponse(html, headers={"Content-Security-Policy": page_policy(), **_OWN})

    def _private(self, template: str, **names: object) -> Response:
        page = self._page(template, **names)
        page.headers["Cache-Control"] = "no-store"
        return page

    def _sign_in(self) -> Response:
        page = self._private("staff/sign_in.html")
        page.status_code = 401
        return page


def install_missing_page(app: FastAPI, pages: Pages) -> None:
    """Makes ``app`` show the page for an unknown address to browsers; the API keeps its own.

    Call it after the handlers of the API are installed.
    """
    handled = app.exception_handlers[HTTPException]

    async def missing(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 500)
        html = "text/html" in request.headers.get("Accept", "")
        if status == 404 and html and not request.url.path.startswith("/v1/"):
            return pages.missing(request)
        response: Response | Awaitable[Response] = handled(request, error)
        return await response if isawaitable(response) else response

    app.add_exception_handler(HTTPException, missing)


def _clean(query: str) -> str:
    return query.replace("\x00", " ").strip()


async def _chosen(parts: Parts, ticket_id: str) -> Ticket | None:
    try:
        return await parts.service.desk.ticket(ticket_id) if ticket_id else None
    except UnknownTicket:
        return None


def _last_judged(conversation: Conversation | None) -> Turn | None:
    """The newest turn of the assistant that has evidence, ``None`` when there is none."""
    turns = reversed(conversation.turns if conversation else ())
    return next((turn for turn in turns if turn.evidence is not None), None)


def _assets(brand: Brand) -> dict[str, Asset]:
    """Static files, with the brand put into the three that need it."""
    found = load_assets()
    constant = json.dumps(
        {"title": f"{brand.name} chat", "accent": brand.accent, "accentText": brand.accent_text}
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
