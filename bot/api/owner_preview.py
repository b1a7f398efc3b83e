"""``/insights/preview/{id}``: an owner edits an article and sees which messages it would answer."""

import difflib
from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Response
from fastapi.responses import RedirectResponse

from bot.api.access import StaffMember
from bot.api.owner_access import ContentOwner, OwnerPages, Text
from bot.api.printing import PageSources, Printer
from bot.api.services import Parts
from bot.content_desk import ContentDesk, EditedArticle
from bot.edit_check import PersonalDataError, UncheckedError, require_clean
from bot.insights.fates import Turnabout
from bot.threaded import threaded
from retrieval.article import Article, Audience

LONGEST_ARTICLE = 60_000

Source = Annotated[str, Form(max_length=LONGEST_ARTICLE)]


class OwnerPreviewPage(OwnerPages):
    """Renders it."""

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        super().__init__(printer, sources)
        here = "/insights/preview/{article_id:path}"
        self._add(here, self._shown)
        self._add(here, self._asked, "POST")

    async def _shown(self, staff: ContentOwner, article_id: str, job: Text = "") -> Response:
        desk, article = self._desk, self._article(article_id)
        if article is None:
            return self._printer.missing()
        edited = await threaded(desk.preview, job) if job else None
        if edited is not None and edited.job.path != article.path:
            edited = None
        return await self._page(staff, desk, article, job, edited)

    async def _asked(
        self,
        staff: ContentOwner,
        parts: Parts,
        article_id: str,
        text: Source = "",
        wanted: Annotated[str, Form(alias="as", max_length=16)] = "",
    ) -> Response:
        desk, article = self._desk, self._article(article_id)
        if article is None:
            return self._printer.missing()
        edited = "\n".join(text.splitlines()) + "\n"
        before = await threaded(desk.source, article.path) or ""
        try:
            await require_clean(parts.gate, before, edited)
        except (PersonalDataError, UncheckedError) as error:
            page = await self._page(staff, desk, article, typed=edited, refused=str(error))
            page.status_code = 422
            return page
        if wanted == "patch":
            return _patch(article.path, before, edited)
        job = await threaded(desk.ask_preview, article.path, edited)
        where = f"/insights/preview/{quote(article_id, safe='/')}?job={job}"
        return RedirectResponse(where, status_code=303)

    def _article(self, article_id: str) -> Article | None:
        return self._sources.catalogue().article(article_id, Audience.INTERNAL)

    async def _page(
        self,
        staff: StaffMember,
        desk: ContentDesk,
        article: Article,
        job: str = "",
        edited: EditedArticle | None = None,
        typed: str = "",
        refused: str = "",
    ) -> Response:
        source = await threaded(desk.source, article.path)
        catalogue = self._sources.catalogue()
        found = edited.preview if edited is not None else None
        named = {
            met.article_id
            for fate in (found.fates if found is not None else ())
            for met in (fate.before, fate.after)
        }
        titles = {
            name: shown.title
            for name in named
            if (shown := catalogue.article(name, Audience.INTERNAL)) is not None
        }
        return self._printer.private(
            "staff/preview.html",
            staff=staff,
            article=article,
            source=source,
            edited=edited,
            job=job,
            written=typed or (edited.job.text if edited is not None else source),
            refused=refused,
            preview=found,
            kinds=tuple(Turnabout),
            titles=titles,
            longest=LONGEST_ARTICLE,
        )


def _patch(path: str, before: str, after: str) -> Response:
    """An edit for ``git apply``."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm=""
    )
    headers = {
        "Content-Disposition": 'attachment; filename="edit.patch"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    text = "".join(f"{line}\n" for line in lines)
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)
