"""Why customers contact us: the drivers of a window, by volume and money, and what changed.

A driver is the intent of a conversation, as the log says or as the model takes its first message;
what is near no intent is one driver, so that nothing is dropped.
"""

import csv
import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.estimate import Estimate, Z, share, unknown
from bot.insights.miss import MissReason, find_misses
from bot.measure.replayed import ReplayedConversation

UNKNOWN = "unknown"
"""Driver of what is near no intent."""

TOP = 10
DAYS_A_YEAR = 365

_WEEK = timedelta(days=7)
_UNPROVED = frozenset({MissReason.NOTHING_NEAR, MissReason.UNKNOWN, MissReason.CONTACTED_AGAIN})
"""Reasons that only a look at the knowledge base proves: here they count for nothing."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Driver:
    """One reason to contact us.

    Attributes:
        name: Intent, or ``unknown``.
        owner: Who keeps its first article.
        contacts: Conversations in the window.
        share: Of all conversations in it.
        yearly: Contacts a year at this rate.
        cost_year: What they would cost if a person handled each.
        week: Contacts of the last seven days.
        week_before: Of the seven before; ``None`` where the window doesn't hold them.
        change: Relative change of the week, with the interval of a ratio of two counts.
        handed_over: Share that was handed to a person.
        article: Share that ended without a right answer: what an article could end.
        agent: Share that was handed over though answers were near: what a person ends.
        conversation_ids: The conversations it counts.
    """

    name: str
    owner: str
    contacts: int
    share: Estimate
    yearly: float
    cost_year: float
    week: int
    week_before: int | None
    change: Estimate
    handed_over: Estimate
    article: Estimate
    agent: Estimate
    conversation_ids: tuple[str, ...]

    def record(self) -> dict[str, object]:
        """The driver as JSON."""
        return {
            "driver": self.name,
            "owner": self.owner,
            "contacts": self.contacts,
            "share": _plain(self.share),
            "contacts_year": round(self.yearly),
            "cost_year": round(self.cost_year, 2),
            "week": self.week,
            "week_before": self.week_before,
            "change": _plain(self.change),
            "handed_over": _plain(self.handed_over),
            "article_could_end": _plain(self.article),
            "agent_ends": _plain(self.agent),
            "conversation_ids": list(self.conversation_ids),
        }


def find_drivers(
    conversations: Iterable[tuple[ReplayedConversation, str]],
    owners: dict[str, str],
    contact_cost: float,
) -> tuple[Driver, ...]:
    """All drivers, the dearest first; ties by volume, then name.

    Args:
        conversations: Each with its driver; test traffic is left out.
        owners: Who keeps a driver's first article.
        contact_cost: What a contact costs that a person handles.
    """
    real = [(each, name) for each, name in conversations if not each.is_test]
    if not real:
        return ()
    times = [each.started_at for each, _ in real]
    last = max(times)
    days = max(1.0, (last - min(times)) / timedelta(days=1))
    misses = find_misses(each for each, _ in real)
    missed = {miss.conversation_id for miss in misses if miss.reason not in _UNPROVED}
    own: dict[str, list[ReplayedConversation]] = defaultdict(list)
    for each, name in real:
        own[name].append(each)
    found = [
        _driver(name, rows, owners.get(name, ""), len(real), days, last, contact_cost, missed)
        for name, rows in own.items()
    ]
    return tuple(sorted(found, key=lambda d: (-d.cost_year, -d.contacts, d.name)))


def _driver(
    name: str,
    rows: Sequence[ReplayedConversation],
    owner: str,
    total: int,
    days: float,
    last: datetime,
    contact_cost: float,
    missed: set[str],
) -> Driver:
    yearly = len(rows) * DAYS_A_YEAR / days
    week = sum(each.started_at > last - _WEEK for each in rows)
    before = sum(last - 2 * _WEEK < each.started_at <= last - _WEEK for each in rows)
    whole = days >= 2 * _WEEK.days - 1
    handed = Counter(_handed_over(each) for each in rows)[True]
    lacking = sum(each.conversation_id in missed for each in rows)
    by_agent = sum(_handed_over(each) and each.conversation_id not in missed for each in rows)
    return Driver(
        name,
        owner,
        len(rows),
        share(len(rows), total),
        yearly,
        yearly * contact_cost,
        week,
        before if whole else None,
        change_of(week, before) if whole else unknown("the window is shorter than two weeks"),
        share(handed, len(rows)),
        share(lacking, len(rows)),
        share(by_agent, len(rows)),
        tuple(each.conversation_id for each in rows),
    )


def change_of(now: int, before: int) -> Estimate:
    """Relative change between two counts; the interval is that of a ratio of Poisson counts.

    log(now / before) is about normal with variance 1/now + 1/before.
    """
    if before == 0:
        return unknown("there was none the week before")
    value = now / before - 1
    if now == 0:
        return Estimate(value, None, None, before, reason="none is left to compare")
    spread = Z * math.sqrt(1 / now + 1 / before)
    ratio = now / before
    return Estimate(
        value,
        ratio * math.exp(-spread) - 1,
        ratio * math.exp(spread) - 1,
        now + before,
        numerator=now,
        denominator=before,
        method="log ratio of counts 95 %",
    )


def _handed_over(conversation: ReplayedConversation) -> bool:
    return conversation.handoff is not None or any(
        turn.speaker == "agent" or turn.decision == "handoff" for turn in conversation.turns
    )


def as_csv(drivers: Sequence[Driver]) -> str:
    """The drivers for a spreadsheet; no cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        "driver,owner,contacts,contacts_year,cost_year,week,week_before,change,change_low,"
        "change_high,handed_over,article_could_end,agent_ends".split(",")
    )
    for each in drivers:
        writer.writerow(
            [
                formula_safe(each.name),
                formula_safe(each.owner),
                each.contacts,
                round(each.yearly),
                round(each.cost_year, 2),
                each.week,
                each.week_before,
                _rounded(each.change.value),
                _rounded(each.change.low),
                _rounded(each.change.high),
                _rounded(each.handed_over.value),
                _rounded(each.article.value),
                _rounded(each.agent.value),
            ]
        )
    return out.getvalue()


def as_markdown(drivers: Sequence[Driver], currency: str) -> str:
    """The dearest drivers as a table that mail programs show."""
    lines = [
        "| why | contacts | a year | money | since last week | owner |",
        "|---|--:|--:|--:|---|---|",
    ]
    lines += [
        f"| {_cell(each.name.replace('_', ' '))} | {each.contacts:,} | {each.yearly:,.0f} "
        f"| {currency}{each.cost_year:,.0f} | {told_change(each)} "
        f"| {_cell(each.owner or 'nobody')} |"
        for each in drivers[:TOP]
    ]
    return "\n".join(lines)


def told_change(driver: Driver) -> str:
    """What changed since last week, in words."""
    change = driver.change
    if change.value is None:
        return f"unknown: {change.reason}"
    if change.low is None or change.high is None:
        return f"{change.value:+.0%}"
    sure = "" if change.low > 0 or change.high < 0 else ", may be chance"
    return f"{change.value:+.0%} ({change.low:+.0%} to {change.high:+.0%}{sure})"


def formula_safe(cell: str) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula, blanks before it or not."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell[:1] in _FORMULA else cell


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 4)


def _plain(estimate: Estimate) -> dict[str, float | int | str | None]:
    told: dict[str, float | int | str | None] = {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
    }
    if estimate.value is None:
        told["reason"] = estimate.reason
    return told
