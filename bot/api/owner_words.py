"""What content owners' pages say in words: why messages were missed, what articles lack."""

from collections.abc import Callable, Mapping

from bot.estimate import Estimate
from bot.insights.costs import media_words
from bot.insights.driver_tables import ends_words, number, told_change
from bot.insights.gap import Gap
from bot.insights.health import ArticleHealth
from bot.insights.issue import IssueKind
from bot.insights.miss import MissReason
from bot.insights.nearest import WhyNot
from bot.insights.outcome_words import came_words, ways_out, why_words
from bot.insights.snapshot import Snapshot
from bot.store_gaps import CLOSED, GapState
from bot.store_insights import GapStanding
from bot.web.catalogue import domain_title
from bot.web.small_charts import bars, columns, ends_bar, share_bar, sparkline
from bot.web.views import day

_REASONS: Mapping[str, str] = {
    MissReason.NO_ARTICLE: "No article covers it",
    MissReason.LOW_CONFIDENCE: "The assistant wasn't sure",
    MissReason.NOT_GROUNDED: "No article backed the answer",
    MissReason.NOT_HELPFUL: "Customers said it didn't help",
    MissReason.QUESTION_UNANSWERED: "We asked back, no reply came",
    MissReason.CONTACTED_AGAIN: "Customers came back about it",
    MissReason.NOTHING_NEAR: "Handed over, nothing was near",
    MissReason.DECLINED: "Turned away as none of our topics",
    MissReason.DECLINED_IN_VAIN: "Turned away, and they said that it was wrong",
    MissReason.UNKNOWN: "No decision is recorded",
}
_WHY_NOT: Mapping[str, str] = {
    WhyNot.MISSING: "is about something else",
    WhyNot.INCOMPLETE: "touches the matter, but doesn't answer it",
    WhyNot.NOT_FOUND: "seems to hold the answer, but wasn't found by these words",
    WhyNot.OUT_OF_DATE: "is out of date: a review is overdue or a product change waits",
    WhyNot.CONTRADICTED: "says something else than another article",
}
_STATES: Mapping[str, str] = {
    GapState.OPEN: "Open",
    GapState.DRAFTING: "Being drafted",
    GapState.PUBLISHED: "Published, not yet proved",
    GapState.VERIFIED: "Verified",
    GapState.DISMISSED: "Dismissed",
}
_ISSUES: Mapping[str, str] = {
    IssueKind.CONTRADICTION: "Contradiction",
    IssueKind.PRODUCT_CHANGE: "Product change waiting",
    IssueKind.BROKEN_LINK: "Broken link",
    IssueKind.STALE: "Review overdue",
    IssueKind.NEAR_DUPLICATE: "Near-duplicate",
    IssueKind.NO_SHORT_ANSWER: "No short answer",
    IssueKind.NO_EXAMPLES: "No example messages",
    IssueKind.READING_GRADE: "Hard to read",
    IssueKind.NEVER_CITED: "Never cited",
}
_STEADY = 0.05


def miss_words(reason: str) -> str:
    """Why messages ended without a right answer."""
    return _REASONS.get(reason, reason.replace("_", " "))


def why_not_words(why: str) -> str:
    """Why an article did not answer, to follow its title."""
    return _WHY_NOT.get(why, why.replace("_", " "))


def gap_state_words(state: str) -> str:
    """Where a gap stands."""
    return _STATES.get(state, state)


def issue_words(kind: str) -> str:
    """What may be wrong with an article."""
    return _ISSUES.get(kind, kind.replace("_", " ").capitalize())


def trend_words(trend: float) -> str:
    """This week against the week before, with an arrow."""
    if abs(trend) < _STEADY:
        return "→ about as before"
    arrow, word = ("↗", "more") if trend > 0 else ("↘", "fewer")
    return f"{arrow} {abs(trend):.0%} {word} than the week before"


def times(count: int) -> str:
    """How often: ``once``, ``12 times``."""
    return "once" if count <= 1 else f"{count:,} times"


def gap_reason(
    gap: Gap, snapshot: Snapshot, standings: Mapping[str, GapStanding] | None = None
) -> str:
    """Why to act on a gap, or since when nobody has to, in one sentence.

    Args:
        gap: The gap.
        snapshot: The run that found it.
        standings: Since when each gap has its state.
    """
    often, cost = gap_often(gap, snapshot), ""
    if not _is_young(snapshot):
        cost = f"about {snapshot.currency}{gap.cost_month:,.0f}"
    if gap.state in CLOSED:
        standing = (standings or {}).get(gap.id)
        on = f" on {day(standing.changed_at)}" if standing is not None else ""
        return f"Closed{on}, was asked {often}{cost and f' and cost {cost}'}."
    near = next((n for n in gap.nearest if n.why is not WhyNot.MISSING), None)
    what = "no article is near" if near is None else f"an article {why_not_words(near.why)}"
    return f"Asked {often}{cost and f', costs {cost}'}: {what}."


def gap_often(gap: Gap, snapshot: Snapshot) -> str:
    """How often a gap is asked: a month, or so far where less than a week is known."""
    if snapshot.report is not None and _is_young(snapshot):
        return f"{times(gap.contacts)} in {number(snapshot.report.days, 'day')}"
    return f"{times(round(gap.monthly))} a month"


def _is_young(snapshot: Snapshot) -> bool:
    return snapshot.report is not None and snapshot.report.is_young


def health_reason(health: ArticleHealth) -> str:
    """Why to look after an article, in one sentence; empty where nothing is wrong."""
    if not health.issues:
        return ""
    cited = health.use.cited if health.use else 0
    used = f", cited {times(cited)}" if cited else ""
    others = len(health.issues) - 1
    more = f" and {others} more" if others else ""
    return f"{issue_words(health.issues[0].kind)}{more}{used}"


def share_words(found: Estimate | None) -> str:
    """A share with its interval and what it rests on."""
    if found is None or found.value is None:
        return "–"
    if found.low is None or found.high is None:
        return f"{found.value:.0%} (n = {found.n:,})"
    return f"{found.value:.0%} ({found.low:.0%} to {found.high:.0%}, n = {found.n:,})"


def _pair(words: Callable[[str], str]) -> Callable[[str], tuple[str, str]]:
    """A value with its words, as a choice shows it."""
    return lambda value: (str(value), words(value))


FILTERS: Mapping[str, Callable[..., object]] = {
    "list_pair": _pair(str),
    "domain_pair": _pair(domain_title),
    "reason_pair": _pair(miss_words),
    "issue_pair": _pair(issue_words),
    "miss_words": miss_words,
    "why_not_words": why_not_words,
    "came_words": came_words,
    "outcome_why": why_words,
    "ways_out": ways_out,
    "gap_state_words": gap_state_words,
    "issue_words": issue_words,
    "trend_words": trend_words,
    "gap_reason": gap_reason,
    "health_reason": health_reason,
    "share_words": share_words,
    "change_words": told_change,
    "columns": columns,
    "amount_bars": bars,
    "share_bar": share_bar,
    "sparkline": sparkline,
    "ends_bar": ends_bar,
    "times": times,
    "number": number,
    "ends_words": ends_words,
    "media_words": media_words,
}
"""For the templates."""
