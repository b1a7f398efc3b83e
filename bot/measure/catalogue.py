"""Every number by its name, whole and in slices, with the episodes behind it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.estimate import Estimate
from bot.measure.articles import ARTICLES
from bot.measure.cases import CASES
from bot.measure.cohort import Cohort, Ended, cohort_of
from bot.measure.effort import EFFORT
from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow
from bot.measure.handoffs import HANDOFFS
from bot.measure.metric import Members, Metric
from bot.measure.outcomes import OUTCOMES
from bot.measure.satisfaction import SATISFACTION
from bot.measure.vendors import FURTHER, VENDORS

METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (*OUTCOMES, *HANDOFFS, *SATISFACTION, *VENDORS, *ARTICLES, *EFFORT)
}
"""What any log gives, by the name in ``run.json``."""

CASE_METRICS: Mapping[str, Metric] = {metric.name: metric for metric in CASES}
"""What only written cases give."""

DEFINITIONS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        *(METRICS[name] for name in ("resolution_strict", "resolution_assumed", "containment")),
        *VENDORS,
        *FURTHER,
    )
}
"""Our definitions of success and the vendors', for ``--definitions``."""

ALL: Mapping[str, Metric] = {**METRICS, **CASE_METRICS, **DEFINITIONS}

SLICED = (
    "containment",
    "abandonment",
    "escalation_rate",
    "resolution_assumed",
    "verified_containment",
    "false_containment",
    "handoff_precision",
    "handoff_recall",
    "bot_csat_bot_only",
    "right_article",
)
"""Metrics that are repeated for each slice."""


def measure(
    rows: Iterable[EpisodeRow],
    context: MeasureContext,
    metrics: Mapping[str, Metric] = METRICS,
) -> dict[str, Estimate]:
    """Every metric over the rows of the context's window, by name.

    Args:
        rows: Episodes of one log, also those outside the window.
        context: The time to look at them from, and the settings.
        metrics: Which to compute.
    """
    cohort = cohort_of(rows, context)
    return {name: metric.measure(cohort) for name, metric in metrics.items()}


def members(name: str, rows: Iterable[EpisodeRow], context: MeasureContext) -> Members:
    """The very episodes that a number counts.

    Raises:
        KeyError: There is no metric of that name.
    """
    return ALL[name].members(cohort_of(rows, context))


Values = Callable[[Ended], Iterable[str]]


def _one(value: str | None) -> Iterable[str]:
    return () if value is None else (value,)


def dimensions(context: MeasureContext) -> Mapping[str, Values]:
    """What the numbers are split by, and the values of a row; unknown ones are in no slice."""

    def domains(each: Ended) -> Iterable[str]:
        return {context.domains[a] for a in each.row.cited_articles if a in context.domains}

    return {
        "intent": lambda each: _one(each.row.intent),
        "risk": lambda each: _one(each.row.risk),
        "article": lambda each: each.row.cited_articles,
        "domain": domains,
        "locale": lambda each: _one(each.row.locale),
        "channel": lambda each: _one(each.row.channel),
        "handoff_reason": lambda each: _one(each.row.handoff_reason),
    }


Slices = dict[str, dict[str, dict[str, Estimate]]]
"""Dimension, value, metric."""


def slices(
    rows: Iterable[EpisodeRow], context: MeasureContext, names: Sequence[str] = SLICED
) -> Slices:
    """A few metrics for each value of each dimension."""
    cohort = cohort_of(rows, context)
    return {
        dimension: sliced(cohort, values, names)
        for dimension, values in dimensions(context).items()
    }


def sliced(
    cohort: Cohort, values: Values, names: Sequence[str] = SLICED
) -> dict[str, dict[str, Estimate]]:
    """A few metrics for each value of one dimension."""
    groups: dict[str, list[Ended]] = defaultdict(list)
    for each in cohort.rows:
        for value in values(each):
            groups[value].append(each)
    return {
        value: {
            name: ALL[name].measure(Cohort(tuple(group), (), 0, cohort.context, cohort.size))
            for name in names
        }
        for value, group in sorted(groups.items())
    }
