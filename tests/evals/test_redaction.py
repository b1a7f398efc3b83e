import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.cli import CANNOT_START, app
from evals.redaction import OURS, RULES, Find, hostile_growth, measure, redactors
from evals.redaction_report import as_json, markdown, summary, write
from evals.redaction_set import BUILT_IN, DEFAULT_MAPPING, read_set
from redaction.config import RedactionSettings

RUNNER = CliRunner()


def test_the_rules_keep_to_the_targets_on_the_built_in_set() -> None:
    settings = RedactionSettings(named_entities=False)
    read = read_set(BUILT_IN)
    sides = redactors(settings, DEFAULT_MAPPING, presidio=False)
    assert list(sides) == [OURS]
    scores = measure(read, sides).sides[OURS].scores
    assert (scores.mapped.recall.value or 0) >= 0.95
    assert (scores.mapped.precision.value or 0) >= 0.95
    assert (scores.keep_lost.value or 0) <= 0.03


def test_a_report_shows_every_redactor_kind_and_label(tmp_path: Path) -> None:
    read = read_set(BUILT_IN, limit=12)
    sides: dict[str, Find] = {name: lambda text, locale: [] for name in (OURS, RULES)}
    told: list[tuple[int, int]] = []
    measured = [measure(read, sides, lambda done, total: told.append((done, total)))]
    page = markdown(measured, ())
    assert "### firstline" in page
    assert "### rules alone" in page
    assert "| CARD |" in page
    assert told[-1] == (12, 12)
    assert "must stay" in summary(measured[0], OURS)
    write(measured, (), tmp_path / "out")
    record = json.loads((tmp_path / "out" / "redaction.json").read_text())
    assert record["sets"][0]["redactors"][OURS]["scores"]["mapped"]["recall"]["value"] == 0.0
    assert as_json(measured, ())["sets"][0]["texts"] == 12


def test_growth_is_measured_for_every_hostile_text() -> None:
    growth = hostile_growth(lambda text, locale: [])
    assert len(growth) > 20
    assert all(each.ratio == pytest.approx(1.0) for each in growth)


def test_the_command_measures_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLINE_REDACTION__NAMED_ENTITIES", "false")
    suite = tmp_path / "s.jsonl"
    suite.write_text('{"text": "cvv 123", "spans": [{"start": 4, "end": 7, "type": "CVV"}]}\n')
    result = RUNNER.invoke(
        app,
        ["redaction", "--suite", str(suite), "--no-presidio", "--no-hostile",
         "--out", str(tmp_path / "o")],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "CVV" in result.output
    assert (tmp_path / "o" / "redaction.md").exists()


@pytest.mark.parametrize(
    ("content", "extra", "said"),
    [
        ("{}", [], "s.jsonl:1: text: Field required"),
        ('{"text": "a", "spans": []}', ["--part", "half"], "no part 'half'"),
        ('{"text": "a", "spans": []}', ["--mapping", "gone.yaml"], "gone.yaml: cannot be read"),
    ],
)
def test_a_wrong_set_ends_with_one_clear_line(
    content: str, extra: list[str], said: str, tmp_path: Path
) -> None:
    suite = tmp_path / "s.jsonl"
    suite.write_text(content)
    result = RUNNER.invoke(
        app, ["redaction", "--suite", str(suite), "--out", str(tmp_path / "o"), *extra]
    )
    assert result.exit_code == CANNOT_START
    assert said in result.output
