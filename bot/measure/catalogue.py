"""Every number by its name, whole and in slices, with the episodes behind it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

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
    "unmet_handoff",
    "resolution_strict",
    "resolution_assumed",
    "durable_7d",
    "verified_containment",
    "false_containment",
    "handoff_precision",
    "handoff_recall",
    "deflection_proxy",
    "fcr",
    "bot_csat_bot_only",
    "bot_csat_assisted",
    "csat_response_rate",
    "predicted_csat",
    "article_helpfulness",
    "resolved_after_cited",
    "right_article",
    "gap_rate",
    "cost_per_contact",
    "first_response_p50",
    "first_response_p95",
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
    domain = {each.id: each.domain for each in context.articles.values() if each.domain}

    def domains(each: Ended) -> Iterable[str]:
        return {domain[article] for article in each.row.cited_articles if article in domain}

    return {
        "intent": lambda each: _one(each.row.intent),
        "risk": lambda each: _one(each.row.risk),
        "article": lambda each: each.row.cited_articles,
        "domain": domains,
        "locale": lambda each: _one(each.row.locale),
        "channel": lambda each: _one(each.row.channel),
        "driver": lambda each: _one(each.row.driver_id),
        "handoff_reason": lambda each: _one(each.row.handoff_reason),
    }


def _articles(dimension: str, value: str, context: MeasureContext) -> frozenset[str] | None:
    """The articles that a slice is about; ``None`` where it is about something else."""
    if dimension == "article":
        return frozenset({value})
    if dimension == "domain":
        return frozenset(each.id for each in context.articles.values() if each.domain == value)
    return None


Slices = dict[str, dict[str, dict[str, Estimate]]]
"""Dimension, value, metric."""


def slices(
    rows: Iterable[EpisodeRow],
    context: MeasureContext,
    names: Sequence[str] = SLICED,
    done: Callable[[], None] = lambda: None,
) -> Slices:
    """A few metrics for each value of each dimension.

    Args:
        rows: Episodes of one log.
        context: The time to look at them from, and the settings.
        names: Which metrics.
        done: Called after each dimension.
    """
    cohort = cohort_of(rows, context)
    found: Slices = {}
    driven = any(each.row.driver_id != each.row.intent for each in cohort.rows)
    for dimension, values in dimensions(context).items():
        if dimension != "driver" or driven:
            found[dimension] = _sliced(cohort, dimension, values, names)
        done()
    return found


def _sliced(
    cohort: Cohort, dimension: str, values: Values, names: Sequence[str]
) -> dict[str, dict[str, Estimate]]:
    groups: dict[str, list[Ended]] = defaultdict(list)
    for each in cohort.rows:
        for value in values(each):
            groups[value].append(each)
    found = {}
    for value, group in sorted(groups.items()):
        articles = _articles(dimension, value, cohort.context)
        part = replace(
            cohort, rows=tuple(group), tests=0, articles=articles, apart=articles is not None
        )
        found[value] = {name: ALL[name].measure(part) for name in names}
    return found
