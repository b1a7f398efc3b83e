"""How predicted CSAT fares on ratings that it has not seen, beside one human rater."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.estimate import Estimate, unknown
from bot.measure.predicted_csat import CsatModel
from evals.agreement import auroc, averaged, mean, rank_correlation, resampled, separation, spearman
from evals.csat_table import LOW, Matrix, RatedRow

_DECILES = 10
_FEWEST_RATERS = 3
"""Raters of a row, so that one of them can be held against the mean of two others or more."""


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the rows, by predicted probability.

    Attributes:
        predicted: Mean predicted probability of a 4 or 5.
        observed: Share of ratings of 4 or 5.
    """

    predicted: float
    observed: Estimate


@dataclass(frozen=True, slots=True)
class CsatCheck:
    """What a check found.

    Attributes:
        rows: How many were predicted.
        low_rows: How many of them have a mean rating of 2.5 or below.
        correlation: Spearman of predicted stars and mean rating.
        low: Area under the ROC curve for rows rated 2.5 or below.
        brier: Brier's score of the predicted probability against single ratings.
        brier_base: The same of always saying the share of 4 and 5 of these rows.
        against_rest: Spearman of the prediction and the mean of all raters but one, averaged.
        human: Spearman of that one rater and the mean of the rest, averaged.
        human_low: Area under the ROC curve of that one rater.
        deciles: From the least to the most satisfied.
    """

    rows: int
    low_rows: int
    correlation: Estimate
    low: Estimate
    brier: Estimate
    brier_base: Estimate
    against_rest: Estimate
    human: Estimate
    human_low: Estimate
    deciles: tuple[Decile, ...]


def check(model: CsatModel, rows: Sequence[RatedRow], stars: Matrix) -> CsatCheck:
    """Hold predictions against ratings.

    Args:
        model: Predicted.
        rows: Rated messages or conversations, at least one.
        stars: Predicted stars of the rows.
    """
    clusters = [row.dialogue.id for row in rows]
    low = [row.low for row in rows]
    chance = [model.probability(float(each)) for each in stars]
    base = sum(row.satisfied for row in rows) / len(rows)
    human, human_low, rest = _one_rater(rows, stars)
    return CsatCheck(
        rows=len(rows),
        low_rows=sum(low),
        correlation=spearman(stars.tolist(), [row.mean for row in rows], clusters),
        low=auroc((-stars).tolist(), low, clusters),
        brier=mean([_brier(p, row) for p, row in zip(chance, rows, strict=True)], clusters),
        brier_base=mean([_brier(base, row) for row in rows], clusters),
        against_rest=rest,
        human=human,
        human_low=human_low,
        deciles=_deciles(rows, chance),
    )


def _brier(chance: float, row: RatedRow) -> float:
    """Mean over the single ratings of a row."""
    share = row.satisfied
    return (chance - share) ** 2 + share * (1 - share)


def _one_rater(rows: Sequence[RatedRow], stars: Matrix) -> tuple[Estimate, Estimate, Estimate]:
    """One rater against the mean of the rest: rank, separation, and the prediction's rank."""
    kept = [place for place, row in enumerate(rows) if len(row.ratings) >= _FEWEST_RATERS]
    if not kept:
        none = unknown(f"no row has {_FEWEST_RATERS} raters or more")
        return none, none, none
    clusters = [rows[place].dialogue.id for place in kept]
    predicted = [float(stars[place]) for place in kept]
    human, low, prediction = [], [], []
    for rater in range(_FEWEST_RATERS):
        one = [float(rows[place].ratings[rater]) for place in kept]
        rest = [_without(rows[place].ratings, rater) for place in kept]
        human.append(rank_correlation(one, rest))
        low.append(separation([-each for each in one], [each <= LOW for each in rest]))
        prediction.append(rank_correlation(predicted, rest))
    return (
        resampled(averaged(human), clusters),
        resampled(averaged(low), clusters),
        resampled(averaged(prediction), clusters),
    )


def _without(ratings: Sequence[int], place: int) -> float:
    return (sum(ratings) - ratings[place]) / (len(ratings) - 1)


def _deciles(rows: Sequence[RatedRow], chance: Sequence[float]) -> tuple[Decile, ...]:
    order = sorted(range(len(rows)), key=lambda place: chance[place])
    edges = np.linspace(0, len(rows), _DECILES + 1).astype(int)
    found = []
    for start, end in pairwise(edges):
        part = order[start:end]
        if part:
            observed = mean(
                [rows[place].satisfied for place in part], [rows[p].dialogue.id for p in part]
            )
            found.append(Decile(sum(chance[place] for place in part) / len(part), observed))
    return tuple(found)
