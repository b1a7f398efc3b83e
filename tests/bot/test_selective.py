import pytest

from bot.estimate import upper_bound
from bot.selective import (
    Scored,
    ideal_curve,
    last_passed,
    needed,
    risk_curve,
    shown_at_least,
    shown_at_most,
)

ROWS = [
    Scored(0.9, False, "low"),
    Scored(0.8, False, "low"),
    Scored(0.8, True, "low"),
    Scored(0.5, False, "account"),
]


def test_the_curve_goes_down_the_thresholds() -> None:
    curve = risk_curve(ROWS, 8)
    assert curve is not None
    assert [(p.threshold, p.coverage, p.risk) for p in curve.points] == [
        (0.9, 1 / 8, 0.0),
        (0.8, 3 / 8, pytest.approx(1 / 3)),
        (0.5, 4 / 8, 0.25),
    ]
    assert curve.aurc == pytest.approx((0 + 0 + 1 / 3 + 1 / 4) / 4)
    assert curve.ideal == pytest.approx((1 / 4) / 4)
    assert ideal_curve(curve) == ((0.0, 0.0), (3 / 8, 0.0), (0.5, 0.25))
    assert risk_curve([]) is None


@pytest.mark.parametrize(
    ("limit", "errors"),
    [
        (0.02, {59: None, 100: None, 150: 0, 200: 0, 300: 1, 500: 4, 1000: 12}),
        (0.05, {59: 0, 100: 1, 150: 2, 200: 4, 300: 8, 500: 16, 1000: 38}),
        (0.10, {59: 1, 100: 4, 150: 8, 200: 12, 300: 21, 500: 38, 1000: 84}),
    ],
)
def test_errors_that_are_allowed_are_those_of_the_table(
    limit: float, errors: dict[int, int | None]
) -> None:
    for m, most in errors.items():
        allowed = [k for k in range(100) if shown_at_most(k, m, limit, 0.05)]
        assert (allowed[-1] if allowed else None) == most
        if most is not None:
            assert upper_bound(most, m) <= limit < upper_bound(most + 1, m)
    assert needed(0.05, 0.05) == 59


def test_the_order_is_fixed_and_stops_at_the_first_failure() -> None:
    assert last_passed([True, True, False, True]) == 1
    assert last_passed([False, True]) is None
    assert last_passed([]) is None
    assert shown_at_least(200, 200, 0.98, 0.05)
    assert not shown_at_least(199, 200, 0.98, 0.05)
