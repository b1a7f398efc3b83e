"""The snapshot of what pages show: whole or not at all, and without a message."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.insights.citations import citations_of
from bot.insights.costs import ContactCosts
from bot.insights.gap import Gap
from bot.insights.gaps import Chatter, GapReport
from bot.insights.nearest import Nearest, WhyNot
from bot.insights.outcome import Came, Outcome
from bot.insights.snapshot import Snapshot, SnapshotFile
from bot.store_gaps import GapState
from tests.bot.insights.conftest import Said

AT = datetime(2026, 11, 23, tzinfo=UTC)
GAP = Gap(
    id="gap-1", title="My umbrella", terms=("lend",), contacts=3, monthly=3.0, cost_month=12.0,
    trend=0.0, reasons={"no_article": 3}, nearest=(Nearest("a", 0.4, WhyNot.MISSING),), owner="ana",
    state=GapState.OPEN, examples=("My umbrella is wet",), conversation_ids=("c1",), worth=12.0,
    told=("Bring your umbrella",), outcomes=(Outcome("An umbrella?", Came.ASKED_BACK),),
)  # fmt: skip
SNAPSHOT = Snapshot(
    at=AT, seconds=1.0, days=90, index_version="v", costs=ContactCosts(), currency="$",
    conversations=9, report=GapReport(AT, 30.0, 9, 3, 0, (GAP,), (Chatter("umbrella weather", 2),)),
    said={"gap-1": ("t1",)}, played={"gap-1": ("t3",)}, chatter_said=("t2",),
)  # fmt: skip


def test_it_comes_back_without_anybodys_words(tmp_path: Path) -> None:
    file = SnapshotFile(tmp_path / "insights")
    assert file.read() is None
    file.write(SNAPSHOT)
    kept = (tmp_path / "insights" / "snapshot.json").read_text(encoding="utf-8")
    assert "umbrella" not in kept
    read = file.read()
    assert read is not None
    assert read is file.read()  # until the file changes
    assert read.report is not None
    outcomes = (Outcome("", Came.ASKED_BACK),)
    assert read.report.gaps == (replace(GAP, title="", examples=(), told=(), outcomes=outcomes),)
    assert read.played == {"gap-1": ("t3",)}
    assert read.said == {"gap-1": ("t1",)}
    file.write(replace(SNAPSHOT, conversations=10))
    again = file.read()
    assert again is not None
    assert again.conversations == 10


def test_a_snapshot_from_before_outcomes_were_kept_is_still_read(tmp_path: Path) -> None:
    file = SnapshotFile(tmp_path)
    file.write(SNAPSHOT)
    kept = json.loads((tmp_path / "snapshot.json").read_text(encoding="utf-8"))
    del kept["played"], kept["report"]["gaps"][0]["outcomes"]
    (tmp_path / "snapshot.json").write_text(json.dumps(kept), encoding="utf-8")
    read = SnapshotFile(tmp_path).read()
    assert read is not None
    assert read.report is not None
    assert (read.report.gaps[0].outcomes, dict(read.played)) == ((), {})


def test_a_file_of_another_release_counts_as_none(tmp_path: Path) -> None:
    file = SnapshotFile(tmp_path)
    for text in ("{", "{}", '{"at": "2026-11-23T00:00:00Z", "days": "many"}'):
        (tmp_path / "snapshot.json").write_text(text, encoding="utf-8")
        assert file.read() is None


def test_citations_are_counted_by_week_and_answer(said: Said) -> None:
    cites = ("a", "answer", "freeze")
    found = citations_of(
        [
            said(("c", "Hello?"), cites),  # Thursday, 1 October
            said(("c", "Again"), cites, ("c", "?"), cites, days=3),
            said(("c", "Later"), cites, days=4),
            said(("c", "Test"), cites, is_test=True),
        ]
    )
    assert found["freeze"].weeks == {date(2026, 9, 28): 3, date(2026, 10, 5): 1}
    assert found["freeze"].conversation_ids == ("c3", "c2", "c1")
