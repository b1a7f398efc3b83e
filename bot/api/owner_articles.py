"""``/insights/health``: articles with what to fix; ``/insights/articles/{id}``: one, its past."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from urllib.parse import quote, urlencode

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.api.access import StaffMember
from bot.api.owner_access import (
    ContentOwner,
    Line,
    OwnerPages,
    Place,
    Reader,
    Text,
    WordsRefused,
    own_words,
)
from bot.api.printing import PageSources, Printer
from bot.api.services import Parts
from bot.content_desk import SHOWN, Board
from bot.estimate import Estimate, share
from bot.insights.citations import Citations, monday_of
from bot.insights.gap import Gap
from bot.insights.health import ArticleHealth
from bot.insights.issue import IssueKind
from bot.insights.snapshot import Snapshot
from bot.store_insights import RevisionVotes
from bot.threaded import threaded

PAGE = 50
_WEEK = timedelta(days=7)
_GAPS = 5
_NONE = Citations({}, ())


@dataclass(frozen=True, slots=True)
class HealthFilters:
    """Which articles are shown; empty means all.

    Attributes:
        kind: A kind of issue, ``any`` for those with one.
        owner: Who keeps them.
        domain: Their domain.
    """

    kind: str = ""
    owner: str = ""
    domain: str = ""

    def keep(self, each: ArticleHealth) -> bool:
        """Whether an article is shown."""
        kinds = {issue.kind.value for issue in each.issues}
        right = not self.kind or (bool(kinds) if self.kind == "any" else self.kind in kinds)
        return (
            right
            and (not self.owner or each.article.owner == self.owner)
            and (not self.domain or each.article.domain == self.domain)
        )

    def query(self, **changed: object) -> str:
        """The address of the same list with something changed."""
        told = {name: value for name, value in {**asdict(self), **changed}.items() if value}
        return "/insights/health" + (f"?{urlencode(told)}" if told else "")


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of an article, as far as anything is known of it.

    Attributes:
        name: Its digest.
        seen: The day on which a run saw it first; ``None`` for one that only votes name.
        helpful: Share of its votes that are up.
        present: Whether it is the one in use.
    """

    name: str
    seen: date | None
    helpful: Estimate
    present: bool


class OwnerArticlePages(OwnerPages):
    """Renders them."""

    def __init__(self, printer: Printer, sources: PageSources) -> None:
        super().__init__(printer, sources)
        self._add("/insights/health", self._health)
        self._add("/insights/articles/{article_id:path}", self._one)
        self._add("/insights/articles/{article_id:path}/dismiss", self._dismiss, "POST")

    async def _health(
        self, staff: Reader, kind: Text = "", owner: Text = "", domain: Text = "", first: Place = 0
    ) -> Response:
        desk = self._desk
        snapshot = await threaded(desk.snapshot)
        filters = HealthFilters(kind, owner, domain)
        every = snapshot.health if snapshot is not None else ()
        kept = [each for each in every if filters.keep(each)]
        waiting = [
            (each.article, issue.detail)
            for each in every
            for issue in each.issues
            if issue.kind is IssueKind.PRODUCT_CHANGE
        ]
        return self._printer.private(
            "staff/health.html",
            staff=staff,
            standing=desk.standing(),
            now=self._sources.clock(),
            snapshot=snapshot,
            filters=filters,
            listed=kept[first : first + PAGE],
            count=len(kept),
            sick=sum(bool(each.issues) for each in every),
            total=len(every),
            first=first,
            page=PAGE,
            waiting=waiting,
            imported=sum(each.only_imported for each in every),
            kinds=tuple(IssueKind),
            owners=sorted({each.article.owner for each in every if each.article.owner}),
            domains=sorted({each.article.domain for each in every if each.article.domain}),
        )

    async def _dismiss(
        self,
        staff: ContentOwner,
        parts: Parts,
        article_id: str,
        key: Line = "",
        reason: Line = "",
    ) -> Response:
        """An owner says that a contradiction is none."""
        try:
            why = " ".join(await own_words(parts.gate, reason))
        except WordsRefused as error:
            return await self._article(staff, article_id, str(error))
        if not why:
            need = "Say why it is no contradiction, so that colleagues know."
            return await self._article(staff, article_id, need)
        if not await threaded(self._desk.dismiss, key, why, staff.name):
            return self._printer.missing()
        here = f"/insights/articles/{quote(article_id)}"
        return RedirectResponse(here, status_code=303)

    async def _one(self, staff: Reader, article_id: str) -> Response:
        return await self._article(staff, article_id)

    async def _article(self, staff: StaffMember, article_id: str, refused: str = "") -> Response:
        desk = self._desk
        board = await threaded(desk.board)
        health = _health_of(board, article_id)
        if board is None or health is None:
            return self._printer.missing()
        votes = await threaded(desk.votes, article_id)
        citations = board.snapshot.citations.get(article_id, _NONE)
        shown = await threaded(desk.conversations, citations.conversation_ids[:SHOWN])
        page = self._printer.private(
            "staff/article_health.html",
            staff=staff,
            snapshot=board.snapshot,
            standings=board.standings,
            health=health,
            article=health.article,
            refused=refused,
            revisions=_revisions(board.snapshot, health, votes),
            weeks=_weeks(citations, board.snapshot),
            conversations=shown,
            cited_in=len(citations.conversation_ids),
            gaps=_near(board, article_id),
            cases=await threaded(desk.cases_of_article, article_id),
        )
        if refused:
            page.status_code = 422
        return page


def _health_of(board: Board | None, article_id: str) -> ArticleHealth | None:
    every = board.snapshot.health if board is not None else ()
    return next((each for each in every if each.article.id == article_id), None)


def _near(board: Board, article_id: str) -> list[Gap]:
    """The dearest gaps to which the article is near."""
    found = (gap for gap in board.gaps if any(n.article_id == article_id for n in gap.nearest))
    return list(found)[:_GAPS]


def _revisions(
    snapshot: Snapshot, health: ArticleHealth, votes: Sequence[RevisionVotes]
) -> list[Revision]:
    """The revisions, the present one first."""
    seen = {each.revision: each.on for each in snapshot.revisions.get(health.article.id, ())}
    counted = {each.revision: each for each in votes}
    names = [*reversed(seen), *(name for name in counted if name not in seen)]
    return [
        Revision(
            name,
            seen.get(name),
            _helpful(counted.get(name)),
            present=name == health.article.revision,
        )
        for name in names
    ]


def _helpful(votes: RevisionVotes | None) -> Estimate:
    up, down = (votes.helpful, votes.unhelpful) if votes is not None else (0, 0)
    return share(up, up + down, empty="no votes yet")


def _weeks(citations: Citations, snapshot: Snapshot) -> list[tuple[date, int]]:
    """Citations of every week of the window, also of those without any."""
    if not citations.weeks:
        return []
    monday, last = min(citations.weeks), monday_of(snapshot.at.date())
    found = []
    while monday <= last:
        found.append((monday, citations.weeks.get(monday, 0)))
        monday += _WEEK
    return found
