"""The staff's pages over HTTP: articles, trial of a message."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse

from bot.accounts import StaffRole
from bot.api.access import SESSION_COOKIE, StaffGuard, StaffMember
from bot.api.excerpts import telling
from bot.api.printing import READS, RESULTS, PageSources, Printer, clean
from bot.api.relevance import relevant
from bot.api.services import Parts
from bot.dialogue import Exchange
from bot.store_errors import SignInRefused
from bot.threaded import threaded
from bot.web.catalogue import SearchResult, article_url
from retrieval.article import Audience
from retrieval.hit import Hit

LONGEST_TRIAL = 4000


class StaffPageGuard(StaffGuard):
    """Gives who is signed in, ``None`` for anybody else, so that the page can say how to."""

    def __init__(self, *roles: StaffRole) -> None:
        super().__init__(*roles, keys=False)

    async def __call__(  # type: ignore[override]  # no key opens a page
        self,
        request: Request,
        session_id: Annotated[str | None, Cookie(alias=SESSION_COOKIE)] = None,
    ) -> StaffMember | None:
        """Checks as for the API, the form token included."""
        try:
            return await super().__call__(request, session_id)
        except SignInRefused:
            return None


Visitor = Annotated[StaffMember | None, Depends(StaffPageGuard())]
Agent = Annotated[StaffMember | None, Depends(StaffPageGuard(StaffRole.AGENT))]


class StaffPages:
    """Renders the pages behind the sign-in.

    Attributes:
        router: The routes.

    Args:
        printer: Makes the pages.
        sources: What the pages read.
    """

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        self._printer = printer
        self._sources = sources
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        pages: list[tuple[str, str, Callable[..., object]]] = [
            ("GET", "/staff/articles", self._staff_search),
            ("GET", "/staff/articles/{article_id:path}", self._staff_article),
            ("GET", "/staff/try", self._trial),
            ("POST", "/staff/try", self._tried),
        ]
        for method, path, endpoint in pages:
            methods = READS if method == "GET" else [method]
            self.router.add_api_route(path, endpoint, methods=methods, response_model=None)

    async def _staff_search(
        self,
        staff: Visitor,
        parts: Parts,
        q: str = "",
    ) -> Response:
        if staff is None:
            return self._sign_in()
        query = clean(q)
        results: list[SearchResult] = []
        if query:
            admission = await parts.gate.admit(query)
            hits = await threaded(self._sources.staff_search, admission.text, RESULTS)
            query = admission.text
            results = self._staff_results(hits, query)
        shelves = () if query else self._sources.catalogue().shelves
        return self._printer.private(
            "staff/articles.html", staff=staff, query=query, results=results, shelves=shelves
        )

    def _staff_results(self, hits: Sequence[Hit], query: str) -> list[SearchResult]:
        catalogue = self._sources.catalogue()
        every = [
            (hit, catalogue.article(hit.passage.article_id, Audience.INTERNAL)) for hit in hits
        ]
        known = [(hit, article) for hit, article in every if article is not None]
        return [
            SearchResult(
                article.id,
                article.title,
                article.domain,
                article_url(article.id, hit.passage.anchor, staff=True),
                telling(hit.passage.text, article.body, query),
                internal=article.audience is Audience.INTERNAL,
            )
            for hit, article in relevant(known, query)
        ]

    async def _staff_article(self, staff: Visitor, article_id: str) -> Response:
        if staff is None:
            return self._sign_in()
        catalogue = self._sources.catalogue()
        article = catalogue.article(article_id, Audience.INTERNAL)
        if article is None:
            return self._printer.missing()
        rendered = self._printer.article(article, catalogue, Audience.INTERNAL)
        return self._printer.private(
            "staff/article.html", staff=staff, article=article, rendered=rendered
        )

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
        return self._printer.private(
            "staff/try.html",
            staff=staff,
            tried=tried,
            catalogue=self._sources.catalogue(),
            passage=self._sources.passage,
        )

    def _sign_in(self) -> Response:
        page = self._printer.private("staff/signed_out.html")
        page.status_code = 401
        return page
