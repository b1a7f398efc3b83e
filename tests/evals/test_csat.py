import json
import random
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.measure.predicted_csat import HAND_SET
from bot.measure.predicted_csat_file import CsatModelError, read_model, write_model
from evals.agreement import auroc, kappa, rank_correlation, spearman
from evals.cli import app
from evals.csat_check import check
from evals.csat_fit import fit
from evals.csat_ratings import read_ratings
from evals.csat_table import Unit, matrix_of, predicted_stars, rows_of, unit_of, vectors_of
from evals.errors import RatingsError

GOOD = ["Great, thank you!", "Perfect, that works for me.", "Lovely, yes please."]
PLAIN = ["For two people.", "On Monday then.", "In the centre of town."]
BAD = ["No, that's wrong.", "I said the north. This is useless.", "No, it doesn't work."]


def dialogue(name: str, chance: random.Random, corpus: str = "a") -> dict[str, object]:
    """Six messages whose raters mostly agree with their tone."""
    turns: list[dict[str, object]] = []
    for _ in range(6):
        level = chance.choice([-1, 0, 0, 1])
        text = chance.choice({-1: BAD, 0: PLAIN, 1: GOOD}[level])
        ratings = [min(5, max(1, 3 + level + chance.choice([-1, 0, 0, 1]))) for _ in range(3)]
        turns.append({"role": "SYSTEM", "text": "Here is one.", "sat": []})
        turns.append({"role": "USER", "text": text, "sat": ratings})
    return {"dialogue_id": f"{corpus}-{name}", "turns": turns, "overall_sat": [3, 3, 4]}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    chance = random.Random(3)  # noqa: S311  no secret
    paths = []
    for corpus in ("a", "b"):
        path = tmp_path_factory.mktemp("rated") / f"{corpus}.jsonl"
        rows = [dialogue(str(number), chance, corpus) for number in range(120)]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        paths.append(path)
    return paths


def test_ratings_of_messages_and_of_conversations(files: list[Path]) -> None:
    dialogues = read_ratings(files)
    assert (len(dialogues), unit_of(dialogues)) == (240, Unit.TURN)
    assert 0.2 < sum(each.unseen for each in dialogues) / 240 < 0.4
    turns, whole = rows_of(dialogues, Unit.TURN), rows_of(dialogues, Unit.CONVERSATION)
    assert (len(turns), len(whole)) == (1440, 240)
    assert whole[0].satisfied == pytest.approx(1 / 3)


def test_what_is_fitted_beats_what_ships_and_finds_the_dissatisfied(files: list[Path]) -> None:
    dialogues = read_ratings(files)
    seen = rows_of([each for each in dialogues if not each.unseen], Unit.TURN)
    unseen = rows_of([each for each in dialogues if each.unseen], Unit.TURN)
    fitted = fit(seen, "fitted")
    ours = check(fitted, unseen, predicted_stars(fitted, unseen))
    shipped = check(HAND_SET, unseen, predicted_stars(HAND_SET, unseen))
    assert ours.correlation.value is not None
    assert shipped.correlation.value is not None
    assert ours.correlation.value > shipped.correlation.value - 0.02 > 0.4
    assert ours.low.value is not None
    assert ours.low.value > 0.8
    assert ours.brier.value is not None
    assert ours.brier_base.value is not None
    assert ours.brier.value < ours.brier_base.value
    assert ours.human.value is not None
    assert len(ours.deciles) == 10
    assert ours.deciles[0].predicted < ours.deciles[-1].predicted
    mean = float(predicted_stars(fitted, seen).mean())
    assert mean == pytest.approx(float(np.mean([row.mean for row in seen])), abs=0.05)


def test_vectors_are_weighted_like_features(files: list[Path], tmp_path: Path) -> None:
    rows = rows_of(read_ratings(files), Unit.TURN)

    def embed(texts: object) -> np.ndarray:
        return np.array([[text in BAD, text in GOOD] for text in texts], np.float32)  # type: ignore[attr-defined]

    table = vectors_of(rows, embed)
    assert table.shape == (len(rows), 4)
    model = fit(rows, "vectors", table, ("tiny", "ab"))
    assert model.embedding is not None
    bad, good = model.embedding.customer
    assert bad < good
    write_model(tmp_path / "m.json", model, {"unit": "turn"})
    again = read_model(tmp_path / "m.json")
    assert again == model
    assert predicted_stars(again, rows[:5], embed) == pytest.approx(
        predicted_stars(model, rows[:5], embed)
    )
    with pytest.raises(RatingsError, match="wants vectors of tiny"):
        predicted_stars(model, rows)


def test_ratings_of_a_log_are_of_its_episodes(tmp_path: Path) -> None:
    def line(name: str, score: int | None, text: str | None = "hi") -> str:
        at = "2026-01-01T10:00:00Z"
        turns = [{"at": at, "speaker": "customer", **({"text": text} if text else {})}]
        rating = {"at": at, "score": score} if score else None
        row = {"conversation_id": name, "started_at": at, "turns": turns, "rating": rating}
        return json.dumps(row) + "\n"

    path = tmp_path / "log.jsonl"
    path.write_text(line("a", 4) + line("b", None) + line("c", 2, None) + "\n")
    (only,) = read_ratings([path])
    assert (only.whole, unit_of([only])) == ((4,), Unit.CONVERSATION)
    assert matrix_of(rows_of([only], Unit.CONVERSATION)).shape[0] == 1
    with pytest.raises(RatingsError, match="say too little"):
        fit(rows_of([only], Unit.CONVERSATION), "few")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}\n", r"r\.jsonl:1: conversation_id"),
        ("[1]\n", r"r\.jsonl:1"),
        ("{\n", r"r\.jsonl:1: not JSON"),
        ('{"dialogue_id": "x", "turns": [{"role": "DUCK", "text": ""}]}', "turns.0.role"),
        ('{"dialogue_id": "x", "turns": []}', "no conversation holds a rating"),
    ],
)
def test_a_bad_file_of_ratings_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "r.jsonl").write_text(text)
    with pytest.raises(RatingsError, match=message):
        read_ratings([tmp_path / "r.jsonl"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "format"),
        ('{"format": 1, "name": "x", "intercept": 3, "coefficients": {"shoe": 1},'
         ' "middle": 3, "spread": 1}', "unknown features: shoe"),
        ("x", "the file"),
    ],
)  # fmt: skip
def test_a_bad_model_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(CsatModelError, match=message):
        read_model(tmp_path / "m.json")


def test_the_commands_fit_and_check(files: list[Path], tmp_path: Path) -> None:
    ratings = [part for path in files for part in ("--ratings", str(path))]
    to = tmp_path / "csat.json"
    fitted = CliRunner().invoke(app, ["csat", "fit", *ratings, "--out", str(to)])
    assert fitted.exit_code == 0, fitted.output
    assert "left out of the fit" in fitted.output
    checked = CliRunner().invoke(app, ["csat", "check", *ratings, "--model", str(to)])
    assert checked.exit_code == 0, checked.output
    assert "predicted CSAT, fitted" in checked.output
    assert "that one rater" in checked.output
    at, log, run = "2026-01-01T10:00:00Z", tmp_path / "log.jsonl", tmp_path / "run"
    turns = [
        {"at": at, "speaker": "customer", "text": "how much?"},
        {"at": at, "speaker": "assistant", "text": "£6", "decision": "answer", "articles": ["a"]},
        {"at": at, "speaker": "customer", "text": "great, thanks!"},
    ]
    row = {"conversation_id": "c", "started_at": at, "turns": turns, "closed_at": at}
    log.write_text(json.dumps(row) + "\n", encoding="utf-8")
    values = []
    for more in ([], ["--csat", str(to)]):
        arguments = ["replay", "--conversations", str(log), "--out", str(run), *more]
        replayed = CliRunner().invoke(app, [*arguments, "--now", "2026-02-01T00:00:00Z"])
        assert replayed.exit_code == 0, replayed.output
        metrics = json.loads((run / "run.json").read_text(encoding="utf-8"))["metrics"]
        values.append(metrics["predicted_csat"]["value"])
    assert None not in values
    assert values[0] != values[1]
    wrong = CliRunner().invoke(app, ["csat", "fit", *ratings, "--embeddings", "--out", str(to)])
    assert wrong.exit_code == 2


def test_agreement_by_hand() -> None:
    clusters = [str(number) for number in range(6)]
    one, other = [1, 2, 2, 3, 4, 5], [1, 3, 2, 3, 5, 4]
    weighted = rank_correlation(one, other)(np.ones(6))
    assert weighted == pytest.approx(0.8970588235)  # as scipy.stats.spearmanr says
    assert spearman(one, other, clusters).low is None
    assert auroc([1, 2, 3, 4], [False, True, False, True], list("abcd")).value == 0.75
    assert kappa(["y", "y", "n", "n"], ["y", "n", "n", "n"], list("abcd")).value == 0.5
    assert spearman([1, 1], [1, 2], ["a", "b"]).value is None
    assert spearman([], [], []).reason == "no rows"
