import numpy as np
import pytest
from scipy.stats import beta, binom

from bot.answerability import PRIOR, SupportCalibration
from bot.calibration import (
    ENOUGH_QUESTIONS,
    Probe,
    calibrate_from_itself,
    calibrate_from_questions,
    most_passing,
)


def probe(score: float, right: bool, answerable: bool = True, group: str = "") -> Probe:
    """A probe whose signals all are ``score``."""
    return Probe(np.full(4, score), right, answerable, group or f"{score}-{right}")


def support(calibration: SupportCalibration, score: float) -> float:
    weights = np.asarray(calibration.weights)
    return float(1 / (1 + np.exp(-(weights[0] + weights[1:].sum() * score))))


def answers(calibration: SupportCalibration, score: float) -> bool:
    return support(calibration, score) >= calibration.threshold


def own(count: int = 60) -> list[Probe]:
    """Orphans score 0 to .5, answerable questions .4 to 1, all right."""
    orphans = [probe(s, False, False) for s in np.linspace(0, 0.5, count)]
    return orphans + [probe(s, True) for s in np.linspace(0.4, 1, count)]


@pytest.mark.parametrize(
    ("n", "limit", "most"),
    [
        # One-sided 95 % upper bounds: 1 - .05^(1/n) where none passes.
        (0, 0.25, None),
        (10, 0.25, None),  # 25.9 %
        (11, 0.25, 0),  # 23.8 %
        (17, 0.25, 0),
        (18, 0.25, 1),  # 23.8 %
        (20, 0.25, 1),  # 21.6 %
        (60, 0.25, 9),
        (100, 0.25, 17),
        (13, 0.2, None),
        (14, 0.2, 0),
    ],
)
def test_the_bound_is_clopper_and_pearsons(n: int, limit: float, most: int | None) -> None:
    assert most_passing(n, limit) == most


@pytest.mark.parametrize("n", [11, 25, 60, 200])
def test_one_more_would_break_the_bound(n: int) -> None:
    most = most_passing(n, 0.25)
    assert most is not None
    # With a true rate of the limit, so few passing would be seen in at most one case of twenty.
    assert binom.cdf(most, n, 0.25) <= 0.05 < binom.cdf(most + 1, n, 0.25)
    assert beta.ppf(0.95, most + 1, n - most) <= 0.25


def test_the_threshold_lets_few_orphans_through() -> None:
    calibration = calibrate_from_itself(own())
    assert (calibration.source, calibration.n) == ("self", 60)
    # Nine of sixty orphans may pass: the threshold stands between the 9th and 10th highest.
    scores = np.linspace(0, 0.5, 60)
    assert [answers(calibration, s) for s in scores].count(True) == 9
    assert calibration.orphans_answered == pytest.approx(9 / 60)
    assert answers(calibration, 0.9)
    assert calibration.estimated_error is not None
    assert calibration.estimated_error <= calibration.target_error == 0.08


def test_the_expected_error_is_what_it_says() -> None:
    calibration = calibrate_from_itself(own())
    passing = sum(answers(calibration, s) for s in np.linspace(0.4, 1, 60)) / 60
    neighbours = 0.2 * 9 / 60
    assert calibration.estimated_error == pytest.approx(
        neighbours / (neighbours + 0.8 * passing), abs=1e-9
    )
    assert calibration.estimated_coverage == pytest.approx(passing)


def test_support_rises_with_the_score() -> None:
    calibration = calibrate_from_itself(own())
    rising = [support(calibration, s) for s in (0.0, 0.3, 0.6, 0.9)]
    assert rising == sorted(rising)
    assert rising[0] < 0.5 < rising[-1]


def test_a_smaller_error_costs_answers() -> None:
    misled = own() + [probe(s, False) for s in np.linspace(0.45, 0.8, 25)]
    loose, strict = (calibrate_from_itself(misled, target) for target in (0.2, 0.02))
    scores = np.linspace(0, 1, 200)
    counts = [sum(answers(c, s) for s in scores) for c in (loose, strict)]
    assert counts[0] > counts[1] > 0
    assert strict.estimated_error is not None
    assert strict.estimated_error <= 0.02


@pytest.mark.parametrize(
    "probes",
    [
        [],
        own(10),
        [probe(s, False, False) for s in np.linspace(0, 0.5, 60)],
        [probe(s, True) for s in np.linspace(0.4, 1, 60)],
    ],
    ids=["none", "too few", "none answerable", "no orphans"],
)
def test_too_little_to_go_by_stays_cautious(probes: list[Probe]) -> None:
    assert calibrate_from_itself(probes) is PRIOR


def asked(count: int = 100) -> list[Probe]:
    """Right answers score from .5 up, wrong ones up to .5, every fifth question is an orphan."""
    random = np.random.default_rng(0)
    return [
        probe(
            float(random.uniform(0.5, 1) if n % 5 else random.uniform(0, 0.5)),
            right=bool(n % 5),
            answerable=bool(n % 5),
            group=f"article-{n % 25}",
        )
        for n in range(count)
    ]


def test_labelled_questions_separate_right_from_wrong() -> None:
    calibration = calibrate_from_questions(asked())
    assert (calibration.source, calibration.n) == ("questions", 100)
    assert answers(calibration, 0.9)
    assert not answers(calibration, 0.1)
    assert calibration.estimated_error is not None
    assert calibration.estimated_error <= 0.08
    assert calibration.estimated_coverage is not None
    assert calibration.estimated_coverage > 0.9
    assert calibration.orphans_answered is not None
    assert calibration.orphans_answered < 0.4


@pytest.mark.parametrize(
    ("count", "used"), [(ENOUGH_QUESTIONS - 1, False), (ENOUGH_QUESTIONS, True)]
)
def test_too_few_labelled_questions_are_not_used(count: int, used: bool) -> None:
    assert (calibrate_from_questions(asked(count)) is not PRIOR) is used


@pytest.mark.parametrize("right", [True, False])
def test_questions_that_all_went_one_way_teach_nothing(right: bool) -> None:
    probes = [probe(s, right) for s in np.linspace(0, 1, 80)]
    assert calibrate_from_questions(probes) is PRIOR


def test_without_orphans_their_share_is_unknown() -> None:
    probes = [p for p in asked(200) if p.answerable]
    probes += [probe(s, False, group=f"x{s}") for s in np.linspace(0, 0.4, 20)]
    assert calibrate_from_questions(probes).orphans_answered is None


def test_where_nothing_is_good_enough_nothing_is_answered() -> None:
    random = np.random.default_rng(1)
    probes = [probe(float(random.random()), bool(n % 2), group=f"a{n % 9}") for n in range(120)]
    calibration = calibrate_from_questions(probes, target_error=0.0)
    assert calibration.estimated_error in (None, 0.0)
    passing = [answers(calibration, s) for s in np.linspace(0, 1, 50)]
    assert sum(passing) <= 2
