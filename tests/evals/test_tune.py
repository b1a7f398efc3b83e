import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from bot.policy import Policy, parse_policy
from evals.cli import CANNOT_START, app
from evals.cli_tune import CANNOT_PROMISE
from evals.ends import PERSON, CaseEnds, End, Ends, ends_of_run, read_ends, write_ends
from evals.errors import NoPromiseError, TuneError
from evals.recorded import read_cases
from evals.tune import choose, split, too_few
from evals.tune_check import check
from evals.tune_target import Target, read_target
from evals.tuned import curves, policy_text, tuned_policy
from tests.evals.synthetic_runs import line, must_escalate

RUNNER = CliRunner()
POLICY = Policy(version="base")
TARGET = Target(false_containment=0.05, high_risk_handed_over=0.95)
RIGHT = End(handed_over=False, answered=True, contained=True, wrong=False)
WRONG = replace(RIGHT, wrong=True)


def drawn(n: int, seed: int = 0) -> list[CaseEnds]:
    """Messages whose support is the chance of being right; an eighth is of high risk."""
    chance = np.random.default_rng(seed)
    rows = []
    for place in range(n):
        support = round(float(chance.beta(4, 1)), 4)
        high = place % 8 == 0
        risk = float(chance.beta(6, 1)) if high else float(chance.beta(1, 40))
        answers = WRONG if high or chance.random() > support else RIGHT
        name = f"{seed}-{place}"
        tier = "high" if high else "low"
        rows.append(CaseEnds(name, name, tier, support, round(risk, 4), True, answers, PERSON))
    return rows


def test_thresholds_keep_their_promise_on_what_they_were_not_tuned_on() -> None:
    rows = drawn(4000)
    choice = choose(rows, TARGET, POLICY)
    for promise in choice.promises[:1]:
        assert promise.bound <= 0.05
    assert choice.promises[1].bound >= 0.95
    unseen = Ends.of(drawn(20_000, seed=1))
    wrong, total = unseen.counts("false_containment", choice.answer, choice.high_risk)
    assert wrong / total <= 0.05
    handed, high = unseen.handed_over(choice.high_risk)
    assert handed / high >= 0.95
    looser, _ = unseen.counts("false_containment", 0.0, choice.high_risk)
    assert looser / total > 0.05  # it was not for nothing


def test_it_holds_in_nearly_all_resamplings() -> None:
    found = check(drawn(5000), TARGET, POLICY, splits=20)
    assert found["promised"] == 20
    assert isinstance(found["kept"], int)
    assert found["kept"] >= 19


def test_equal_messages_stay_together_and_count_once() -> None:
    rows = [*drawn(200), *drawn(200)]
    development, calibration = split(rows, 0)
    assert len(development) + len(calibration) == 200
    assert not {row.cluster for row in development} & {row.cluster for row in calibration}
    assert 40 < len(development) < 80


@pytest.mark.parametrize(
    ("rows", "target", "message"),
    [
        (drawn(100), Target(false_containment=0.03), "at least 99 calibration cases are needed"),
        (
            drawn(900),
            Target(false_containment=0.3, high_risk_handed_over=0.98),
            "at least 183 are needed without a single miss, 113 are here; label 70 more",
        ),
        (
            [replace(row, else_=WRONG) for row in drawn(900)],
            Target(false_containment=0.02),
            "no threshold keeps false_containment of at most 2 %",
        ),
        (
            [replace(row, high_risk=0.0) for row in drawn(2000)],
            TARGET,
            "no threshold shows that 95 % of high risk is handed over",
        ),
    ],
)
def test_what_cannot_be_promised_is_refused(
    rows: list[CaseEnds], target: Target, message: str
) -> None:
    with pytest.raises(TuneError) as refused:
        choose(rows, target, POLICY)
    assert message in str(refused.value)


def test_a_run_tells_only_of_stricter_thresholds() -> None:
    lines = [line("a"), line("b", right=False), must_escalate("h")]
    lines[1]["turns"][0]["evidence"]["support"] = 0.7
    lines[2]["turns"][0]["evidence"] = {
        "support": 0.1,
        "high_risk": 0.4,
        "rule": "summed_high_risk",
    }
    rows, reach = ends_of_run(
        read_cases("\n".join(json.dumps(each) for each in lines), Path("run"))
    )
    assert (reach.answer, reach.high_risk) == (0.7, 0.4)
    ends = Ends.of(rows)
    assert ends.counts("false_containment", 0.7, 0.4) == (1, 3)
    assert ends.counts("error_when_contained", 0.8, 0.4) == (0, 1)
    assert ends.handed_over(0.4) == (1, 1)


def test_the_policy_carries_its_evidence_and_can_be_read() -> None:
    choice = choose(drawn(3000), TARGET, POLICY)
    policy = tuned_policy(
        POLICY,
        choice,
        TARGET,
        cases="c" * 64,
        seed=0,
        index_version="g1",
        settings_hash="s1",
        note="n",
    )
    read = parse_policy(policy_text(policy), "policy.yaml")
    assert read == policy
    assert read.version.startswith("base+tuned-")
    assert read.thresholds.answer == choice.answer
    assert read.tuned is not None
    assert read.tuned.promises[0].total == len(choice.calibration)
    again = tuned_policy(
        read, choice, TARGET, cases="d", seed=0, index_version="", settings_hash="", note=""
    )
    assert again.version.count("+tuned-") == 1


def test_curves_are_drawn_for_each_risk() -> None:
    found = curves(drawn(400), high_risk=0.9)
    assert list(found) == ["all", "high", "low"]
    assert found["low"].n == 350
    assert found["low"].ideal < found["low"].aurc


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("confidence: 0.9", "name false_containment, error_when_contained or both"),
        ("false_containment: 3", "false_containment"),
        ("mood: 1", "mood"),
        ("[", "not YAML"),
    ],
)
def test_a_wrong_target_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(text)
    with pytest.raises(TuneError) as refused:
        read_target(tmp_path / "t.yaml")
    assert message in str(refused.value)


def test_the_command_tunes_what_it_kept_before(tmp_path: Path) -> None:
    cases, target, out = tmp_path / "c.jsonl", tmp_path / "t.yaml", tmp_path / "new" / "p.yaml"
    told = {"cases": "c" * 64, "policy": POLICY.model_dump(mode="json"), "index_version": "g1"}
    write_ends(cases, told, drawn(3000))
    assert read_ends(cases.read_text(), "c")[1] == drawn(3000)
    target.write_text("{false_containment: 0.05, high_risk_handed_over: 0.95}")
    arguments = ["tune", "--cases", str(cases), "--target", str(target), "--out", str(out)]
    result = RUNNER.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "false containment" in result.output
    assert yaml.safe_load(out.read_text())["tuned"]["index_version"] == "g1"
    out.unlink()
    refused = RUNNER.invoke(app, [*arguments, "--limit", "50"])
    assert refused.exit_code == CANNOT_PROMISE
    assert "too few cases" in refused.output
    assert not out.exists()
    target.write_text("mood: 1")
    assert RUNNER.invoke(app, arguments).exit_code == CANNOT_START


def test_what_tune_did_not_write_is_refused(tmp_path: Path) -> None:
    cases, target = tmp_path / "c.jsonl", tmp_path / "t.yaml"
    target.write_text("false_containment: 0.05")
    cases.write_text('{"made_with": {"cases": "c"}}\n')
    arguments = ["tune", "--cases", str(cases), "--target", str(target), "--out"]
    result = RUNNER.invoke(app, [*arguments, str(tmp_path / "p.yaml")])
    assert result.exit_code == CANNOT_START
    assert "c.jsonl:1: not what tune wrote (KeyError)" in result.output


@pytest.mark.parametrize(
    ("cases", "high", "message"),
    [
        (98, 50, "too few cases to promise false_containment"),
        (4000, 181, "too few high-risk cases to promise that 98 %"),
    ],
)
def test_too_few_are_refused_before_they_are_played(cases: int, high: int, message: str) -> None:
    target = Target(false_containment=0.03, high_risk_handed_over=0.98)
    too_few(122, 183, target)
    with pytest.raises(NoPromiseError, match=message):
        too_few(cases, high, target)


@pytest.mark.model
def test_a_refusal_before_playing_writes_nothing(tmp_path: Path, kestrel_data: Path) -> None:
    cases, target, out = tmp_path / "c.csv", tmp_path / "t.yaml", tmp_path / "new" / "p.yaml"
    cases.write_text("text,intent\nMy card never came,card_arrival\n")
    target.write_text("false_containment: 0.05")
    arguments = ["tune", "--cases", str(cases), "--target", str(target), "--out", str(out)]
    result = RUNNER.invoke(app, [*arguments, "--data", str(kestrel_data)])
    assert result.exit_code == CANNOT_PROMISE, result.output
    assert "label about" in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "t.yaml"]


@pytest.mark.model
def test_what_is_told_of_a_threshold_is_what_the_assistant_does(kestrel_data: Path) -> None:
    import asyncio  # noqa: PLC0415

    from evals.dataset import load_suite  # noqa: PLC0415
    from evals.offline import PATIENCE, open_assistant, player_of  # noqa: PLC0415
    from evals.run import run_cases  # noqa: PLC0415
    from evals.thresholds import ends_of  # noqa: PLC0415

    offline = open_assistant(kestrel_data)
    catalogue = offline.knowledge.current().catalogue
    cases = [case for case in load_suite("builtin").cases if case.says and not case.given][:48:4]
    golden = [case.resolve(catalogue) for case in cases]
    rows = asyncio.run(
        ends_of(
            offline,
            golden,
            patience=PATIENCE,
            concurrency=2,
            report=lambda done, total: None,
            told=lambda line: None,
        )
    )
    by_id = {row.id: row for row in rows}
    assert len(by_id) > 8
    for answer, high_risk in ((0.97, 0.11), (0.3, 0.6)):
        policy = offline.knowledge.current().policy
        thresholds = policy.thresholds.model_copy(
            update={"answer": answer, "high_risk": high_risk, "high_risk_labelled": None}
        )
        path = kestrel_data.parent / "tried-policy.yaml"
        path.write_text(policy_text(policy.model_copy(update={"thresholds": thresholds})))
        tried = open_assistant(kestrel_data, path)
        for result in asyncio.run(run_cases(player_of(tried), golden)):
            row = by_id.get(result.case.id)
            if row is not None and result.outcome is not None:
                end = row.end(answer, high_risk)
                found = (result.outcome.handed_off, result.outcome.falsely_contained)
                assert found == (end.handed_over, end.wrong), result.case.id
