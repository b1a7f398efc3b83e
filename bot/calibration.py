"""Fits answerability and chooses the threshold with the most answers at an acceptable error.

From itself, a knowledge base gives its titles as questions. Searched without their own article
they are questions that nobody answers, worded as a customer's might be, and whatever is found is a
neighbour: their scores say how near a neighbour comes. The threshold lets so few of them through
that, with 95 % confidence, at most a quarter of such questions is answered (Clopper and Pearson
1934). From labelled questions, weights and threshold are fitted on the questions themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression

from bot.answerability import PRIOR, SupportCalibration

Rows = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

ENOUGH_QUESTIONS = 60
"""Labelled questions below which they are not used."""

ORPHANS_LIMIT = 0.25
"""Most questions without an article that may be answered from a neighbour."""

ORPHAN_SHARE = 0.2
"""Share of questions without an article that error estimates assume where nobody knows it."""

_CONFIDENCE = 0.95
_DIRECTION = np.array([1.0, 0.5, 1.0, 1.0])  # cosine + .5 title cosine + MaxSim + margin


@dataclass(frozen=True, slots=True)
class Probe:
    """One question with what the search found.

    Attributes:
        signals: Of the best hit, ``(4,)``.
        right: Whether the best hit is a right article.
        answerable: Whether a right article was in the index at all.
        group: Questions of one article are held out together.
    """

    signals: Rows
    right: bool
    answerable: bool
    group: str


def calibrate_from_itself(
    probes: Sequence[Probe], target_error: float = 0.08
) -> SupportCalibration:
    """Choose the threshold from a knowledge base's own questions.

    Args:
        probes: Its questions, each with and without its own article.
        target_error: Wrong answers allowed, as a share of the answers.
    """
    scores = np.array([_DIRECTION @ p.signals for p in probes])
    answerable = np.array([p.answerable for p in probes], dtype=bool)
    right = np.array([p.right for p in probes], dtype=bool)
    orphans = np.sort(scores[~answerable])[::-1] if len(probes) else np.zeros(0)
    passing = most_passing(len(orphans), ORPHANS_LIMIT)
    if passing is None or not right.any():
        return PRIOR
    above = orphans[passing - 1] if passing else orphans[0] + 0.1
    threshold = float((above + orphans[passing]) / 2)
    threshold = _within_error(threshold, scores, right, answerable, target_error)
    model = LogisticRegression(C=10.0, max_iter=1000).fit(scores[:, None], right)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    return SupportCalibration(
        weights=(intercept, *(float(slope * w) for w in _DIRECTION)),
        threshold=float(1.0 / (1.0 + np.exp(-(slope * threshold + intercept)))),
        source="self",
        n=len(orphans),
        target_error=target_error,
        estimated_error=_error(threshold, scores, right, answerable),
        estimated_coverage=float((right & (scores >= threshold))[answerable].mean()),
        orphans_answered=float((orphans >= threshold).mean()),
        note=(
            f"titles as questions, with words left out and without their article; assumes that "
            f"{ORPHAN_SHARE:.0%} of questions have no article"
        ),
    )


def calibrate_from_questions(
    probes: Sequence[Probe], target_error: float = 0.08
) -> SupportCalibration:
    """Fit weights and threshold on labelled questions, cross-validated by article.

    Args:
        probes: Labelled questions.
        target_error: Wrong answers allowed, as a share of the answers.
    """
    right = np.array([p.right for p in probes], dtype=bool)
    if len(probes) < ENOUGH_QUESTIONS or right.all() or not right.any():
        return PRIOR
    rows = np.vstack([p.signals for p in probes])
    answerable = np.array([p.answerable for p in probes], dtype=bool)
    held = _held_out(rows, right, [p.group for p in probes])
    threshold, error = _most_answers(held, right, target_error)
    model = _fit(rows, right)
    passed = held >= threshold
    return SupportCalibration(
        weights=tuple(float(w) for w in np.r_[model.intercept_, model.coef_[0]]),
        threshold=threshold,
        source="questions",
        n=len(probes),
        target_error=target_error,
        estimated_error=error,
        estimated_coverage=float((passed & right)[answerable].mean()),
        orphans_answered=float(passed[~answerable].mean()) if (~answerable).any() else None,
        note="labelled questions, held out by article in five folds",
    )


def most_passing(n: int, limit: float) -> int | None:
    """Most of ``n`` trials that may pass with a one-sided upper bound within ``limit``.

    Returns:
        The number, ``None`` when even none of ``n`` proves nothing.
    """
    best = None
    for passing in range(n):
        if float(beta.ppf(_CONFIDENCE, passing + 1, n - passing)) > limit:
            break
        best = passing
    return best


def _error(threshold: float, scores: Rows, right: Truth, answerable: Truth) -> float | None:
    """Expected share of wrong answers at a threshold."""
    passed = scores >= threshold
    neighbour = ORPHAN_SHARE * float(passed[~answerable].mean())
    misled = (1 - ORPHAN_SHARE) * float((passed & ~right)[answerable].mean())
    answered = neighbour + (1 - ORPHAN_SHARE) * float(passed[answerable].mean())
    return (neighbour + misled) / answered if answered else None


def _within_error(
    threshold: float, scores: Rows, right: Truth, answerable: Truth, target: float
) -> float:
    """The lowest threshold from ``threshold`` up at which the expected error is within target."""
    for candidate in [threshold, *np.sort(scores[scores > threshold]).tolist()]:
        error = _error(candidate, scores, right, answerable)
        if error is not None and error <= target:
            return float(candidate)
    return float(scores.max())


def _fit(rows: Rows, right: Truth) -> LogisticRegression:
    return LogisticRegression(C=10.0, max_iter=2000).fit(rows, right)


def _held_out(rows: Rows, right: Truth, groups: Sequence[str]) -> Rows:
    """Support of every row by a model fitted without its article."""
    fold_of = {name: index % 5 for index, name in enumerate(sorted(set(groups)))}
    folds = np.array([fold_of[group] for group in groups])
    held = np.zeros(len(rows))
    for fold in range(5):
        out = folds == fold
        if not out.any():
            continue
        if len(set(right[~out].tolist())) < 2:
            held[out] = right[~out].mean()
            continue
        held[out] = _fit(rows[~out], right[~out]).predict_proba(rows[out])[:, 1]
    return held


def _most_answers(held: Rows, right: Truth, target: float) -> tuple[float, float | None]:
    """The lowest threshold at which the share of wrong answers is within the target."""
    order = np.argsort(-held, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    fine = np.flatnonzero(wrong <= target)
    if not len(fine):
        return 1.0, None
    last = int(fine[-1])
    return float(held[order[last]]), float(wrong[last])
