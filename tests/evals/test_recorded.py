"""Runs that can't be paired are told by value, with the way out."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.cli import CANNOT_START, app
from evals.cli_judge import GATE_FAILED
from evals.errors import RunError
from evals.recorded import read_run
from tests.evals.synthetic_runs import answered, line, written

RUNNER = CliRunner()


def test_a_log_is_no_run_of_cases(tmp_path: Path) -> None:
    written(tmp_path / "a", answered(2))
    told = {"id": "x", "suite": "log.jsonl", "kind": "replay", "metrics": {}}
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "run.json").write_text(json.dumps(told))
    (tmp_path / "b" / "cases.jsonl").write_text('{"episode_id": "e1"}\n')
    for command in (["compare"], ["gate", "--baseline"]):
        runs = [str(tmp_path / "a"), *(["--run"] if len(command) > 1 else []), str(tmp_path / "b")]
        result = RUNNER.invoke(app, [*command, *runs])
        assert result.exit_code == CANNOT_START
        assert "holds a log (replay of log.jsonl)" in result.output
        assert "give a run made by" in result.output


def test_a_torn_record_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    written(folder, answered(3), counts={"cases": 3})
    cases = folder / "cases.jsonl"
    whole = cases.read_text()
    cases.write_text("".join(whole.splitlines(keepends=True)[:2]))
    with pytest.raises(RunError, match=r"holds 2 cases, run\.json counts 3: a part is missing"):
        read_run(folder)
    cases.write_text(whole[:-40])
    with pytest.raises(RunError, match=r"cases\.jsonl:3: not JSON; run the suite anew"):
        read_run(folder)
    cases.write_text(whole.splitlines()[0] + "\n" + whole)
    with pytest.raises(RunError, match="id 'c0' stands in line 1, too"):
        read_run(folder)
    cases.unlink()
    with pytest.raises(RunError, match="no finished run"):
        read_run(folder)
    (folder / "run.json").write_text('{"id": "x"')
    cases.write_text(whole)
    with pytest.raises(RunError, match=r"run\.json: not a run's record"):
        read_run(folder)


@pytest.mark.parametrize(
    ("sha256", "message"),
    [
        ("e" * 64, "another file: s.yaml dddddddddddd before, s.yaml eeeeeeeeeeee now"),
        ("d" * 64, "the same file, s.yaml dddddddddddd, but not all of it in both runs"),
    ],
)
def test_other_cases_stop_the_gate_by_name(sha256: str, message: str, tmp_path: Path) -> None:
    written(tmp_path / "a", answered(5))
    written(tmp_path / "b", [*answered(4), line("renamed")], sha256=sha256)
    runs = ["--baseline", str(tmp_path / "a"), "--run", str(tmp_path / "b")]
    result = RUNNER.invoke(app, ["gate", *runs])
    assert result.exit_code == GATE_FAILED
    assert message in result.output
    assert "4 cases in both, 1 only before, 1 only now" in result.output
    (tmp_path / "g.yaml").write_text("health: {same_data: false}")
    allowed = RUNNER.invoke(app, ["gate", *runs, "--policy", str(tmp_path / "g.yaml")])
    assert allowed.exit_code == 0


def test_a_line_that_a_customer_broke_oddly_is_one_line(tmp_path: Path) -> None:
    odd = "first\u2028second\x85third"
    case = line("odd", turns=[{"step": 0, "customer": odd, "decision": {"kind": "answer"}}])
    written(tmp_path, [])
    (tmp_path / "cases.jsonl").write_text(json.dumps(case, ensure_ascii=False) + "\n")
    assert list(read_run(tmp_path).cases) == ["odd"]


def test_no_word_of_a_table_is_lost(tmp_path: Path) -> None:
    written(tmp_path / "a", answered(4))
    written(tmp_path / "b", answered(4, wrong={1}))
    runs = [str(tmp_path / "a"), str(tmp_path / "b")]
    told = RUNNER.invoke(app, ["compare", *runs]).output
    assert "verified_containment" in told
    assert "offline_helpfulness" in told
    assert "…" not in told
