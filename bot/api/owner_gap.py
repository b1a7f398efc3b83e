"""``/insights/gaps/{id}``: one gap with its conversations, and what an owner does about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Response
from fastapi.responses import RedirectResponse

from bot.api.access import StaffMember
from bot.api.owner_access import (
    ContentOwner,
    Line,
    Lines,
    OwnerPages,
    Place,
    Reader,
    Text,
    WordsRefused,
    own_words,
)
from bot.api.printing import PageSources, Printer
from bot.api.services import Parts
from bot.content_desk import SHOWN, ContentDesk
from bot.insights.draft import Draft, DraftError
from bot.insights.golden_tests import ArticleIdError, article_of, unknown_article
from bot.insights.progress import GapStateError
from bot.insights.prose import NoProseError, WordedDraft
from bot.insights.told import told_by_agents
from bot.store_gaps import GapCase, GapState, UnknownGap
from bot.threaded import threaded

BY_HAND = tuple(state for state in GapState if state is not GapState.VERIFIED)
_FORMS = frozenset({"state", "tests"})
_REFUSALS = (WordsRefused, ArticleIdError, GapStateError, DraftError, UnknownGap)


class OwnerGapPage(OwnerPages):
    """Renders it."""

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        super().__init__(printer, sources)
        here = "/insights/gaps/{gap_id}"
        self._add(here, self._one)
        for path, endpoint in (
            ("state", self._move), ("tests", self._confirm), ("draft", self._draft),
        ):  # fmt: skip
            self._add(f"{here}/{path}", endpoint, "POST")

    async def _one(self, staff: Reader, gap_id: str, first: Place = 0, done: Text = "") -> Response:
        came = _Came(where=done if done in _FORMS else "", done=done in _FORMS)
        return await self._gap_page(self._desk, staff, gap_id, came, first)

    async def _move(
        self,
        staff: ContentOwner,
        parts: Parts,
        gap_id: str,
        state: Line = "",
        reason: Line = "",
    ) -> Response:
        desk = self._desk
        try:
            if state == GapState.DISMISSED.value and not reason.strip():
                raise WordsRefused("Say why you dismiss it, so that colleagues know.")
            why = " ".join(await own_words(parts.gate, reason))
            await threaded(desk.move, gap_id, state, why, staff.name)
        except _REFUSALS as error:
            return await self._gap_page(desk, staff, gap_id, _Came("state", refused=str(error)))
        return _back(gap_id, "state")

    async def _confirm(
        self,
        staff: ContentOwner,
        parts: Parts,
        gap_id: str,
        messages: Lines = "",
        article: Line = "",
    ) -> Response:
        desk = self._desk
        try:
            lines = await own_words(parts.gate, messages)
            if not lines:
                raise WordsRefused("Write at least one message, one a line.")
            cases = [GapCase(line, article_of(article)) for line in dict.fromkeys(lines)]
            await threaded(desk.confirm, gap_id, cases, staff.name)
        except _REFUSALS as error:
            typed = {"messages": messages, "article": article}
            came = _Came("tests", refused=str(error), typed=typed)
            return await self._gap_page(desk, staff, gap_id, came)
        return _back(gap_id, "tests")

    async def _draft(
        self,
        staff: ContentOwner,
        parts: Parts,
        gap_id: str,
        title: Line = "",
        notes: Lines = "",
        wanted: Annotated[str, Form(alias="as", max_length=16)] = "",
        prose: Annotated[str, Form(max_length=16)] = "",
    ) -> Response:
        desk = self._desk
        typed = {"title": title, "notes": notes, "prose": prose}
        try:
            if prose and desk.prose is None:
                raise WordsRefused(
                    "No language model drafts articles here: whoever runs this sets "
                    "FIRSTLINE_LLM__DRAFT_MODEL."
                )
            heading = " ".join(await own_words(parts.gate, title))
            if not heading:
                raise WordsRefused("Give the article a title.")
            steps = await own_words(parts.gate, notes)
            draft = await threaded(desk.draft, gap_id, heading, steps, staff.name)
        except _REFUSALS as error:
            came = _Came("draft", refused=str(error), typed=typed)
            return await self._gap_page(desk, staff, gap_id, came)
        worded, unworded = None, ""
        if prose and desk.prose is not None:
            try:
                worded = desk.prose.last(draft) if wanted == "patch" else None
                worded = worded or await desk.prose.word(gap_id, draft, steps)
                draft = worded.draft
            except NoProseError as error:
                unworded = str(error)
        if wanted == "patch" and not unworded:
            return _download(draft.patch(), "draft.patch")
        came = _Came("draft", typed=typed, draft=draft, worded=worded, unworded=unworded)
        return await self._gap_page(desk, staff, gap_id, came)

    async def _gap_page(
        self, desk: ContentDesk, staff: StaffMember, gap_id: str, came: "_Came", first: int = 0
    ) -> Response:
        folder = await threaded(desk.open_gap, gap_id, first)
        if folder is None:
            return self._printer.missing()
        kept = {
            "messages": "\n".join(case.text for case in folder.cases),
            "article": next((case.article_id for case in folder.cases), ""),
            "title": "",
            "notes": "",
            "prose": "",
        }
        page = self._printer.private(
            "staff/gap.html",
            staff=staff,
            snapshot=folder.snapshot,
            folder=folder,
            gap=folder.gap,
            told=told_by_agents(folder.conversations),
            articles={each.article.id: each.article for each in folder.snapshot.health},
            titles={each.article.id: f"“{each.article.title}”" for each in folder.snapshot.health},
            states=BY_HAND,
            first=first,
            shown=SHOWN,
            came=came,
            typed={**kept, **came.typed},
            strange=unknown_article(kept["article"], self._sources.catalogue().ids),
            model=desk.prose.name if desk.prose is not None else "",
        )
        if came.refused:
            page.status_code = 422
        return page


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of a form of the page.

    Attributes:
        where: The form.
        done: Whether it was done.
        refused: Why it was not.
        typed: What stood in it.
        draft: The draft that was asked for.
        worded: The same with what a model wrote of it.
        unworded: Why no model worded it, though one was to.
    """

    where: str = ""
    done: bool = False
    refused: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    draft: Draft | None = None
    worded: WordedDraft | None = None
    unworded: str = ""


def _back(gap_id: str, done: str) -> Response:
    return RedirectResponse(f"/insights/gaps/{quote(gap_id, safe='')}?done={done}", status_code=303)


def _download(text: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)
