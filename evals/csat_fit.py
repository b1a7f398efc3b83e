"""Fits predicted CSAT to ratings: ridge regression on the features, and on vectors if wished.

Rows rated 2.5 or lower count three times, since finding the dissatisfied is what it is for. The
probability of a 4 or 5 is a logistic curve over the predicted stars, fitted to the same ratings.
"""

from collections.abc import Sequence

import numpy as np

from bot.measure.predicted_csat import CsatModel, Embedding
from bot.measure.predicted_csat_features import NAMES
from evals.csat_table import Matrix, RatedRow, matrix_of
from evals.errors import RatingsError

FEWEST_ROWS = 200
_LOW_COUNTS = 3.0
_FEATURE_PENALTY = 50.0
_VECTOR_PENALTY = 50.0
_STEPS = 25


def fit(
    rows: Sequence[RatedRow],
    name: str,
    vectors: Matrix | None = None,
    embedder: tuple[str, str] = ("", ""),
) -> CsatModel:
    """Fit a model.

    Args:
        rows: Rated messages or conversations.
        name: Of the model.
        vectors: Of the same rows, shape (n, 2 d); without them features alone are used.
        embedder: Name and SHA-256 of the model that made the vectors.

    Raises:
        RatingsError: There are too few rows, or they all have one rating.
    """
    stars = np.array([row.mean for row in rows])
    if len(rows) < FEWEST_ROWS or len(set(stars)) == 1:
        raise RatingsError(
            f"{len(rows)} rated rows with {len(set(stars))} different ratings say too little: at "
            f"least {FEWEST_ROWS} and 2 are needed"
        )
    features = matrix_of(rows)
    spread = features.std(axis=0)
    varies = spread > 0
    centre, scale = features.mean(axis=0), np.where(varies, spread, 1.0)
    table = (features - centre) / scale
    penalty = np.full(len(NAMES), _FEATURE_PENALTY)
    if vectors is not None:
        table = np.hstack([table, vectors])
        penalty = np.concatenate([penalty, np.full(vectors.shape[1], _VECTOR_PENALTY)])
    weight = np.where(stars <= 2.5, _LOW_COUNTS, 1.0)
    solved, intercept = _ridge(table, stars, weight, penalty)
    slopes = np.where(varies, solved[: len(NAMES)] / scale, 0.0)
    predicted = np.clip(table @ solved + intercept, 1.0, 5.0)
    middle, width = _link(predicted, np.array([row.satisfied for row in rows]))
    return CsatModel(
        name=name,
        intercept=round(float(intercept - slopes @ centre), 6),
        coefficients={
            name: round(float(slope), 6)
            for name, slope, used in zip(NAMES, slopes, varies, strict=True)
            if used
        },
        middle=round(middle, 6),
        spread=round(width, 6),
        embedding=_embedding(solved[len(NAMES) :], embedder) if vectors is not None else None,
    )


def _ridge(table: Matrix, stars: Matrix, weight: Matrix, penalty: Matrix) -> tuple[Matrix, float]:
    total = weight.sum()
    centre, level = weight @ table / total, float(weight @ stars / total)
    shifted = table - centre
    left = (shifted * weight[:, None]).T @ shifted + np.diag(penalty)
    solved: Matrix = np.linalg.solve(left, (shifted * weight[:, None]).T @ (stars - level))
    # The weights pull the level down, which would make everybody look less satisfied than they
    # are: it is set so that the unweighted mean comes out right.
    return solved, float(stars.mean() - (table @ solved).mean())


def _link(stars: Matrix, satisfied: Matrix) -> tuple[float, float]:
    """Middle and spread of the logistic curve from stars to a 4 or 5, by Newton's method."""
    base = float(np.clip(satisfied.mean(), 0.01, 0.99))
    slope, level = 1.0, float(np.log(base / (1 - base)) - stars.mean())
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(slope * stars + level, -30, 30)))
        bend = chance * (1 - chance) + 1e-9
        gap = satisfied - chance
        gradient = np.array([stars @ gap, gap.sum()])
        hessian = np.array([[bend @ stars**2, bend @ stars], [bend @ stars, bend.sum()]])
        step = np.linalg.solve(hessian + 1e-6 * np.eye(2), gradient)
        slope, level = slope + float(step[0]), level + float(step[1])
    slope = max(slope, 0.05)
    return -level / slope, 1 / slope


def _embedding(solved: Matrix, embedder: tuple[str, str]) -> Embedding:
    half = len(solved) // 2
    values = [round(float(each), 5) for each in solved]
    return Embedding(*embedder, tuple(values[:half]), tuple(values[half:]))
