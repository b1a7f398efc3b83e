import pytest

from bot.estimate import Estimate, lower_bound, ratio, share, unknown, upper_bound, verdict, wilson


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (90, 680, 0.109, 0.160),
        (300, 680, 0.404, 0.479),
        (400, 680, 0.551, 0.625),
        (180, 200, 0.851, 0.934),
        (0, 10, 0.0, 0.278),
        (10, 10, 0.722, 1.0),
    ],
)
def test_wilson_agrees_with_known_values(count: int, total: int, low: float, high: float) -> None:
    assert wilson(count, total) == pytest.approx((low, high), abs=0.0005)


def test_a_share_carries_its_evidence() -> None:
    estimate = share(3, 4, unscored=2)
    assert (estimate.value, estimate.numerator, estimate.denominator) == (0.75, 3, 4)
    assert (estimate.n, estimate.unscored, estimate.method) == (4, 2, "wilson 95 %")


def test_a_share_of_nothing_is_unknown_with_a_reason() -> None:
    estimate = share(0, 0, unscored=3, empty="no rows")
    assert estimate == Estimate(None, None, None, 0, 3, reason="no rows")
    assert str(estimate) == "unknown (no rows)"


@pytest.mark.parametrize(("count", "total"), [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_an_impossible_share_is_refused(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(count, total)


def test_a_ratio_of_few_clusters_has_no_interval() -> None:
    estimate = ratio([("a", 1, 2), ("b", 2, 2)])
    assert (estimate.value, estimate.low, estimate.n) == (0.75, None, 2)
    assert "too few" in estimate.reason


def test_a_ratio_resamples_whole_clusters_and_repeats_itself() -> None:
    rows = [(f"c{i}", float(i % 2), 1.0) for i in range(40)]
    one, two = ratio(rows, seed=7), ratio(rows, seed=7)
    assert one == two
    assert one.value == 0.5
    assert one.low is not None
    assert one.high is not None
    assert 0.3 < one.low < 0.5 < one.high < 0.7
    doubled = ratio([row for row in rows for _ in range(4)], seed=7)
    assert (doubled.low, doubled.high) == (one.low, one.high)


def test_a_ratio_of_nothing_is_unknown() -> None:
    assert ratio([]).value is None
    assert ratio([("a", 0, 0)], empty="nobody").reason == "nobody"


@pytest.mark.parametrize(
    ("errors", "answered", "limit"),
    [(0, 59, 0.05), (8, 300, 0.05), (12, 200, 0.1), (12, 1000, 0.02)],
)
def test_upper_bounds_agree_with_the_table_of_allowed_errors(
    errors: int, answered: int, limit: float
) -> None:
    assert upper_bound(errors, answered) <= limit < upper_bound(errors + 1, answered)


def test_bounds_at_the_edges() -> None:
    assert upper_bound(0, 300) == pytest.approx(0.00994, abs=1e-4)
    assert (upper_bound(5, 5), upper_bound(0, 0)) == (1.0, 1.0)
    assert (lower_bound(0, 5), lower_bound(0, 0)) == (0.0, 0.0)
    assert lower_bound(300, 300) == pytest.approx(1 - upper_bound(0, 300))


@pytest.mark.parametrize(
    ("count", "at_least", "target", "said"),
    [
        (180, True, 0.85, "met"),
        (180, True, 0.88, "on target, not proven"),
        (180, True, 0.92, "below, not proven"),
        (180, True, 0.95, "missed"),
        (180, False, 0.95, "met"),
        (180, False, 0.80, "missed"),
    ],
)
def test_a_verdict_needs_the_whole_interval(
    count: int, at_least: bool, target: float, said: str
) -> None:
    assert verdict(share(count, 200), target, at_least=at_least) == said


def test_a_verdict_without_value_or_interval() -> None:
    assert verdict(unknown("nothing"), 0.5, at_least=True) == "unknown"
    assert verdict(ratio([("a", 1, 1)]), 0.5, at_least=True) == "on target, not proven"
    assert verdict(ratio([("a", 0, 1)]), 0.5, at_least=True) == "below, not proven"


def test_an_estimate_prints_itself() -> None:
    assert str(share(180, 200)) == "90.0 % (85.1–93.4, n = 200)"
    assert str(ratio([("a", 1, 2)])).startswith("50.0 % (n = 1; too few")
