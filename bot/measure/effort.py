"""Time and money. ``docs/metrics.md``, time and cost."""

from collections.abc import Callable
from datetime import datetime

from bot.estimate import Estimate, percentile
from bot.measure.cohort import Cohort, Ended
from bot.measure.episode_row import EpisodeRow
from bot.measure.metric import Entry, Metric, Tally, Unit, share_estimate, tally_of
from bot.measure.money import COSTS, SAVINGS

Span = Callable[[EpisodeRow], tuple[datetime | None, datetime | None]]


def _first_reply(row: EpisodeRow) -> tuple[datetime | None, datetime | None]:
    return row.first_customer_at or row.started_at, row.first_reply_at


def _first_agent(row: EpisodeRow) -> tuple[datetime | None, datetime | None]:
    return row.handoff_at, row.first_agent_at


def _asked_for(each: Ended, span: Span) -> bool:
    """Whether somebody waited for this at all."""
    return each.handed_off if span is _first_agent else _awaits_us(each)


def _awaits_us(each: Ended) -> bool:
    """Whether a request was ours to answer; whom an agent served alone waited for no assistant."""
    return each.row.engaged and (each.row.involved or not each.row.has_agent)


def _waits(cohort: Cohort, span: Span) -> Tally:
    entries, without = [], []
    for each in cohort.rows:
        begin, end = span(each.row)
        if begin is not None and end is not None:
            entries.append(Entry(each.row, each.row.unit, (end - begin).total_seconds()))
        elif _asked_for(each, span):
            without.append(each.row)
    return Tally(entries, without, "no episode says how long the customer waited")


def _open_waits(cohort: Cohort) -> Tally:
    """The wait for an agent, in time in which agents are there."""
    hours, waits = cohort.context.hours, _waits(cohort, _first_agent)
    rows = [entry.row for entry in waits.entries if entry.row is not None]
    if hours is None:
        return Tally((), [*rows, *waits.unscored], "nobody said when agents are there")
    entries = []
    for row in rows:
        begin, end = _first_agent(row)
        if begin is not None and end is not None:
            entries.append(Entry(row, row.unit, hours.between(begin, end).total_seconds()))
    return Tally(entries, waits.unscored, waits.empty)


def _percentile(
    name: str, meaning: str, waits: Callable[[Cohort], Tally], percent: float
) -> Metric:
    def estimate(tally: Tally) -> Estimate:
        return percentile(
            ((entry.unit, entry.above) for entry in tally.entries),
            percent,
            unscored=len(tally.unscored),
            empty=tally.empty,
        )

    return Metric(name, meaning, waits, estimate, Unit.SECONDS)


def _within_target(cohort: Cohort) -> Tally:
    """An episode without a reply past the target is a miss; before that it is not known."""
    target, now = cohort.context.first_reply_target, cohort.context.now

    def answered(each: Ended) -> bool | None:
        begin, end = _first_reply(each.row)
        if begin is None or (end is None and now - begin <= target):
            return None
        return end is not None and end - begin <= target

    rows = [each for each in cohort.rows if _awaits_us(each)]
    return tally_of(rows, answered, "no episode says how long the customer waited")


EFFORT: tuple[Metric, ...] = (
    *COSTS,
    *SAVINGS,
    *(
        _percentile(
            f"first_response_p{percent}",
            f"Seconds until the first reply, {percent}th percentile.",
            lambda cohort: _waits(cohort, _first_reply),
            percent,
        )
        for percent in (50, 90, 95, 99)
    ),
    Metric(
        "first_response_in_target",
        "Engaged episodes that had a first reply within the target.",
        _within_target,
        share_estimate,
    ),
    *(
        _percentile(
            f"agent_first_response_p{percent}",
            f"Seconds from the handoff to the agent's first message, {percent}th percentile.",
            lambda cohort: _waits(cohort, _first_agent),
            percent,
        )
        for percent in (50, 90, 95, 99)
    ),
    *(
        _percentile(
            f"agent_first_response_open_p{percent}",
            f"The same in business hours alone, {percent}th percentile.",
            _open_waits,
            percent,
        )
        for percent in (50, 90, 95, 99)
    ),
)
