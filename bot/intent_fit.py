"""Fits the intent model on example messages and labelled messages.

The temperature of the logistic regression (Guo et al. 2017) is fitted on held-out examples. Real
customers don't word things as the person who wrote the examples did, so whole clusters of an
intent's examples are held out together: the wording on which the temperature is fitted is new to
the model. Labelled messages of real customers, where the deployer has them, need no such care and
are held out at random.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from bot.errors import IntentsError
from bot.intent import NEIGHBOURS, Calibration, Floats, IntentModel, mean_of_best, softmax

Labels = npt.NDArray[np.intp]

_FOLDS = 5
_INVERSE_REGULARISATION = 30.0
_COARSE = 1e-3  # a third of the steps; enough to choose a temperature by
_TEMPERATURES = np.exp(np.linspace(-2.0, 1.5, 141))


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Embedded examples.

    Attributes:
        vectors: ``(n, d)``, L2-normalised.
        labels: Intent of each row.
        labelled: Whether a row is a labelled message of a real customer.
        outside: Embedded out-of-scope examples, ``(m, d)``.
        small_talk: Embedded small talk, ``(s, d)``.
        thanks: Embedded thanks, ``(t, d)``.
    """

    vectors: Floats
    labels: Sequence[str]
    labelled: npt.NDArray[np.bool_]
    outside: Floats
    small_talk: Floats
    thanks: Floats


def fit(training: TrainingSet) -> IntentModel:
    """Fit and calibrate a model.

    Raises:
        IntentsError: There are fewer than two intents with examples.
    """
    names = tuple(sorted(set(training.labels)))
    if len(names) < 2:
        raise IntentsError("intents.yaml: at least two intents need example messages")
    place = {name: index for index, name in enumerate(names)}
    labels = np.array([place[label] for label in training.labels], dtype=np.intp)
    held = _held_out(training, labels, len(names))
    regression = _regression(training.vectors, labels)
    judged = training.labelled if training.labelled.any() else np.ones(len(labels), bool)
    temperature = _best_temperature(held.logits[judged], labels[judged])
    right = held.logits[judged].argmax(axis=1) == labels[judged]
    return IntentModel(
        intents=names,
        weights=regression.coef_.astype(np.float32),
        bias=regression.intercept_.astype(np.float32),
        examples=training.vectors,
        outside=training.outside,
        small_talk=training.small_talk,
        thanks=training.thanks,
        scope=_fit_scope(training, held, temperature, regression),
        calibration=Calibration(
            n=int(judged.sum()),
            accuracy=float(right.mean()),
            temperature=temperature,
            held_out="labelled" if training.labelled.any() else "clusters",
        ),
    )


@dataclass(frozen=True, slots=True)
class _HeldOut:
    """Logits and proximity of every example, from models that had not seen it."""

    logits: npt.NDArray[np.float64]
    near: npt.NDArray[np.float64]


def _held_out(training: TrainingSet, labels: Labels, kinds: int) -> _HeldOut:
    folds = _folds(training, labels, kinds)
    logits = np.full((len(labels), kinds), -30.0)
    near = np.zeros(len(labels))
    for fold in range(_FOLDS):
        rest, out = folds != fold, folds == fold
        if not out.any():
            continue
        model = _regression(training.vectors[rest], labels[rest], _COARSE)
        logits[np.ix_(out, model.classes_)] = (
            training.vectors[out] @ model.coef_.T + model.intercept_
        )
        near[out] = mean_of_best(training.vectors[out] @ training.vectors[rest].T)
    return _HeldOut(logits, near)


def _folds(training: TrainingSet, labels: Labels, kinds: int) -> Labels:
    """Fold of every row: clusters of an intent's written examples, labelled rows at random."""
    random = np.random.default_rng(0)
    folds = random.integers(0, _FOLDS, len(labels)).astype(np.intp)
    if training.labelled.any():
        return folds
    for kind in range(kinds):
        rows = np.flatnonzero(labels == kind)
        if len(rows) < 2 * _FOLDS:
            folds[rows] = random.permutation(len(rows)) % _FOLDS
            continue
        clusters = KMeans(_FOLDS, n_init=3, random_state=0).fit_predict(training.vectors[rows])
        folds[rows] = clusters
    return folds


def _regression(vectors: Floats, labels: Labels, tolerance: float = 1e-4) -> LogisticRegression:
    model = LogisticRegression(C=_INVERSE_REGULARISATION, max_iter=3000, tol=tolerance)
    model.fit(vectors, labels)
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two classes
        half = np.vstack([-model.coef_, model.coef_]) / 2
        model.coef_, model.intercept_ = half, np.hstack([-model.intercept_, model.intercept_]) / 2
    return model


def _best_temperature(logits: npt.NDArray[np.float64], labels: Labels) -> float:
    losses = []
    for temperature in _TEMPERATURES:
        scaled = softmax(logits / temperature)
        losses.append(-np.log(scaled[np.arange(len(labels)), labels] + 1e-12).mean())
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _fit_scope(
    training: TrainingSet,
    held: _HeldOut,
    temperature: float,
    regression: LogisticRegression,
) -> npt.NDArray[np.float64]:
    """Fit the probability that a message is in scope; without outside examples, by proximity."""
    if len(training.outside) < 2 * NEIGHBOURS:
        # cosine .35 is where the mean of the five nearest examples stops meaning anything
        return np.array([-0.35 * 30.0, 30.0, 0.0, 0.0])
    inside_far = mean_of_best(training.vectors @ training.outside.T)
    inside_top = softmax(held.logits / temperature).max(axis=1)
    inside = np.column_stack([held.near, inside_far, inside_top])
    own = training.outside @ training.outside.T
    np.fill_diagonal(own, -1.0)
    outside_logits = training.outside @ regression.coef_.T + regression.intercept_
    outside = np.column_stack(
        [
            mean_of_best(training.outside @ training.vectors.T),
            mean_of_best(own),
            softmax(outside_logits / temperature).max(axis=1),
        ]
    )
    rows = np.vstack([inside, outside])
    truth = np.r_[np.ones(len(inside)), np.zeros(len(outside))]
    model = LogisticRegression(C=100.0, class_weight="balanced", max_iter=1000).fit(rows, truth)
    weights: npt.NDArray[np.float64] = np.r_[model.intercept_, model.coef_[0]]
    return weights
