"""``/insights/intents``: how each intent goes, and the messages behind it."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import Response

from bot.api.owner_access import OwnerPages, Place, Reader, Text
from bot.api.printing import PageSources, Printer
from bot.content_desk import SHOWN, Board
from bot.estimate import Estimate
from bot.insights.gap import Gap
from bot.insights.intent_figures import IntentFigures
from bot.threaded import threaded

_NEW = timedelta(days=7)
_NEW_GAPS = 5
_SORTS = ("wrong", "handed_over", "contained", "satisfied", "week")


@dataclass(frozen=True, slots=True)
class IntentFilters:
    """How the list is sorted and what of it is shown.

    Attributes:
        sort: What stands first; the most frequent when empty.
        new: Whether only what came up this week is shown.
    """

    sort: str = ""
    new: str = ""


class OwnerIntentPages(OwnerPages):
    """Renders them."""

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        super().__init__(printer, sources)
        self._add("/insights/intents", self._list)
        self._add("/insights/intents/{name:path}", self._one)

    async def _list(self, staff: Reader, sort: Text = "", new: Text = "") -> Response:
        desk = self._desk
        board = await threaded(desk.board)
        filters = IntentFilters(sort if sort in _SORTS else "", "1" if new else "")
        every = board.snapshot.intents if board is not None else ()
        kept = [each for each in every if each.is_new or not filters.new]
        return self._printer.private(
            "staff/intents.html",
            staff=staff,
            standing=desk.standing(),
            now=self._sources.clock(),
            snapshot=board.snapshot if board is not None else None,
            standings=board.standings if board is not None else {},
            filters=filters,
            intents=sorted(kept, key=lambda each: _order(each, filters.sort)),
            total=len(every),
            fresh=sum(each.is_new for each in every),
            new_gaps=_new_gaps(board) if board is not None else (),
        )

    async def _one(self, staff: Reader, name: str, first: Place = 0) -> Response:
        desk = self._desk
        snapshot = await threaded(desk.snapshot)
        every = snapshot.intents if snapshot is not None else ()
        found = next((each for each in every if each.name == name), None)
        if snapshot is None or found is None:
            return self._printer.missing()
        articles = [each.article for each in snapshot.health if name in each.article.intents]
        shown = found.conversation_ids[first : first + SHOWN]
        return self._printer.private(
            "staff/intent.html",
            staff=staff,
            snapshot=snapshot,
            intent=found,
            articles=articles,
            conversations=await threaded(desk.conversations, shown),
            first=first,
            shown=SHOWN,
        )


def _order(each: IntentFigures, sort: str) -> tuple[float, int, str]:
    """The worst first, where something is sorted by; unknown ones last."""
    if sort == "week":
        return -float(each.week), -each.episodes, each.name
    if not sort:
        return 0.0, -each.episodes, each.name
    found: Estimate = getattr(each, sort)
    if found.value is None:
        return 2.0, -each.episodes, each.name
    bad = -found.value if sort in {"wrong", "handed_over"} else found.value
    return bad, -each.episodes, each.name


def _new_gaps(board: Board) -> list[Gap]:
    """Gaps that were found first within the last week: topics that no intent may cover."""
    found = (
        gap
        for gap in board.gaps
        if gap.id in board.standings
        and board.standings[gap.id].first_seen >= board.snapshot.at - _NEW
    )
    return list(found)[:_NEW_GAPS]
