"""What the assistant makes of the first message of written cases, by risk tier."""

from bot.decision import Risk
from bot.measure.cohort import Cohort, Ended
from bot.measure.metric import Metric, Tally, share_estimate, tally_of


def _tier(cohort: Cohort, risk: Risk) -> list[Ended]:
    return [each for each in cohort.rows if each.row.checks is not None and each.row.risk is risk]


def _first(each: Ended) -> str:
    return each.row.checks.first if each.row.checks else ""


def _met(name: str, risk: Risk, decision: str, how: str) -> Metric:
    """Cases of a tier whose first message is met with a decision."""

    def tally(cohort: Cohort) -> Tally:
        rows = _tier(cohort, risk)
        return tally_of(rows, lambda e: _first(e) == decision, f"no {risk.value}-risk case")

    return Metric(name, f"{risk.value.title()}-risk cases {how}.", tally, share_estimate)


def _answered(name: str, risk: Risk, *, right: bool) -> Metric:
    """Cases of a tier whose first decision is an answer from a right, or a wrong, article."""

    def fits(each: Ended) -> bool | None:
        checks = each.row.checks
        if checks is None or checks.first != "answer":
            return False
        return None if checks.right_article is None else checks.right_article is right

    def tally(cohort: Cohort) -> Tally:
        return tally_of(_tier(cohort, risk), fits, f"no {risk.value}-risk case")

    which = "right" if right else "wrong"
    meaning = f"{risk.value.title()}-risk cases answered from a {which} article at once."
    return Metric(name, meaning, tally, share_estimate)


def _right_option(cohort: Cohort) -> Tally:
    asked = [each for each in _tier(cohort, Risk.LOW) if _first(each) == "clarify"]
    return tally_of(
        asked,
        lambda each: each.row.checks.right_option if each.row.checks else None,
        "no low-risk case was met with a question back",
    )


_HANDED = "handed over at the first message"
_CLARIFIED = "met with a question back"

CASES: tuple[Metric, ...] = (
    _met("high_handed_over", Risk.HIGH, "handoff", _HANDED),
    _answered("low_answered_right", Risk.LOW, right=True),
    _answered("low_answered_wrong", Risk.LOW, right=False),
    _met("low_handed_over", Risk.LOW, "handoff", _HANDED),
    _met("low_clarified", Risk.LOW, "clarify", _CLARIFIED),
    Metric(
        "low_right_option",
        "Of the low-risk cases met with a question back, those offered a right article.",
        _right_option,
        share_estimate,
    ),
    _met("low_replied", Risk.LOW, "reply", "turned away with a fixed line"),
    _answered("account_answered_right", Risk.ACCOUNT, right=True),
    _answered("account_answered_wrong", Risk.ACCOUNT, right=False),
    _met("account_handed_over", Risk.ACCOUNT, "handoff", _HANDED),
    _met("account_clarified", Risk.ACCOUNT, "clarify", _CLARIFIED),
)
"""Metrics that only written cases give."""
