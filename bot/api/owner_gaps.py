"""``/insights/gaps``: what customers ask and nothing answers, the dearest first."""

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from fastapi import Response

from bot.api.owner_access import OwnerPages, Place, Reader, Text
from bot.api.printing import PageSources, Printer
from bot.content_desk import Board
from bot.insights.gap import Gap
from bot.insights.miss import MissReason
from bot.store_gaps import CLOSED, GapState
from bot.threaded import threaded

PAGE = 50


@dataclass(frozen=True, slots=True)
class GapFilters:
    """Which gaps are shown; empty means all.

    Attributes:
        state: A state, ``closed``, or empty for those that are not closed.
        owner: Who keeps the nearest articles.
        domain: Of the nearest article.
        reason: Why messages ended without a right answer.
    """

    state: str = ""
    owner: str = ""
    domain: str = ""
    reason: str = ""

    def keep(self, gap: Gap, domain: str) -> bool:
        """Whether a gap is shown."""
        if self.state in set(GapState):
            right = gap.state.value == self.state
        else:
            right = (gap.state in CLOSED) == (self.state == "closed") or self.state == "all"
        return (
            right
            and (not self.owner or gap.owner == self.owner)
            and (not self.domain or domain == self.domain)
            and (not self.reason or self.reason in gap.reasons)
        )

    def query(self, **changed: object) -> str:
        """The address of the same list with something changed."""
        wanted = {**asdict(self), **changed}
        told = {name: value for name, value in wanted.items() if value}
        return "/insights/gaps" + (f"?{urlencode(told)}" if told else "")


class OwnerGapPages(OwnerPages):
    """Renders them."""

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        super().__init__(printer, sources)
        self._add("/insights/gaps", self._list)

    async def _list(
        self,
        staff: Reader,
        state: Text = "",
        owner: Text = "",
        domain: Text = "",
        reason: Text = "",
        chatter: Text = "",
        first: Place = 0,
    ) -> Response:
        desk = self._desk
        board = await threaded(desk.board)
        names = {"staff": staff, "standing": desk.standing(), "now": self._sources.clock()}
        if chatter and board is not None:
            told = await threaded(desk.chatter, board.snapshot)
            return self._printer.private(
                "staff/gap_chatter.html", **names, snapshot=board.snapshot, chatter=told
            )
        filters = GapFilters(state, owner, domain, reason)
        domains = _domains(board)
        kept = [g for g in board.gaps if filters.keep(g, domains[g.id])] if board else []
        return self._printer.private(
            "staff/gaps.html",
            **names,
            snapshot=board.snapshot if board else None,
            standings=board.standings if board else {},
            every=board.gaps if board else (),
            filters=filters,
            gaps=kept[first : first + PAGE],
            count=len(kept),
            first=first,
            page=PAGE,
            cost=sum(gap.cost_month for gap in kept),
            owners=sorted({g.owner for g in board.gaps if g.owner}) if board else (),
            domains=sorted({d for d in domains.values() if d}),
            states=tuple(GapState),
            reasons=tuple(MissReason),
        )


def _domains(board: Board | None) -> dict[str, str]:
    """The domain of the article that is nearest to each gap."""
    if board is None:
        return {}
    known = {each.article.id: each.article.domain for each in board.snapshot.health}
    return {
        gap.id: known.get(gap.nearest[0].article_id, "") if gap.nearest else ""
        for gap in board.gaps
    }
