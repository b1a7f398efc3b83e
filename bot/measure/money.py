"""What contacts cost, and what deflection saves. ``docs/metrics.md``, time and cost."""

from dataclasses import replace

from bot.estimate import Estimate, unknown
from bot.measure.cohort import Cohort, Ended
from bot.measure.episode_row import EpisodeRow
from bot.measure.metric import Entry, Metric, Tally, Unit, ratio_estimate
from bot.measure.outcomes import DEFLECTIONS

_NO_COST = "no episode says what it cost"


def _running(row: EpisodeRow, cohort: Cohort) -> float | None:
    """Model and everything else that runs; the bill of the window is shared out over its rows."""
    bill, infra = cohort.context.infra_cost, row.cost_infra
    if infra is None and bill is not None:
        infra = bill / cohort.size
    return None if row.cost_model is None or infra is None else row.cost_model + infra


def _cost(row: EpisodeRow, cohort: Cohort) -> float | None:
    """All that an episode cost; unknown where a part of it is."""
    running, minute = _running(row, cohort), cohort.context.agent_minute_cost
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
    costs = [(each, _running(each.row, cohort)) for each in cohort.involved]
    entries = [
        Entry(each.row, each.row.unit, cost, float(each.resolved))
        for each, cost in costs
        if cost is not None
    ]
    without = [each.row for each, cost in costs if cost is None]
    return Tally(entries, without, "nothing was resolved, or " + _NO_COST)


COSTS: tuple[Metric, ...] = (
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
)
_SELF_SERVICE = COSTS[1]


def _saved(cohort: Cohort, deflection: Metric) -> Estimate:
    """Assessed episodes times deflection times what a contact costs less without an agent.

    The interval is that of the deflection; the costs are taken as they are.
    """
    deflected = deflection.measure(cohort)
    if deflected.value is None:
        return unknown(f"{deflection.name}: {deflected.reason}", deflected.unscored)
    agent = cohort.context.agent_contact_cost
    if agent is None:
        return unknown("nobody said what a contact with an agent costs", deflected.unscored)
    service = _SELF_SERVICE.measure(cohort)
    alone = cohort.context.self_service_cost if service.value is None else service.value
    if alone is None:
        return unknown(f"cost of self-service: {service.reason}", deflected.unscored)
    each = len(cohort.known) * (agent - alone)
    ends = [None if end is None else end * each for end in (deflected.low, deflected.high)]
    low, high = ends if each >= 0 else reversed(ends)
    return replace(
        deflected,
        value=deflected.value * each,
        low=low,
        high=high,
        numerator=None,
        denominator=None,
        method=deflected.method and f"{deflection.name}: {deflected.method}",
    )


def _saving(deflection: Metric) -> Metric:
    name = deflection.name.replace("deflection", "saving")
    meaning = f"Saved with agents' contacts, if {deflection.name} tells how many were deflected."

    def measure(cohort: Cohort) -> Estimate:
        return _saved(cohort, deflection)

    def estimate(_: Tally) -> Estimate:
        return unknown("a saving needs the costs, too")

    return Metric(name, meaning, deflection.tally, estimate, Unit.MONEY, whole=measure)


SAVINGS: tuple[Metric, ...] = tuple(_saving(deflection) for deflection in DEFLECTIONS)
"""One for each deflection, and named by it: they rest on different assumptions."""
