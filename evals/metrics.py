"""Every metric of ``run.json`` over a run's rows, whole and in slices."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.estimate import Estimate, unknown
from bot.outcome import FORMULAS, CaseOutcome, Rows
from evals.scorers import CaseResult

Metrics = Mapping[str, Estimate]

_NEEDS_LOG = "needs a log of real conversations"
_NEEDS_LABEL = "cases don't say whether a ticket was expected"
UNKNOWABLE: Mapping[str, str] = {
    "unmet_handoff": _NEEDS_LOG,
    "resolution_strict": _NEEDS_LOG,
    "durable_7d": _NEEDS_LOG,
    "bot_csat_bot_only": _NEEDS_LOG,
    "bot_csat_assisted": _NEEDS_LOG,
    "csat_human_only": _NEEDS_LOG,
    "csat_response_rate": _NEEDS_LOG,
    "fcr": _NEEDS_LOG,
    "fin_involvement": _NEEDS_LOG,
    "fin_answer_rate": _NEEDS_LOG,
    "fin_resolution": _NEEDS_LOG,
    "fin_automation": _NEEDS_LOG,
    "fin_abandonment": _NEEDS_LOG,
    "fin_pending": _NEEDS_LOG,
    "zendesk_automated_resolution": _NEEDS_LOG,
    "ada_containment": _NEEDS_LOG,
    "ada_automated_resolution": _NEEDS_LOG,
    "chatwoot_autonomous": _NEEDS_LOG,
    "chatwoot_assisted": _NEEDS_LOG,
    "chatwoot_reopen": _NEEDS_LOG,
    "chatwoot_durable": _NEEDS_LOG,
    "deflection_offline": _NEEDS_LABEL,
    "deflection_proxy": _NEEDS_LOG,
    "deflection_holdout": _NEEDS_LOG,
    "article_helpfulness": _NEEDS_LOG,
    "resolved_after_cited": _NEEDS_LOG,
    "predicted_csat": _NEEDS_LOG,
    "cost_per_contact": _NEEDS_LOG,
    "cost_per_self_service_contact": _NEEDS_LOG,
    "cost_per_resolution": _NEEDS_LOG,
    "first_response_p50": _NEEDS_LOG,
    "first_response_p95": _NEEDS_LOG,
}
"""Metrics that an offline run of cases can't know, and why: they are ``None``, never 0."""

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
    metrics = {name: formula(rows) for name, formula in FORMULAS.items()}
    return {**metrics, **{name: unknown(reason) for name, reason in UNKNOWABLE.items()}}


def slices(results: Sequence[CaseResult]) -> dict[str, dict[str, dict[str, Estimate]]]:
    """A few metrics for each tier, intent and tag: dimension, value, metric."""
    return {
        "tier": _sliced(results, lambda r: [r.case.risk.value if r.case.risk else "none"]),
        "intent": _sliced(results, lambda r: [r.case.intent or "none"]),
        "tag": _sliced(results, lambda r: r.case.tags),
    }


def _sliced(
    results: Sequence[CaseResult], values: Callable[[CaseResult], Iterable[str]]
) -> dict[str, dict[str, Estimate]]:
    groups: dict[str, list[CaseOutcome]] = defaultdict(list)
    for result in results:
        if result.outcome is not None:
            for value in values(result):
                groups[value].append(result.outcome)
    return {
        value: {name: FORMULAS[name](groups[value]) for name in SLICED} for value in sorted(groups)
    }
