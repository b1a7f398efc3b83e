import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.cli import CANNOT_START, CASES_CRASHED, app
from evals.dataset import load_suite

RUNNER = CliRunner()
SUITE = """\
cases:
  - {id: age, intent: age_limit, says: "What's the minimum age to join?"}
  - {id: wrong, says: "hello there", expect: {decision: handoff}}
"""


def started(*arguments: str) -> tuple[int, str]:
    result = RUNNER.invoke(app, list(arguments))
    return result.exit_code, result.output


def test_without_an_index_it_cannot_start(tmp_path: Path) -> None:
    code, said = started("run", "--data", str(tmp_path / "none"), "--out", str(tmp_path / "out"))
    assert code == CANNOT_START
    assert "no index" in said
    assert not (tmp_path / "out").exists()


def test_with_a_bad_suite_it_cannot_start(tmp_path: Path) -> None:
    suite = tmp_path / "s.yaml"
    suite.write_text("cases:\n  - {id: a, says: b, mood: bad}\n")
    code, said = started("run", "--suite", str(suite), "--out", str(tmp_path / "out"))
    assert code == CANNOT_START
    assert "s.yaml:2: cases.0.mood" in said


def test_with_a_missing_suite_it_cannot_start(tmp_path: Path) -> None:
    code, said = started("run", "--suite", "gone.yaml", "--out", str(tmp_path / "out"))
    assert code == CANNOT_START
    assert "gone.yaml" in said


def test_messages_to_cross_validate_on_need_labels(tmp_path: Path) -> None:
    examples = tmp_path / "e.csv"
    examples.write_text("text\nhello\n")
    code, said = started(
        "crossval", "--examples", str(examples), "--data", str(tmp_path), "--out", str(tmp_path)
    )
    assert code == CANNOT_START
    assert "has no intent" in said


def test_what_is_imported_can_be_run_and_the_rest_is_told(tmp_path: Path) -> None:
    messages, suite = tmp_path / "m.csv", tmp_path / "suite.jsonl"
    messages.write_text("text,category\nhow old must one be,age\n,age\n")
    arguments = ["import", "labelled", str(messages), "--out", str(suite), "--data", str(tmp_path)]
    plain = {"FIRSTLINE_REDACTION__NAMED_ENTITIES": "false"}
    result = RUNNER.invoke(app, arguments, env=plain)
    assert result.exit_code == 0, result.output
    assert "m.csv:3: has no text" in result.output
    assert "1 imported, 1 left out" in result.output
    assert [case.intent for case in load_suite(str(suite)).cases] == ["age"]
    messages.write_text("text,category\n")
    assert RUNNER.invoke(app, arguments, env=plain).exit_code == CANNOT_START


def test_the_exit_codes_differ() -> None:
    assert len({0, CASES_CRASHED, CANNOT_START}) == 3


@pytest.mark.model
def test_a_run_writes_its_record_and_report(tmp_path: Path, kestrel_data: Path) -> None:
    suite, out = tmp_path / "s.yaml", tmp_path / "out"
    suite.write_text(SUITE)
    code, said = started(
        "run", "--suite", str(suite), "--data", str(kestrel_data), "--out", str(out)
    )
    assert code == 0, said
    assert "failed wrong" in said
    assert sorted(path.name for path in out.iterdir()) == [
        "cases.jsonl",
        "report.html",
        "run.json",
    ]
    record = json.loads((out / "run.json").read_text())
    assert record["counts"]["cases"] == 2
    assert record["metrics"]["right_article"]["value"] == 1.0
    assert list(record["models"]) == ["all-MiniLM-L6-v2"]
