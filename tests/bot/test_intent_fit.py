import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from bot.errors import IntentsError
from bot.intent import Floats, IntentModel, mean_of_best, softmax
from bot.intent_fit import TrainingSet, fit

DIMENSION = 16
NAMES = ("card", "cash", "fees", "top_up")


def unit(vectors: np.ndarray) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def cloud(direction: int, count: int, spread: float = 0.15, seed: int = 0) -> Floats:
    """Vectors around one axis."""
    random = np.random.default_rng(100 * direction + seed)
    return unit(np.eye(DIMENSION)[direction] + spread * random.standard_normal((count, DIMENSION)))


OUTSIDE = cloud(10, 30, 0.4)
GREETINGS, THANKS = cloud(12, 4), cloud(13, 4)
NONE = np.zeros((0, DIMENSION), np.float32)


def training(
    names: tuple[str, ...] = NAMES,
    each: int = 12,
    spread: float = 0.15,
    labelled: int = 0,
    outside: Floats = OUTSIDE,
    small_talk: Floats = GREETINGS,
    thanks: Floats = THANKS,
) -> TrainingSet:
    vectors = np.vstack([cloud(n, each, spread) for n in range(len(names))])
    flags = np.zeros(len(vectors), bool)
    flags[len(vectors) - labelled :] = True
    if labelled:
        flags = np.random.default_rng(0).permutation(flags)
    labels = [name for name in names for _ in range(each)]
    return TrainingSet(vectors, labels, flags, outside, small_talk, thanks)


MODEL = fit(training())


@pytest.mark.parametrize("place", range(4))
def test_a_message_near_an_intents_examples_gets_that_intent(place: int) -> None:
    for vector in cloud(place, 5, seed=1):
        view = MODEL.view(vector)
        assert MODEL.intents[int(view.probabilities.argmax())] == NAMES[place]
        assert view.probabilities.max() > 0.8


def test_probabilities_sum_to_one() -> None:
    for vector in unit(np.random.default_rng(3).standard_normal((20, DIMENSION))):
        probabilities = MODEL.view(vector).probabilities
        assert probabilities.sum() == pytest.approx(1.0)
        assert probabilities.min() >= 0


def test_near_examples_are_in_scope_and_far_ones_are_not() -> None:
    inside = [MODEL.view(v) for v in cloud(1, 10, seed=1)]
    outside = [MODEL.view(v) for v in cloud(10, 10, 0.4, seed=1)]
    assert min(v.in_scope for v in inside) > 0.5 > max(v.in_scope for v in outside)
    assert min(v.proximity for v in inside) > max(v.proximity for v in outside)


def test_chatter_is_near_its_examples() -> None:
    greeting = MODEL.view(cloud(12, 1, seed=1)[0])
    assert greeting.small_talk > 0.6 > greeting.thanks
    thanks = MODEL.view(cloud(13, 1, seed=1)[0])
    assert thanks.thanks > 0.6 > thanks.small_talk


def test_without_chatter_nothing_is_near_it() -> None:
    view = fit(training(small_talk=NONE, thanks=NONE)).view(cloud(0, 1)[0])
    assert (view.small_talk, view.thanks) == (-1.0, -1.0)


@pytest.mark.parametrize("outside", [NONE, cloud(10, 9)])
def test_with_too_few_outside_examples_proximity_decides(outside: Floats) -> None:
    model = fit(training(outside=outside))
    assert model.view(cloud(0, 1, seed=1)[0]).in_scope > 0.9
    assert model.view(unit(-np.eye(DIMENSION))[0]).in_scope < 0.1


def test_two_intents_are_enough() -> None:
    model = fit(training(NAMES[:2]))
    assert model.intents == NAMES[:2]
    assert model.weights.shape == (2, DIMENSION)
    for place, vector in enumerate((cloud(0, 1, seed=1)[0], cloud(1, 1, seed=1)[0])):
        probabilities = model.view(vector).probabilities
        assert probabilities.sum() == pytest.approx(1.0)
        assert probabilities[place] > 0.8


def test_one_intent_is_not() -> None:
    with pytest.raises(IntentsError, match="at least two"):
        fit(training(NAMES[:1]))


def test_few_examples_are_enough_to_fit() -> None:
    assert fit(training(each=2)).calibration.n == 8


def test_the_temperature_rises_with_confusion() -> None:
    clear, confused = fit(training(spread=0.1)), fit(training(spread=0.8))
    assert clear.calibration.temperature < confused.calibration.temperature
    assert clear.calibration.accuracy > 0.95 > confused.calibration.accuracy


def test_the_temperature_divides_the_logits() -> None:
    vector = cloud(0, 1)[0] + cloud(1, 1)[0]
    logits = (MODEL.weights @ vector + MODEL.bias).astype(np.float64)
    expected = softmax(logits[None, :] / MODEL.calibration.temperature)[0]
    assert MODEL.view(vector).probabilities == pytest.approx(expected)


def test_written_examples_are_held_out_by_clusters() -> None:
    assert MODEL.calibration.held_out == "clusters"
    assert MODEL.calibration.n == 48


def test_labelled_messages_are_what_is_judged() -> None:
    calibration = fit(training(labelled=20)).calibration
    assert (calibration.held_out, calibration.n) == ("labelled", 20)


def test_fitting_twice_gives_the_same_model() -> None:
    again = fit(training())
    for field in fields(IntentModel):
        np.testing.assert_equal(getattr(again, field.name), getattr(MODEL, field.name))


def test_a_saved_model_sees_the_same(tmp_path: Path) -> None:
    assert not IntentModel.present(tmp_path)
    MODEL.save(tmp_path)
    assert IntentModel.present(tmp_path)
    loaded = IntentModel.load(tmp_path)
    assert (loaded.intents, loaded.calibration) == (MODEL.intents, MODEL.calibration)
    for vector in cloud(2, 5, seed=1):
        before, after = MODEL.view(vector), loaded.view(vector)
        np.testing.assert_array_equal(after.probabilities, before.probabilities)
        assert after.in_scope == pytest.approx(before.in_scope, abs=0.01)  # halves in the file
        assert (after.small_talk, after.thanks) == (before.small_talk, before.thanks)


def test_saving_a_loaded_model_changes_nothing(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
    MODEL.save(first)
    IntentModel.load(first).save(second)
    once, twice = IntentModel.load(first), IntentModel.load(second)
    for field in fields(IntentModel):
        np.testing.assert_equal(getattr(twice, field.name), getattr(once, field.name))


def test_nothing_saved_is_pickled(tmp_path: Path) -> None:
    MODEL.save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"intent_model.json", "intent_model.npz"}
    with zipfile.ZipFile(tmp_path / "intent_model.npz") as arrays:
        for name in arrays.namelist():
            assert b"|O" not in arrays.read(name)[:128]
    with np.load(tmp_path / "intent_model.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind == "f" for name in arrays)


def test_the_mean_of_the_best_takes_five() -> None:
    rows = np.array([[0.1, 0.9, 0.8, 0.7, 0.6, 0.5, -1.0]], np.float32)
    assert mean_of_best(rows) == pytest.approx([0.7])
    assert mean_of_best(rows[:, :2]) == pytest.approx([0.5])


def test_softmax_survives_large_logits() -> None:
    assert softmax(np.array([[1000.0, 1000.0, -1000.0]])) == pytest.approx(
        np.array([[0.5, 0.5, 0.0]])
    )


def test_wordings_of_one_kind_are_held_out_together() -> None:
    # Five wordings of each intent, four near copies of each: what is held out is new, unless a
    # copy of it stays.
    vectors = np.vstack([cloud(wording, 4, 0.01) for wording in range(10)])
    labels = ["a"] * 20 + ["b"] * 20

    def accuracy(labelled: bool) -> float:
        flags = np.full(40, labelled)
        return fit(TrainingSet(vectors, labels, flags, NONE, NONE, NONE)).calibration.accuracy

    assert accuracy(labelled=True) > 0.9
    assert accuracy(labelled=False) < 0.7
