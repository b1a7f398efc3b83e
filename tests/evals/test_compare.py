import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.chance import chance_of_harm, clusters_of, interval, mcnemar
from evals.cli import CANNOT_START, app
from evals.compare import compare
from evals.errors import RunError
from evals.recorded import read_run
from tests.evals.synthetic_runs import answered, line, must_escalate, written

RUNNER = CliRunner()


def test_mcnemar_is_the_exact_binomial() -> None:
    assert mcnemar(4, 14) == pytest.approx(0.0309, abs=5e-5)
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0


def test_the_interval_resamples_whole_clusters() -> None:
    alone = interval([(str(i), -1 if i < 30 else 0) for i in range(300)])
    together = interval([(str(i // 10), -1 if i < 30 else 0) for i in range(300)])
    assert -0.14 < alone[0] < -0.1 < alone[1] < -0.06
    assert together[0] < alone[0]
    assert together[1] > alone[1]
    assert interval([("a", 0)]) == (0.0, 0.0)


def test_chance_of_harm_is_mcnemars_and_metrics_that_move_together_count_once() -> None:
    one = chance_of_harm([(str(i), (1 if i < 14 else -1,)) for i in range(18)])[0]
    assert one == pytest.approx(mcnemar(14, 4) / 2, abs=0.008)
    same = chance_of_harm([(str(i), (1, 1, 1) if i < 14 else (-1, -1, -1)) for i in range(18)])
    assert same == [one, one, one]
    other = chance_of_harm([(str(i), (i < 14) * [1, 0] or [-1, (-1) ** i]) for i in range(40)])
    assert other[1] > 0.3


def test_chance_of_harm_turns_whole_clusters_round() -> None:
    alone = chance_of_harm([(str(i), (1,)) for i in range(10)])[0]
    together = chance_of_harm([(str(i // 5), (1,)) for i in range(10)])[0]
    assert alone < 0.01
    assert together > 0.2


def test_below_thirty_clusters_each_case_stands_alone() -> None:
    assert clusters_of([(str(i), "hello") for i in range(40)])["3"] == "3"
    assert clusters_of([(str(i), f"{i % 30}") for i in range(40)])["31"] == "1"


def test_every_flip_is_listed_both_ways(tmp_path: Path) -> None:
    before = written(tmp_path / "a", answered(40, wrong={0, 1}))
    after = written(tmp_path / "b", answered(40, wrong={1, 2, 3, 4}))
    found = compare(before, after).differences["verified_containment"]
    assert (found.worse, found.better) == (("c2", "c3", "c4"), ("c0",))
    assert found.difference == pytest.approx(-2 / 40)
    assert found.low < found.difference < found.high
    assert found.n == 40
    assert found.p == pytest.approx(0.625)


def test_less_is_better_of_false_containment(tmp_path: Path) -> None:
    before = written(tmp_path / "a", answered(10, wrong={0}))
    after = written(tmp_path / "b", answered(10))
    found = compare(before, after).differences["false_containment"]
    assert (found.worse, found.better) == ((), ("c0",))
    assert found.difference == pytest.approx(-0.1)


def test_holm_counts_the_metrics_that_have_a_pair(tmp_path: Path) -> None:
    before = written(tmp_path / "a", answered(200))
    after = written(tmp_path / "b", answered(200, wrong=range(6)))
    found = compare(before, after).differences
    assert set(found) == {
        "passed",
        "verified_containment",
        "false_containment",
        "offline_helpfulness",
    }
    assert {d.p for d in found.values()} == {0.03125}
    assert {d.adjusted for d in found.values()} == {0.125}


def test_other_data_is_paired_by_id_and_said_so(tmp_path: Path) -> None:
    before = written(tmp_path / "a", answered(5))
    after = written(tmp_path / "b", [*answered(3), line("new")], sha256="e" * 64)
    found = compare(before, after)
    assert (found.same_data, found.paired, found.only_baseline, found.only_run) == (False, 3, 2, 1)
    with pytest.raises(RunError, match="no case in common"):
        compare(before, written(tmp_path / "c", [line("other")]))


def test_what_is_unknown_in_one_run_is_no_pair(tmp_path: Path) -> None:
    before = written(tmp_path / "a", answered(4))
    after = written(tmp_path / "b", [*answered(3), line("c3", right=None)])
    found = compare(before, after).differences["passed"]
    assert (found.n, found.unpaired, found.worse) == (3, 1, ())
    strict = compare(before, after, unscored_fail=True).differences["passed"]
    assert (strict.n, strict.worse) == (4, ("c3",))


def test_a_person_missed_is_worse(tmp_path: Path) -> None:
    before = written(tmp_path / "a", [must_escalate("h")])
    after = written(tmp_path / "b", [must_escalate("h", reached=False)])
    found = compare(before, after).differences
    assert found["handoff_recall"].worse == ("h",)
    assert found["unsafe_containment"].worse == ("h",)


def test_the_command_prints_table_json_and_markdown(tmp_path: Path) -> None:
    written(tmp_path / "a", answered(4))
    written(tmp_path / "b", answered(4, wrong={1}))
    runs = [str(tmp_path / "a"), str(tmp_path / "b")]
    table = RUNNER.invoke(app, ["compare", *runs])
    assert table.exit_code == 0
    assert "worse passed c1: answer → answer" in table.output
    told = json.loads(RUNNER.invoke(app, ["compare", *runs, "--format", "json"]).output)
    assert told["differences"]["passed"]["worse"] == ["c1"]
    markdown = RUNNER.invoke(app, ["compare", *runs, "--format", "markdown"]).output
    assert "| passed | 100.0 % | 75.0 % | -25.0 |" in markdown


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["compare", str(tmp_path / "no"), str(tmp_path / "no")])
    assert result.exit_code == CANNOT_START
    assert "holds no finished run" in result.output
    written(tmp_path / "a", answered(1))
    (tmp_path / "a" / "cases.jsonl").write_text('{"id": 3}\n')
    with pytest.raises(RunError, match=r"cases.jsonl:1: id"):
        read_run(tmp_path / "a")
    (tmp_path / "a" / "run.json").write_text("{}")
    with pytest.raises(RunError, match="not a run's record: id"):
        read_run(tmp_path / "a")
