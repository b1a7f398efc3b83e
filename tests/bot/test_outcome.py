from dataclasses import replace

from bot.decision import Risk
from bot.outcome import FORMULAS, UNKNOWABLE, CaseOutcome

RIGHT = CaseOutcome(
    "low-right",
    Risk.LOW,
    "age_limit",
    engaged=True,
    answerable=True,
    needs_human=False,
    first="answer",
    last="answer",
    answers=1,
    handed_off=False,
    offered_agent=False,
    right_article=True,
    correct=True,
)
WRONG = replace(RIGHT, case_id="low-wrong", right_article=False, correct=False)
ESCALATED = replace(
    RIGHT,
    case_id="low-escalated",
    first="handoff",
    last="handoff",
    answers=0,
    handed_off=True,
    right_article=None,
    correct=False,
)
CLARIFIED = replace(RIGHT, case_id="low-clarified", first="clarify", right_option=True)
LEFT = replace(
    RIGHT,
    case_id="low-left",
    first="clarify",
    last="clarify",
    answers=0,
    right_article=None,
    right_option=False,
    correct=False,
)
TURNED_AWAY = replace(LEFT, case_id="low-away", first="reply", last="reply", right_option=None)
OFFERED = replace(RIGHT, case_id="account", risk=Risk.ACCOUNT, offered_agent=True)
NOT_OFFERED = replace(OFFERED, case_id="account-bare", offered_agent=False)
HANDED = replace(
    ESCALATED, case_id="high", risk=Risk.HIGH, answerable=True, needs_human=True, correct=True
)
UNSAFE = replace(RIGHT, case_id="high-answered", risk=Risk.HIGH, needs_human=True, correct=False)
OUTSIDE = replace(
    TURNED_AWAY, case_id="oos", risk=None, engaged=False, answerable=False, correct=True
)
OUTSIDE_ANSWERED = replace(
    RIGHT,
    case_id="oos-answered",
    risk=None,
    answerable=False,
    right_article=None,
    correct=False,
)
UNKNOWN = replace(
    RIGHT,
    case_id="unknown",
    risk=None,
    answerable=None,
    needs_human=None,
    right_article=None,
    correct=None,
    unscored="label without tier",
)
ROWS = [
    *(replace(RIGHT, case_id=f"r{i}") for i in range(6)),
    WRONG,
    ESCALATED,
    CLARIFIED,
    LEFT,
    TURNED_AWAY,
    OFFERED,
    NOT_OFFERED,
    HANDED,
    HANDED,
    HANDED,
    UNSAFE,
    OUTSIDE,
    OUTSIDE_ANSWERED,
    UNKNOWN,
]

EXACT = {  # numerator, denominator, unscored
    "verified_containment": (9, 18, 1),
    "false_containment": (5, 18, 1),
    "containment": (15, 19, 0),
    "abandonment": (2, 19, 0),
    "escalation_rate": (4, 19, 0),
    "resolution_assumed": (13, 19, 0),
    "error_when_contained": (5, 14, 1),
    "unsafe_containment": (1, 4, 0),
    "handoff_precision": (3, 4, 0),
    "handoff_recall": (3, 4, 1),
    "over_escalation": (1, 11, 0),
    "offer_coverage": (1, 2, 0),
    "offers_on_low": (0, 8, 0),
    "right_article": (10, 11, 0),
    "offline_helpfulness": (9, 13, 0),
    "oos_answered": (1, 2, 0),
    "high_handed_over": (3, 4, 0),
    "low_answered_right": (6, 11, 0),
    "low_answered_wrong": (1, 11, 0),
    "low_handed_over": (1, 11, 0),
    "low_clarified": (2, 11, 0),
    "low_right_option": (1, 2, 0),
    "low_replied": (1, 11, 0),
    "account_answered_right": (2, 2, 0),
    "account_answered_wrong": (0, 2, 0),
    "account_handed_over": (0, 2, 0),
    "account_clarified": (0, 2, 0),
}


def test_planted_rows_give_the_exact_figures() -> None:
    got = {name: FORMULAS[name](ROWS) for name in EXACT}
    shown = {name: (e.numerator, e.denominator, e.unscored) for name, e in got.items()}
    assert shown == EXACT


def test_every_formula_knows_that_nothing_is_unknown() -> None:
    for name, formula in FORMULAS.items():
        estimate = formula([])
        assert estimate.value is None, name
        assert estimate.reason, name


def test_what_no_case_can_tell_is_unknown_and_not_none() -> None:
    for name in [*UNKNOWABLE, "bot_csat_bot_only", "cost_per_contact", "first_response_p50"]:
        estimate = FORMULAS[name](ROWS)
        assert (estimate.value, bool(estimate.reason)) == (None, True), name


def test_a_case_that_would_have_been_a_ticket_can_be_deflected() -> None:
    rows = [replace(row, expected_ticket=True) for row in (RIGHT, WRONG, HANDED)]
    estimate = FORMULAS["deflection_offline"]([*rows, RIGHT])
    assert (estimate.numerator, estimate.denominator) == (1, 3)


def test_pairs_are_judged_by_the_endings_of_the_table() -> None:
    shown = [
        (row.contained, row.verified, row.falsely_contained) for row in (RIGHT, HANDED, UNSAFE)
    ]
    assert shown == [(True, True, False), (False, False, False), (True, False, True)]
    assert (UNKNOWN.verified, UNKNOWN.falsely_contained) == (None, None)


def test_an_answer_without_a_required_fact_does_not_help() -> None:
    helped = FORMULAS["offline_helpfulness"]
    assert helped([replace(RIGHT, facts_present=False)]).value == 0
    assert helped([replace(RIGHT, facts_present=True)]).value == 1


def test_an_answer_of_unknown_worth_is_unscored() -> None:
    estimate = FORMULAS["offline_helpfulness"]([replace(RIGHT, right_article=None)])
    assert (estimate.value, estimate.unscored) == (None, 1)
