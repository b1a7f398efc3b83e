"""What each role should know on Monday morning, as Markdown for a mail.

Content owners get gaps, health and drivers; agents what waits and what keeps coming; evaluators how
the figures moved; admins the money, and what stands still. Figures compare the last seven days with
the seven before.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.accounts import StaffRole
from bot.article_health import article_health
from bot.estimate import Estimate
from bot.gap_finding import find_gaps
from bot.insights.driver_tables import told_change
from bot.insights.drivers import Driver, DriverReport
from bot.insights.ends import WEEK, End
from bot.insights.health import ArticleHealth
from bot.insights.intent_figures import intent_figures
from bot.insights.issue import IssueKind
from bot.insights.weeks import Weeks
from bot.measure.ending import MeasureContext
from bot.measure.log_rows import rows_of
from bot.measure.replayed import read_replayed
from bot.reporting import contact_drivers, digest, gaps_kept
from bot.store import Store
from bot.wiring import Offline, knowledge_base

_MOST = 5
_MONEY = 1_000_000

_OF_AGENTS = (
    "escalation_rate", "agent_first_response_p50", "agent_first_response_p90", "promise_kept",
    "queue_abandonment", "bot_csat_assisted",
)  # fmt: skip
_OF_EVALUATORS = (
    "containment", "abandonment", "escalation_rate", "unmet_handoff", "resolution_assumed",
    "durable_7d", "fcr", "gap_rate", "bot_csat_bot_only", "csat_response_rate",
    "article_helpfulness", "resolved_after_cited", "first_response_p95", "verified_containment",
    "false_containment", "handoff_precision", "handoff_recall",
)  # fmt: skip
_OF_ADMINS = (
    "containment", "escalation_rate", "unmet_handoff", "first_response_p95", "promise_kept",
    "cost_per_contact", "cost_per_resolution", "saving_proxy",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DigestSource:
    """What a digest is made of.

    Attributes:
        offline: The assistant over the index in use.
        store: The records.
        conversations: A file in the replay format; ``None`` takes the records.
        days: How far back gaps and drivers are looked for.
        now: The time.
        tell: Told what goes on.
    """

    offline: Offline
    store: Store
    conversations: Path | None
    days: int
    now: datetime
    tell: Callable[[str], None]

    def drivers(self) -> DriverReport:
        """Why customers contact us."""
        gaps = gaps_kept(self.offline.settings, self.conversations)
        return contact_drivers(
            self.offline, self.store, self.conversations, self.days, self.now, gaps
        )

    def health(self) -> tuple[ArticleHealth, ...]:
        """The articles, what to fix first leading."""
        settings = self.offline.settings
        folder = knowledge_base(settings)
        return article_health(settings, folder, self.store, self.days, self.now)


def digest_for(role: StaffRole, source: DigestSource) -> str:
    """The digest of a role.

    Raises:
        bot.errors.NotReadyError: There is no index, or for content owners no embedding model.
        bot.errors.ConfigurationError: A file of the knowledge base is malformed.
        bot.measure.replayed.ReplayFileError: The file of conversations can't be read.
    """
    return _DIGESTS[role](source)


def _for_content_owners(source: DigestSource) -> str:
    gaps = find_gaps(
        source.offline,
        source.store,
        source.conversations,
        source.days,
        source.now,
        tell=source.tell,
    )
    drivers = contact_drivers(
        source.offline, source.store, source.conversations, source.days, source.now, gaps.gaps
    )
    currency = source.offline.settings.insights.currency
    return digest(gaps, source.health(), drivers, currency)


def _for_agents(source: DigestSource) -> str:
    weeks, drivers = _weeks(source), source.drivers()
    lines = [f"# This week at the desk, {weeks.now:%d %B %Y}", "", *weeks.begun(), ""]
    if source.conversations is None:
        lines += ["## What waits now", "", *_waiting(source), ""]
    lines += ["## How handoffs went", "", *weeks.table(_OF_AGENTS), ""]
    reasons = Counter(row.handoff_reason for row in weeks.rows_now() if row.handoff_reason)
    lines += ["## Why they were handed over", ""]
    lines += [
        f"- {reason.replace('_', ' ')}: {count:,}" for reason, count in reasons.most_common()
    ] or ["Nothing was handed over."]
    lines += ["", "## What keeps coming to people", "", *_by_people(drivers), ""]
    lines += ["## What changed in the articles", "", *_article_news(source), ""]
    return "\n".join(lines)


def _for_evaluators(source: DigestSource) -> str:
    weeks = _weeks(source)
    lines = [f"# This week's figures, {weeks.now:%d %B %Y}", "", *weeks.begun(), ""]
    lines += ["## Figures", "", *weeks.table(_OF_EVALUATORS), ""]
    figures = intent_figures(weeks.rows, weeks.context(0, weeks=2))
    worst = sorted(
        (each for each in figures if each.wrong.low),
        key=lambda each: -(each.wrong.low or 0.0),
    )[:_MOST]
    lines += ["## Intents with wrong answers, of both weeks", ""]
    lines += [
        f"- **{each.name.replace('_', ' ')}**: {_share(each.wrong)} of its answers"
        for each in worst
    ] or ["None that is known: no customer said so, or came back."]
    fresh = [each for each in figures if each.is_new][:_MOST]
    lines += ["", "## New intents", ""]
    lines += [f"- **{each.name.replace('_', ' ')}**: {each.episodes:,}" for each in fresh] or [
        "None came up for the first time."
    ]
    unknown = sum(row.needs_human is None for row in weeks.rows_now())
    lines += ["", f"{unknown:,} episodes of the week are not labelled: what is verified or false "]
    lines[-1] += "needs labels, see `firstline-evals live`."
    return "\n".join([*lines, ""])


def _for_admins(source: DigestSource) -> str:
    weeks, drivers = _weeks(source), source.drivers()
    currency = source.offline.settings.insights.currency
    lines = [f"# This week, {weeks.now:%d %B %Y}", "", *weeks.begun(), ""]
    lines += ["## Figures", "", *weeks.table(_OF_ADMINS), "", "## Money", ""]
    saves = [
        (sum(each.article_saves or 0 for each in drivers.drivers), "articles could save"),
        (sum(each.product_saves or 0 for each in drivers.drivers), "fixes of the product could"),
    ]
    if drivers.drivers and drivers.drivers[0].yearly is not None:
        lines += [f"- {what}: {currency}{money:,.0f} a year" for money, what in saves]
    else:
        lines += ["- What a year costs is told after the first full week."]
    if source.conversations is None:
        bill = source.store.spend.bill(weeks.now - WEEK)
        lines += [
            f"- language models: {bill.cost.calls:,} calls, {bill.cost.micros / _MONEY:,.2f} in "
            "the currency of the prices"
        ]
        lines += ["", "## What waits now", "", *_waiting(source)]
        backlog = source.store.figures.backlog(weeks.now)
        lines += [
            f"- deliveries to other programs: {backlog.deliveries:,} wait, {backlog.dead:,} were "
            "given up"
        ]
    health = source.health()
    sick = sum(bool(each.issues) for each in health)
    owned = sum(not each.article.owner for each in health)
    lines += ["", "## Articles", ""]
    lines += [f"- {sick:,} of {len(health):,} have something to fix; {owned:,} have no owner", ""]
    return "\n".join(lines)


_DIGESTS: dict[StaffRole, Callable[[DigestSource], str]] = {
    StaffRole.CONTENT_OWNER: _for_content_owners,
    StaffRole.AGENT: _for_agents,
    StaffRole.EVALUATOR: _for_evaluators,
    StaffRole.ADMIN: _for_admins,
}


def _weeks(source: DigestSource) -> Weeks:
    """The last two weeks of the records, or of a log."""
    cost = source.offline.settings.insights.told_contact_cost
    if source.conversations is None:
        context = MeasureContext(source.now, source.now - 2 * WEEK)
        return Weeks(source.store.logged.episodes(context), source.now, cost)
    rows = rows_of(each.logged() for each in read_replayed(source.conversations))
    last = max((row.started_at for row in rows if row.started_at), default=source.now)
    return Weeks(rows, last + timedelta(seconds=1), cost)


def _waiting(source: DigestSource) -> Iterator[str]:
    backlog = source.store.figures.backlog(source.now)
    oldest = backlog.oldest_ticket
    since = f", the oldest since {oldest:%d %B, %H:%M} UTC" if oldest else ""
    yield f"- {backlog.tickets:,} tickets wait{since}"
    yield f"- {backlog.overdue:,} of them are past the time of their first reply"
    yield f"- {backlog.claimed:,} tickets are held by somebody"


def _by_people(report: DriverReport) -> list[str]:
    """Drivers by how many contacts only a person ends, or ended."""
    counted = [(each, _count(each, End.AGENT)) for each in report.drivers]
    ranked = sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1])[:_MOST]
    return [
        f"- **{each.name.replace('_', ' ')}**: {count:,} of {each.contacts:,}; this week "
        f"{each.week:,}, {told_change(each)}"
        for each, count in ranked
    ] or ["Nothing that a person has to end."]


def _count(driver: Driver, end: End) -> int:
    return round((driver.ends[end].value or 0.0) * driver.contacts)


def _article_news(source: DigestSource) -> list[str]:
    """Articles that were reviewed this week, and those that don't tell of a change yet."""
    health, today = source.health(), source.now.date()
    waiting = [
        f"- **{each.article.title}** doesn't tell of a change yet: {issue.detail}"
        for each in health
        for issue in each.issues
        if issue.kind is IssueKind.PRODUCT_CHANGE
    ]
    reviewed = [
        f"- {each.article.title}: reviewed {each.article.reviewed_on:%d %B}"
        for each in health
        if each.article.reviewed_on is not None
        and timedelta(0) <= today - each.article.reviewed_on <= WEEK
    ]
    more = len(reviewed) - _MOST
    told = [*waiting[:_MOST], *reviewed[:_MOST], *([f"- and {more} more"] if more > 0 else [])]
    return told or ["Nothing."]


def _share(found: Estimate) -> str:
    low, high = found.low or 0.0, found.high or 0.0
    return f"{found.value or 0.0:.0%} ({low:.0%} to {high:.0%}, n = {found.n:,})"
