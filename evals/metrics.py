"""Every metric of ``run.json`` over a run's rows, whole and in slices."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.estimate import Estimate
from bot.measure.catalogue import CASE_METRICS, METRICS
from bot.outcome import CaseOutcome, Rows, cohort, measured
from evals.scorers import CaseResult

Metrics = Mapping[str, Estimate]

HEADLINE = (
    "verified_containment",
    "false_containment",
    "handoff_recall",
    "over_escalation",
    "oos_answered",
    "right_article",
)
"""What a report shows first."""

PER_TIER = (
    "high_handed_over",
    "low_answered_right",
    "low_answered_wrong",
    "low_handed_over",
    "low_clarified",
    "low_right_option",
    "low_replied",
    "account_answered_right",
    "account_answered_wrong",
    "account_handed_over",
    "account_clarified",
    "offer_coverage",
    "offers_on_low",
)
"""What the assistant makes of the first message, by tier."""

SLICED = (
    "verified_containment",
    "false_containment",
    "containment",
    "escalation_rate",
    "handoff_recall",
    "right_article",
)
"""Metrics that are repeated for each tier, intent and tag."""


def rows_of(results: Iterable[CaseResult]) -> list[CaseOutcome]:
    """Rows of the cases that could be played."""
    return [result.outcome for result in results if result.outcome is not None]


def measure(rows: Rows) -> dict[str, Estimate]:
    """Every metric, those that offline rows can't give included."""
    whole = cohort(rows)
    return {name: measured(metric, whole) for name, metric in METRICS.items()} | {
        name: measured(metric, whole) for name, metric in CASE_METRICS.items()
    }


Values = Callable[[CaseResult], Iterable[str]]


def _known(value: str | None) -> Iterable[str]:
    return () if value is None else (value,)


DIMENSIONS: Mapping[str, Values] = {
    "tier": lambda r: [r.case.risk.value if r.case.risk else "none"],
    "intent": lambda r: [r.case.intent or "none"],
    "tag": lambda r: r.case.tags,
    "locale": lambda r: [r.case.locale],
    "article": lambda r: dict.fromkeys(r.outcome.cited) if r.outcome else (),
    "handoff_reason": lambda r: _known(r.outcome.handoff_reason if r.outcome else None),
}
"""What a run's metrics are split by, and the values of a case."""


def slices(
    results: Sequence[CaseResult], domains: Mapping[str, str]
) -> dict[str, dict[str, dict[str, Estimate]]]:
    """A few metrics for each value of each dimension: dimension, value, metric.

    Args:
        results: What came of the cases.
        domains: The domain of each article; a case is of those of the articles that it cites.
    """

    def domain(result: CaseResult) -> Iterable[str]:
        cited = result.outcome.cited if result.outcome else ()
        return dict.fromkeys(domains[each] for each in cited if domains.get(each))

    dimensions = {**DIMENSIONS, "domain": domain}
    return {name: _sliced(results, values) for name, values in dimensions.items()}


def _sliced(results: Sequence[CaseResult], values: Values) -> dict[str, dict[str, Estimate]]:
    groups: dict[str, list[CaseOutcome]] = defaultdict(list)
    for result in results:
        if result.outcome is not None:
            for value in values(result):
                groups[value].append(result.outcome)
    found = {}
    for value in sorted(groups):
        group = cohort(groups[value])
        found[value] = {name: measured(METRICS[name], group) for name in SLICED}
    return found
