"""``/insights/home``: what a content owner does this Monday; the drivers; reckoning anew."""

from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Response
from fastapi.responses import RedirectResponse

from bot.api.owner_access import OwnerPages, Reader, Text
from bot.api.printing import PageSources, Printer
from bot.content_desk import Board
from bot.insights.driver_tables import END_WORDS, as_csv
from bot.insights.drivers import TOP, Driver
from bot.insights.issue import IssueKind
from bot.store_gaps import CLOSED, GapState
from bot.threaded import threaded

_TO_DO = 5
_WEEK = timedelta(days=7)
_PAGES = frozenset({"home", "gaps", "health", "drivers", "intents"})


class OwnerHomePages(OwnerPages):
    """Renders them."""

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        super().__init__(printer, sources)
        self._add("/insights/home", self._home)
        self._add("/insights/drivers", self._drivers)
        self._add("/insights/drivers.csv", self._csv)
        self._add("/insights/reckon", self._reckon, "POST")

    async def _home(self, staff: Reader) -> Response:
        desk = self._desk
        board = await threaded(desk.board)
        now = self._sources.clock()
        return self._printer.private(
            "staff/owner_home.html",
            staff=staff,
            standing=desk.standing(),
            now=now,
            snapshot=board.snapshot if board else None,
            standings=board.standings if board else {},
            gaps=[g for g in board.gaps if g.state is GapState.OPEN][:_TO_DO] if board else (),
            under_way=[g for g in board.gaps if g.state in _UNDER_WAY] if board else (),
            changed=_changed(board, now) if board else (),
            sick=[each for each in board.snapshot.health if each.issues][:_TO_DO] if board else (),
            waiting=_waiting(board) if board else 0,
            drivers=_moved(board.snapshot.drivers.drivers) if board else (),
        )

    async def _drivers(self, staff: Reader, by: Text = "") -> Response:
        desk = self._desk
        snapshot = await threaded(desk.snapshot)
        every = snapshot.drivers.drivers if snapshot is not None else ()
        by = "contacts" if by == "contacts" else ""
        ranked = sorted(every, key=lambda d: (-d.contacts, d.name)) if by else list(every)
        return self._printer.private(
            "staff/drivers.html",
            staff=staff,
            standing=desk.standing(),
            now=self._sources.clock(),
            snapshot=snapshot,
            drivers=ranked[:TOP],
            total=len(every),
            by=by,
            end_words=END_WORDS,
            digest=await threaded(desk.digest) if snapshot is not None else "",
        )

    async def _csv(self, staff: Reader) -> Response:
        desk = self._desk
        snapshot = await threaded(desk.snapshot)
        if snapshot is None:
            return self._printer.missing()
        headers = {
            "Content-Disposition": 'attachment; filename="drivers.csv"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(
            as_csv(snapshot.drivers.drivers), media_type="text/csv; charset=utf-8", headers=headers
        )

    async def _reckon(
        self,
        staff: Reader,
        back: Annotated[str, Form(max_length=32)] = "",
    ) -> Response:
        desk = self._desk
        await threaded(desk.reckon)
        page = f"/{back if back in _PAGES else 'home'}" if back != "figures" else ""
        return RedirectResponse(f"/insights{page}?{urlencode({'asked': 1})}", status_code=303)


_UNDER_WAY = frozenset({GapState.DRAFTING, GapState.PUBLISHED})


def _changed(board: Board, now: datetime) -> list[tuple[str, str, GapState]]:
    """Gaps that came to an end or opened again within a week, without anybody's hand."""
    titles = {gap.id: gap.title for gap in board.gaps}
    return [
        (titles[gap_id], gap_id, standing.state)
        for gap_id, standing in board.standings.items()
        if gap_id in titles
        and not standing.changed_by
        and standing.changed_at >= now - _WEEK
        and (standing.state in CLOSED or standing.changed_at > standing.first_seen)
    ]


def _waiting(board: Board) -> int:
    """Articles that a change of the product waits for."""
    return sum(
        any(issue.kind is IssueKind.PRODUCT_CHANGE for issue in each.issues)
        for each in board.snapshot.health
    )


def _moved(drivers: tuple[Driver, ...]) -> list[Driver]:
    """Drivers that surely changed since last week, the most contacts more first."""
    sure = (
        each
        for each in drivers
        if each.change.low is not None
        and each.change.high is not None
        and (each.change.low > 0 or each.change.high < 0)
    )
    return sorted(sure, key=lambda d: -abs(d.week - (d.week_before or 0)))[:_TO_DO]
