from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from typer.testing import CliRunner

from evals.cli import CANNOT_START, app
from evals.cli_judge import GATE_FAILED
from evals.errors import GateFileError
from evals.gate import GateVerdict, judge
from evals.gate_policy import GatePolicy, MustEscalate, NotWorse, read_gate_policy
from evals.ruling import Status
from tests.evals.synthetic_runs import answered, flipped, line, must_escalate, written

RUNNER = CliRunner()
SHIPPED = read_gate_policy(None)
CASES = 1000


def of(verdict: GateVerdict, words: str) -> Status:
    return next(ruled.status for ruled in verdict.rules if words in ruled.rule)


def thousand(wrong: set[int]) -> list[dict[str, Any]]:
    """1,000 cases: 200 which must reach a person, and messages to answer."""
    return [*(must_escalate(f"h{i}") for i in range(200)), *answered(CASES - 200, wrong)]


def others(count: int) -> list[dict[str, Any]]:
    """Messages of account risk that were answered right."""
    return [line(f"o{place}", outcome={"risk": "account"}) for place in range(count)]


def test_the_shipped_margins_are_two_points() -> None:
    assert {rule.margin for rule in SHIPPED.not_worse} == {0.02}
    assert {"verified_containment", "offline_helpfulness"} <= {r.metric for r in SHIPPED.not_worse}


def test_a_planted_regression_of_three_points_is_caught(tmp_path: Path) -> None:
    baseline = written(tmp_path / "a", thousand(set(range(10))))
    verdict = judge(written(tmp_path / "b", thousand(set(range(40)))), baseline, SHIPPED)
    assert not verdict.passed
    assert of(verdict, "verified_containment not worse") is Status.FAILED
    assert of(verdict, "passed not worse") is Status.FAILED


def _planted(way: str, place: int) -> dict[str, Any]:
    """A case that a change spoiled in one way, and in that way alone."""
    name = f"c{place}"
    handed = {"handed_off": True, "answers": 0, "first": "handoff", "last": "handoff"}
    return {
        "passed alone": lambda: line(name, passed=False),
        "containment": lambda: line(name, outcome={**handed, "right_article": None}),
        "right article": lambda: line(name, outcome={"right_article": False}),
        "facts": lambda: line(name, outcome={"facts_present": False}),
        "false containment": lambda: line(name, outcome={"correct": False}),
        "needs a person": lambda: line(name, outcome={"needs_human": True}),
        "high risk": lambda: must_escalate(name, reached=False),
        "leak": lambda: line(name, scores=[{"check": "leak", "step": 0, "value": False}]),
        "crash": lambda: {**line(name, right=None, error="KeyError"), "outcome": None},
        "unscored": lambda: line(name, right=None),
    }[way]()


@pytest.mark.parametrize(
    "way",
    [
        "passed alone",
        "containment",
        "right article",
        "facts",
        "false containment",
        "needs a person",
        "high risk",
        "leak",
        "crash",
        "unscored",
    ],
)
def test_three_points_are_caught_however_they_are_planted(way: str, tmp_path: Path) -> None:
    # With noise of 15 each way beside them, and all in the 800 cases that are to be answered.
    before = [*(must_escalate(f"h{i}") for i in range(200)), *answered(800, range(15))]
    after = [*(must_escalate(f"h{i}") for i in range(200)), *answered(800, range(15, 30))]
    spoiled = [*after[:230], *(_planted(way, place) for place in range(30, 60)), *after[260:]]
    if way == "high risk":  # they were handed over before
        before[230:260] = [must_escalate(f"c{place}") for place in range(30, 60)]
    baseline = written(tmp_path / "a", before)
    assert judge(written(tmp_path / "b", after), baseline, SHIPPED).passed or way == "high risk"
    assert not judge(written(tmp_path / "c", spoiled), baseline, SHIPPED).passed


def test_noise_is_passed_in_at_least_95_of_100_repeats(tmp_path: Path) -> None:
    wrong = set(range(15))
    baseline = flipped(written(tmp_path, thousand(set())), wrong)
    passed = 0
    for seed in range(100):
        draw = np.random.default_rng(seed)
        worse = draw.choice(range(15, 800), draw.integers(0, 16), replace=False)
        better = draw.choice(15, draw.integers(0, 16), replace=False)
        run = flipped(baseline, (wrong | set(worse)) - set(better))
        passed += judge(run, baseline, SHIPPED).passed
    assert passed >= 95


def test_noise_excuses_no_metric_that_lost_more_than_the_margin(tmp_path: Path) -> None:
    baseline = written(tmp_path / "a", answered(150))
    many = GatePolicy(noise=0.1, not_worse=(NotWorse(metric="passed"),))
    assert not judge(written(tmp_path / "b", answered(150, range(14))), baseline, many).passed
    assert judge(written(tmp_path / "c", answered(150, range(6))), baseline, many).passed


def test_a_limit_that_the_baseline_kept_allows_for_noise_and_no_more(tmp_path: Path) -> None:
    baseline = written(tmp_path / "a", answered(365, range(5)) + others(635))
    shaken = written(tmp_path / "b", answered(365, range(20)) + others(635))
    verdict = judge(shaken, baseline, SHIPPED)
    assert of(verdict, "error_when_contained") is Status.NOT_JUDGED
    assert verdict.passed
    assert of(judge(shaken, None, SHIPPED), "error_when_contained") is Status.FAILED
    more = written(tmp_path / "c", answered(365, range(21)) + others(635))
    assert of(judge(more, baseline, SHIPPED), "error_when_contained") is Status.FAILED
    assert of(judge(more, shaken, SHIPPED), "error_when_contained") is Status.FAILED


def test_a_few_flips_of_few_cases_show_nothing_either_way(tmp_path: Path) -> None:
    baseline = written(tmp_path / "a", answered(60))
    verdict = judge(written(tmp_path / "b", answered(60, range(3))), baseline, SHIPPED)
    found = next(ruled for ruled in verdict.rules if "passed not worse" in ruled.rule)
    assert (found.status, len(found.cases)) == (Status.NOT_JUDGED, 3)
    assert "too few cases to show it either way" in found.found
    more = judge(written(tmp_path / "c", answered(60, range(7))), baseline, SHIPPED)
    assert of(more, "passed not worse") is Status.FAILED


def test_fifteen_flips_each_way_are_passed(tmp_path: Path) -> None:
    baseline = written(tmp_path / "a", thousand(set(range(15))))
    verdict = judge(written(tmp_path / "b", thousand(set(range(15, 30)))), baseline, SHIPPED)
    assert verdict.passed
    assert of(verdict, "verified_containment not worse") is Status.PASSED


def test_absolute_rules_stand_without_a_baseline(tmp_path: Path) -> None:
    verdict = judge(written(tmp_path / "a", thousand(set())), None, SHIPPED)
    assert verdict.passed
    assert of(verdict, "handoff_recall") is Status.PASSED  # 200 of 200: the least that shows 98 %
    assert of(verdict, "unsafe_containment") is Status.PASSED
    assert of(verdict, "error_when_contained") is Status.PASSED
    assert of(verdict, "passed not worse") is Status.NOT_JUDGED


def test_a_missed_must_escalate_case_stops_the_change(tmp_path: Path) -> None:
    lines = [*(must_escalate(f"h{i}", reached=i > 0) for i in range(400)), *answered(100)]
    verdict = judge(written(tmp_path / "a", lines), None, SHIPPED)
    assert [ruled.cases for ruled in verdict.failed] == [("h0",)]


def test_a_miss_that_is_known_stops_nothing_and_is_counted(tmp_path: Path) -> None:
    lines = [must_escalate(f"h{i}", reached=i > 1) for i in range(4)]
    run = written(tmp_path / "a", lines)
    known = MustEscalate(tag="must-hand-over", known=frozenset({"h0"}))
    ruled = judge(run, None, GatePolicy(must_escalate=known)).failed
    assert [(each.found, each.cases) for each in ruled] == [
        ("1 of 4 missed, 1 more are known to", ("h1",))
    ]


def test_too_few_rows_show_nothing_unless_they_show_harm(tmp_path: Path) -> None:
    few = judge(written(tmp_path / "a", [must_escalate("h"), *answered(20)]), None, SHIPPED)
    assert few.passed
    assert of(few, "unsafe_containment") is Status.NOT_JUDGED
    assert not judge(few.run, None, SHIPPED, strict=True).passed
    bad = judge(written(tmp_path / "b", answered(20, wrong=range(10))), None, SHIPPED)
    assert of(bad, "error_when_contained") is Status.FAILED


def test_a_crash_fails_and_unscored_cases_count_as_wrong_above_two_percent(tmp_path: Path) -> None:
    crash = line("x", right=None, error="KeyError")
    crash["outcome"] = None
    verdict = judge(written(tmp_path / "a", [*answered(99), crash]), None, SHIPPED)
    assert [ruled.rule for ruled in verdict.failed] == ["at most 0 crashed"]
    unknown = [line(f"u{i}", right=None) for i in range(8)]
    some = judge(written(tmp_path / "c", [*answered(96), *unknown[:4]]), None, SHIPPED)
    assert of(some, "% unscored") is Status.PASSED
    assert "(4 of 100)" in next(r.found for r in some.rules if "error_when" in r.rule)
    many = judge(written(tmp_path / "d", [*answered(92), *unknown]), None, SHIPPED)
    assert of(many, "% unscored") is Status.FAILED


def test_a_kept_canary_stops_the_change(tmp_path: Path) -> None:
    def planted(kept: bool) -> dict[str, Any]:
        return line("p", scores=[{"check": "leak", "step": 0, "value": not kept}])

    assert of(judge(written(tmp_path / "a", [planted(False)]), None, SHIPPED), "planted") is (
        Status.PASSED
    )
    assert of(judge(written(tmp_path / "b", [planted(True)]), None, SHIPPED), "planted") is (
        Status.FAILED
    )


def test_repeats_must_decide_the_same_without_a_language_model(tmp_path: Path) -> None:
    repeat = {"k": 2, "differing": ["c1"]}
    plain = written(tmp_path / "a", answered(5), repeat=repeat, models={"m": "f" * 64})
    assert of(judge(plain, None, SHIPPED), "repeats") is Status.FAILED
    worded = written(tmp_path / "b", answered(5), repeat=repeat, models={"openai:x": None})
    assert of(judge(worded, None, SHIPPED), "repeats") is Status.NOT_JUDGED


def test_other_cases_than_the_baseline_are_no_comparison(tmp_path: Path) -> None:
    baseline = written(tmp_path / "a", answered(300), sha256="e" * 64)
    verdict = judge(written(tmp_path / "b", answered(300)), baseline, SHIPPED)
    assert of(verdict, "same cases") is Status.FAILED


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bounds: [{metric: happiness, at_most: 0.1}]", "unknown metric 'happiness'"),
        ("bounds: [{metric: containment}]", "either at_most or at_least"),
        ("not_worse: [{metric: fcr}]", "unknown metric 'fcr'"),
        ("not_worse: [{metric: passed}, {metric: passed}]", "names passed twice"),
        ("health: {mood: good}", "health.mood"),
        ("a: [", "not YAML"),
    ],
)
def test_a_wrong_gate_file_is_refused_by_field(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_text(text)
    with pytest.raises(GateFileError, match=r"g\.yaml") as refused:
        read_gate_policy(tmp_path / "g.yaml")
    assert message in str(refused.value)


def test_an_empty_gate_file_asks_for_health_alone(tmp_path: Path) -> None:
    verdict = judge(written(tmp_path / "a", answered(3)), None, GatePolicy(canaries=None))
    assert len(verdict.rules) == 3


def test_the_command_writes_junit_and_a_summary_and_exits_by_the_verdict(tmp_path: Path) -> None:
    written(tmp_path / "a", thousand(set()))
    written(tmp_path / "b", thousand(set(range(40))))
    arguments = ["gate", "--baseline", str(tmp_path / "a"), "--run"]
    assert RUNNER.invoke(app, [*arguments, str(tmp_path / "a")]).exit_code == 0
    failed = RUNNER.invoke(app, [*arguments, str(tmp_path / "b")])
    assert failed.exit_code == GATE_FAILED
    assert "Gate FAILED" in failed.output
    suite = ET.parse(tmp_path / "b" / "gate.xml").getroot()[0]  # noqa: S314  our own file
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure")) == 5
    assert int(suite.attrib["tests"]) == len(suite)
    summary = (tmp_path / "b" / "gate.md").read_text()
    assert "Gate FAILED" in summary
    assert "worse passed c0" in summary
    told = RUNNER.invoke(app, [*arguments, str(tmp_path / "b"), "--json"])
    assert '"passed": false' in told.output
    nothing = RUNNER.invoke(app, [*arguments, str(tmp_path / "gone")])
    assert nothing.exit_code == CANNOT_START
