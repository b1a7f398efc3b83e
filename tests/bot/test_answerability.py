import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answerability import PRIOR, SIGNALS, signals
from retrieval.article import Passage
from retrieval.hit import Hit


def hit(article_id: str, dense: float, title: float = 0.0, late: float = 0.0) -> Hit:
    return Hit(Passage(f"{article_id}#0", article_id, "", "", ""), 1.0, dense, 0.5, late, title)


HITS = (hit("a", 0.8, 0.7, 0.6), hit("b", 0.5, 0.4, 0.3), hit("c", 0.6))


def test_the_signals_are_those_that_are_named() -> None:
    assert SIGNALS == ("dense", "title", "late", "margin")
    assert signals(HITS) == pytest.approx([0.8, 0.7, 0.6, 0.2])


def test_the_margin_is_over_the_best_other_hit() -> None:
    assert signals(HITS, 1)[3] == pytest.approx(-0.3)
    assert signals(HITS, 2)[3] == pytest.approx(-0.2)
    assert signals(HITS[:1])[3] == 0.0  # without a rival nothing was beaten


def test_support_is_a_logistic_of_the_weighted_signals() -> None:
    calibration = replace(PRIOR, weights=(-1.0, 1.0, 2.0, 3.0, 4.0))
    # -1 + .8 + 1.4 + 1.8 + .8 = 3.8
    assert calibration.support(HITS) == pytest.approx(0.97811, abs=1e-5)


def test_what_was_not_found_has_no_support() -> None:
    assert PRIOR.support(()) == 0.0
    assert PRIOR.support(HITS, 3) == 0.0


@pytest.mark.parametrize(
    ("found", "answers"),
    [
        (hit("a", 0.95, 0.95, 0.9), True),
        (hit("a", 0.6, 0.5, 0.6), False),
        (hit("a", 0.0), False),
    ],
)
def test_the_cautious_one_answers_only_what_is_very_near(found: Hit, answers: bool) -> None:
    rival = hit("b", max(found.dense - 0.1, 0.0))
    assert (PRIOR.support((found, rival)) >= PRIOR.threshold) is answers


def test_a_saved_calibration_is_the_same(tmp_path: Path) -> None:
    calibration = replace(PRIOR, source="self", n=40, estimated_error=0.07, threshold=0.61)
    calibration.save(tmp_path)
    assert type(PRIOR).load(tmp_path) == calibration


def test_unknown_is_saved_as_unknown(tmp_path: Path) -> None:
    PRIOR.save(tmp_path)
    row = json.loads((tmp_path / "answerability.json").read_text(encoding="utf-8"))
    assert row["estimated_error"] is None
    assert type(PRIOR).load(tmp_path) == PRIOR


def test_without_a_calibration_it_is_cautious(tmp_path: Path) -> None:
    assert type(PRIOR).load(tmp_path) is PRIOR
