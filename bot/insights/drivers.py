"""Why customers contact us: the drivers of a window, by volume and money, and what changed.

A driver is the intent of a conversation, as the log says or as the model takes its first message;
what is near no intent is one driver, so that nothing is dropped.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.estimate import Estimate, share, unknown
from bot.insights.costs import ContactCosts, Medium, priced
from bot.insights.driver_marks import EndsBy
from bot.insights.ends import WEEK, End, Ended, Known, ends_of, was_handed_over
from bot.insights.rates import change_of
from bot.measure.replayed import ReplayedConversation

UNKNOWN = "unknown"
"""Driver of what is near no intent."""

TOP = 10
DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Driver:
    """One reason to contact us.

    Attributes:
        name: Intent, or ``unknown``.
        owner: Who keeps its first article.
        contacts: Conversations in the window.
        share: Of all conversations in it.
        media: The contacts by how they came.
        cost: What they would have cost if a person had handled each.
        yearly: Contacts a year at this rate; ``None`` where less than a week is known.
        cost_year: The same of what they cost.
        week: Contacts of the last seven days.
        week_before: Of the seven before; ``None`` where the window doesn't hold them.
        change: Relative change of the week, with the interval of a ratio of two counts.
        handed_over: Share that was handed to a person.
        ends: Shares by who ended them or could; together they are all.
        article_saves: A year's cost of what an article could end, less that of self-service.
        product_saves: A year's cost of what a fix of the product could end; of those that an
            article answers that of self-service.
        mark: What an owner says of the intent.
        why: The owner's reason.
        conversation_ids: The conversations it counts.
    """

    name: str
    owner: str
    contacts: int
    share: Estimate
    media: Mapping[Medium, int]
    cost: float
    yearly: float | None
    cost_year: float | None
    week: int
    week_before: int | None
    change: Estimate
    handed_over: Estimate
    ends: Mapping[End, Estimate]
    article_saves: float | None
    product_saves: float | None
    mark: EndsBy | None = None
    why: str = ""
    conversation_ids: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DriverReport:
    """The drivers of a window.

    Attributes:
        drivers: The dearest first; ties by volume, then name.
        began: The first conversation; ``None`` where there is none.
    """

    drivers: tuple[Driver, ...] = ()
    began: datetime | None = None

    @property
    def full_week_on(self) -> datetime | None:
        """When figures of a year can be told for the first time."""
        return self.began and self.began + WEEK


def find_drivers(
    conversations: Iterable[tuple[ReplayedConversation, str]],
    owners: Mapping[str, str],
    costs: ContactCosts,
    known: Known | None = None,
) -> DriverReport:
    """All drivers of a window, which ends now, or with the last conversation of a log.

    Args:
        conversations: Each with its driver; test traffic is left out.
        owners: Who keeps a driver's first article.
        costs: What contacts cost.
        known: What tells who could end them, and the time.
    """
    real = [(each, name) for each, name in conversations if not each.is_test]
    if not real:
        return DriverReport()
    known = known or Known()
    times = [each.started_at for each, _ in real]
    window = _Window(min(times), max(*times, known.now or times[0]), len(real))
    ends = ends_of(real, known)
    own: dict[str, list[ReplayedConversation]] = defaultdict(list)
    for each, name in real:
        own[name].append(each)
    found = [
        _driver(name, rows, owners.get(name, ""), window, costs, ends, known)
        for name, rows in own.items()
    ]
    ranked = sorted(found, key=lambda d: (-d.cost, -d.contacts, d.name))
    return DriverReport(tuple(ranked), window.first)


@dataclass(frozen=True, slots=True)
class _Window:
    first: datetime
    last: datetime
    size: int

    @property
    def days(self) -> float:
        return (self.last - self.first) / timedelta(days=1)

    def a_year(self, amount: float) -> float | None:
        """An amount of the window for a year; ``None`` where less than a week is known."""
        return amount * DAYS_A_YEAR / self.days if self.days >= WEEK.days else None


def _driver(
    name: str,
    rows: Sequence[ReplayedConversation],
    owner: str,
    window: _Window,
    costs: ContactCosts,
    ends: Mapping[str, Ended],
    known: Known,
) -> Driver:
    paid = priced((each.channel for each in rows), costs)
    last = window.last
    week = sum(each.started_at > last - WEEK for each in rows)
    before = sum(last - 2 * WEEK < each.started_at <= last - WEEK for each in rows)
    whole = window.days >= 2 * WEEK.days - 1
    by: dict[End, list[ReplayedConversation]] = defaultdict(list)
    for each in rows:
        by[ends[each.conversation_id].by].append(each)
    mark = known.marks.intents.get(name)
    return Driver(
        name,
        owner,
        len(rows),
        share(len(rows), window.size),
        paid.media,
        paid.total,
        window.a_year(len(rows)),
        window.a_year(paid.total),
        week,
        before if whole else None,
        change_of(week, before) if whole else unknown("the window is shorter than two weeks"),
        share(sum(map(was_handed_over, rows)), len(rows)),
        {end: share(len(by[end]), len(rows)) for end in End},
        window.a_year(priced((each.channel for each in by[End.ARTICLE]), costs).net),
        window.a_year(_product_saves(by[End.PRODUCT], costs, ends)),
        mark.ends_by if mark else None,
        mark.why if mark else "",
        tuple(each.conversation_id for each in rows),
    )


def _product_saves(
    rows: Sequence[ReplayedConversation], costs: ContactCosts, ends: Mapping[str, Ended]
) -> float:
    reached = [each.channel for each in rows if not ends[each.conversation_id].answered]
    return priced(reached, costs).total + (len(rows) - len(reached)) * costs.self_service
