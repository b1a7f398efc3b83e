"""Time and money. ``docs/metrics.md``, time and cost."""

from collections.abc import Callable
from datetime import datetime

from bot.estimate import Estimate, percentile
from bot.measure.cohort import Cohort, Ended
from bot.measure.episode_row import EpisodeRow
from bot.measure.metric import Entry, Metric, Tally, Unit, ratio_estimate, share_estimate, tally_of

Span = Callable[[EpisodeRow], tuple[datetime | None, datetime | None]]
_NO_COST = "no episode says what it cost"


def _first_reply(row: EpisodeRow) -> tuple[datetime | None, datetime | None]:
    return row.first_customer_at or row.started_at, row.first_reply_at


def _first_agent(row: EpisodeRow) -> tuple[datetime | None, datetime | None]:
    return row.handoff_at, row.first_agent_at


def _asked_for(each: Ended, span: Span) -> bool:
    """Whether somebody waited for this at all."""
    return (span is _first_agent and each.handed_off) or (span is _first_reply and each.row.engaged)


def _waits(cohort: Cohort, span: Span) -> Tally:
    entries, without = [], []
    for each in cohort.rows:
        begin, end = span(each.row)
        if begin is not None and end is not None:
            entries.append(Entry(each.row, each.row.unit, (end - begin).total_seconds()))
        elif _asked_for(each, span):
            without.append(each.row)
    return Tally(entries, without, "no episode says how long the customer waited")


def _percentile(name: str, meaning: str, span: Span, percent: float) -> Metric:
    def estimate(tally: Tally) -> Estimate:
        return percentile(
            ((entry.unit, entry.above) for entry in tally.entries),
            percent,
            unscored=len(tally.unscored),
            empty=tally.empty,
        )

    return Metric(name, meaning, lambda cohort: _waits(cohort, span), estimate, Unit.SECONDS)


def _within_target(cohort: Cohort) -> Tally:
    """An episode without a reply past the target is a miss; before that it is not known."""
    target, now = cohort.context.first_reply_target, cohort.context.now

    def answered(each: Ended) -> bool | None:
        begin, end = _first_reply(each.row)
        if begin is None or (end is None and now - begin <= target):
            return None
        return end is not None and end - begin <= target

    rows = [each for each in cohort.involved if each.row.engaged]
    return tally_of(rows, answered, "no episode says how long the customer waited")


def _running(row: EpisodeRow) -> float | None:
    if row.cost_model is None or row.cost_infra is None:
        return None
    return row.cost_model + row.cost_infra


def _cost(row: EpisodeRow, cohort: Cohort) -> float | None:
    """All that an episode cost; unknown where a part of it is."""
    running, minute = _running(row), cohort.context.agent_minute_cost
    minutes = row.agent_minutes
    if minutes is None and not row.has_agent:
        minutes = 0.0
    if running is None or minutes is None or (minutes and minute is None):
        return None
    return running + minutes * (minute or 0.0)


def _mean_cost(rows: list[Ended], cohort: Cohort) -> Tally:
    costs = [(each.row, _cost(each.row, cohort)) for each in rows]
    entries = [Entry(row, row.unit, cost) for row, cost in costs if cost is not None]
    return Tally(entries, [row for row, cost in costs if cost is None], _NO_COST)


def _per_resolution(cohort: Cohort) -> Tally:
    """The model and everything else that runs, failures included, on each resolved episode."""
    costs = [(each, _running(each.row)) for each in cohort.involved]
    entries = [
        Entry(each.row, each.row.unit, cost, float(each.resolved))
        for each, cost in costs
        if cost is not None
    ]
    without = [each.row for each, cost in costs if cost is None]
    return Tally(entries, without, "nothing was resolved, or " + _NO_COST)


EFFORT: tuple[Metric, ...] = (
    Metric(
        "cost_per_contact",
        "What an episode costs on average, agents' time included.",
        lambda cohort: _mean_cost(list(cohort.rows), cohort),
        ratio_estimate,
        Unit.MONEY,
    ),
    Metric(
        "cost_per_self_service_contact",
        "What an assessed episode without an agent costs on average.",
        lambda cohort: _mean_cost([e for e in cohort.known if not e.row.has_agent], cohort),
        ratio_estimate,
        Unit.MONEY,
    ),
    Metric(
        "cost_per_resolution",
        "What the assistant costs for each episode that it resolves.",
        _per_resolution,
        ratio_estimate,
        Unit.MONEY,
    ),
    *(
        _percentile(
            f"first_response_p{percent}",
            f"Seconds until the first reply, {percent}th percentile.",
            _first_reply,
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
            _first_agent,
            percent,
        )
        for percent in (50, 95)
    ),
)
