"""The commands for content owners, end to end with the real model over a small help centre."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.gap_finding import gap_lines
from bot.insights.drivers import DriverReport
from bot.insights.gap import Gap
from bot.insights.gaps import GapReport
from bot.insights.health import ArticleHealth
from bot.insights.issue import Issue, IssueKind
from bot.reporting import digest
from bot.store_gaps import GapState
from retrieval.article import Article, Audience
from tests.test_kb_content import KB

START = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
ASKED = (
    "How do I cancel a transfer I have just sent?",
    "can i stop a transfer before it goes out",
    "I sent money to the wrong person, can the transfer be taken back?",
)
INTENTS = """\
intents:
  transfer_times:
    tier: low
    articles: [transfer-times]
    examples:
      - how long does a transfer take
      - when will my transfer arrive in Spain
"""


@pytest.fixture
def folder(kestrel_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A help centre about transfers, ``help``, indexed into ``data``."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(KB / "transfers", tmp_path / "help" / "transfers")
    (tmp_path / "help" / "transfers" / "cancel-a-transfer.md").unlink()
    (tmp_path / "help" / "intents.yaml").write_text(INTENTS, encoding="utf-8")
    shutil.copytree(kestrel_data / "models", tmp_path / "data" / "models", copy_function=os.link)
    index()
    return tmp_path


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--data", "data"])
    assert done.exit_code == 0, done.output
    return done.stdout


def index() -> None:
    run("index", "--kb", "help")


def write_log(weeks: int, *, decided: bool = True) -> None:
    rows = []
    for number in range(weeks):
        at = (START + timedelta(days=7 * number)).isoformat()
        turns: list[dict[str, Any]] = [
            {"at": at, "speaker": "customer", "text": f"{ASKED[number % 3]} I'm ann@example.com"},
            {"at": at, "speaker": "assistant", "text": "…"}
            | {"decision": "handoff", "reason": "no_article"},
            {"at": at, "speaker": "agent", "text": "Open the transfer and choose Cancel. Ann, OK?"},
        ]
        if not decided:
            del turns[1]
        rows.append({"conversation_id": f"c{number}", "started_at": at, "turns": turns})
    Path("log.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def the_gap() -> dict[str, Any]:
    (gap,) = json.loads(run("gaps", "--conversations", "log.jsonl", "--json"))
    return dict(gap)


def a_digest_for_each_role() -> None:
    for role, told in (
        ("agent", ("- no article: 1", "## What keeps coming to people")),
        ("evaluator", ("| Escalation rate | 100.0 % |", "## New intents")),
        ("admin", ("Figures", " have something to fix")),
    ):
        digest = run("insights", "digest", "--role", role, "--conversations", "log.jsonl")
        assert "1 episode began in the last seven days, 1 in the seven before" in digest
        assert not [each for each in told if each not in digest], digest
    refused = CliRunner().invoke(app, ["insights", "digest", "--role", "boss"])
    assert refused.exit_code == 2
    assert "'content-owner'" in refused.stderr


def the_tests_that_fail_are_listed() -> None:
    lines = run("gaps", "--conversations", "log.jsonl")
    assert "3 of 3 tests fail:" in lines
    assert "The index in use holds no article stop-a-transfer" in lines


def no_preview_of_personal_data(draft: Path) -> None:
    clean = draft.read_text(encoding="utf-8")
    draft.write_text(f"{clean}\nMy card is 4111 1111 1111 1111.\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["kb", "preview", "--kb", "help", "--data", "data"])
    assert refused.exit_code == 2
    assert "transfers/stop-a-transfer.md holds personal data in line" in refused.stderr
    assert "4111" not in refused.output
    draft.write_text(clean, encoding="utf-8")


@pytest.mark.model
def test_a_gap_becomes_a_draft_an_article_and_a_test_that_passes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    write_log(3)
    gap = the_gap()
    assert (gap["contacts"], gap["state"]) == (3, "open")
    assert sorted(gap["conversation_ids"]) == ["c0", "c1", "c2"]
    assert "ann@example.com" not in json.dumps(gap)
    assert "an agent said: Open the transfer and choose Cancel" in run(
        "gaps", "--conversations", "log.jsonl"
    )

    Path("messages.txt").write_text("\n".join(ASKED), encoding="utf-8")
    Path("notes.txt").write_text('Open the transfer and choose "Cancel".\n', encoding="utf-8")
    run("gaps", "confirm", gap["id"], "--messages", "messages.txt", "--article", "stop-a-transfer")
    run("gaps", "tests", "--out", "gaps.yaml")
    assert Path("gaps.yaml").read_text(encoding="utf-8").count("articles: stop-a-transfer") == 3
    patch = run("gaps", "draft", gap["id"], "--title", "Stop a transfer", "--notes", "notes.txt")
    assert not [each for each in ("c0", gap["id"], "ann") if each in patch]
    Path("draft.patch").write_text(patch, encoding="utf-8")
    subprocess.run(  # noqa: S603  our own patch
        [git, "apply", "../draft.patch"], cwd="help", check=True, timeout=30
    )
    (draft,) = (folder / "help").rglob("stop-a-transfer.md")
    front = draft.read_text(encoding="utf-8").split("---\n")[1]
    assert the_gap()["state"] == "drafting"

    answer = (KB / "transfers" / "cancel-a-transfer.md").read_text(encoding="utf-8")
    draft.write_text(f"---\n{front}---\n{answer.split('---', 2)[2]}", encoding="utf-8")
    current = (folder / "data" / "index" / "CURRENT").read_text(encoding="utf-8")
    no_preview_of_personal_data(draft)
    preview = json.loads(run("kb", "preview", "--kb", "help", "--json"))
    assert preview["articles"] == ["stop-a-transfer"]
    assert [flip["passes"] for flip in preview["flips"]] == [True] * 3
    assert (folder / "data" / "index" / "CURRENT").read_text(encoding="utf-8") == current
    index()
    write_log(3, decided=False)
    closed = the_gap()
    assert (closed["id"], closed["state"], closed["contacts"]) == (gap["id"], "verified", 3)
    assert [(each["outcome"], each["cited"]) for each in closed["outcomes"]] == [
        ("passes", "stop-a-transfer")
    ] * 3
    write_log(3)
    assert the_gap()["state"] == "verified"
    draft.unlink()
    (folder / "help" / "intents.yaml").write_text(INTENTS, encoding="utf-8")
    index()
    assert the_gap()["state"] == "open"
    the_tests_that_fail_are_listed()

    monkeypatch.setenv("FIRSTLINE_KB", "help")
    run("insights", "reckon")
    a_digest_for_each_role()
    snapshot = json.loads((folder / "data" / "insights" / "snapshot.json").read_text("utf-8"))
    assert len(snapshot["health"]) == len(list((folder / "help").rglob("*.md")))
    assert not (folder / "data" / "insights" / "wanted").exists()

    run("gaps", "state", gap["id"], "dismissed", "--reason", "not offered")
    assert the_gap()["state"] == "dismissed"


def test_a_digest_tells_every_kind_of_issue_and_no_guess_of_the_first_days() -> None:
    gap = Gap(
        "gap-1", "lend an umbrella", (), 6, 180.0, 720.0, 0.0, {}, (), "", GapState.OPEN, (), (), 1
    )
    article = Article(
        "app", "The app", "", "app.md", "", "", Audience.CUSTOMER, "en", (), None, 180, (), "0"
    )
    issues = (
        Issue(IssueKind.CONTRADICTION, "says “5”"),
        Issue(IssueKind.CONTRADICTION, "says “6”"),
        Issue(IssueKind.PRODUCT_CHANGE, "fees: they rise; 60 hours ago"),
    )
    sick = ArticleHealth(article, None, 0, None, issues)
    report = GapReport(START, 1.0, 9, 6, 0, (gap,), ())
    young = digest(report, [sick], DriverReport(), "$")
    assert "**: 6 contacts so far; open" in young
    assert "(nobody): product change: fees: they rise; 60 hours ago; contradiction: says “5”; " in (
        young
    )
    assert "and 1 more of these kinds" in young
    assert not [
        each for each in ("180", "720") if each in young + "\n".join(gap_lines(report, "$"))
    ]
    known = replace(report, days=30.0)
    assert "180 a month, about $720" in digest(known, [], DriverReport(), "$")
    assert "180 a month, about $720 a month" in "\n".join(gap_lines(known, "$"))
