"""The evaluator's page at ``/insights``: the live figures, and the conversations behind each."""

from typing import Annotated

from fastapi import Depends, Query, Response
from fastapi.responses import RedirectResponse

from bot.accounts import StaffRole
from bot.api.access import StaffMember
from bot.api.owner_access import OwnerPages, Reader
from bot.api.printing import PageSources, Printer
from bot.api.services import Parts
from bot.api.staff_pages import StaffPageGuard
from bot.insights.boards import PERIODS, Part
from bot.measure.catalogue import ALL
from bot.measure.shown import words
from bot.store_errors import UnknownConversation
from bot.threaded import threaded

Evaluator = Annotated[StaffMember, Depends(StaffPageGuard(StaffRole.EVALUATOR))]
Name = Annotated[str, Query(max_length=64)]


class InsightPages(OwnerPages):
    """Renders the evaluator's page."""

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        super().__init__(printer, sources)
        self._add("/insights", self._board)
        self._add("/insights/{conversation_id}", self._conversation)

    async def _board(
        self, staff: Reader, days: int = 30, metric: Name = "", part: Name = "numerator"
    ) -> Response:
        if not staff.may(StaffRole.EVALUATOR):
            return RedirectResponse("/insights/home", status_code=303)
        days = days if days in PERIODS else 30
        desk = self._sources.boards
        if desk is None:
            return self._printer.missing()
        shown = {"staff": staff, "days": days, "periods": PERIODS}
        board = await threaded(desk.board, days)
        if board is not None and metric in board.behind and part in set(Part):
            listed = board.of(metric, Part(part))
            return self._printer.private(
                "staff/insight_list.html",
                **shown,
                title=words(metric),
                meaning=ALL[metric].meaning,
                metric=metric,
                part=part,
                parts=tuple(Part),
                listed=listed,
                count=board.count(metric, Part(part)),
            )
        return self._printer.private(
            "staff/insights.html",
            **shown,
            board=board,
            parts=tuple(Part),
            standing=self._desk.standing(),
            now=self._sources.clock(),
        )

    async def _conversation(self, staff: Evaluator, parts: Parts, conversation_id: str) -> Response:
        try:
            conversation = await parts.service.get(conversation_id)
        except UnknownConversation:
            return self._printer.missing()
        return self._printer.private(
            "staff/insight_conversation.html", staff=staff, conversation=conversation
        )
