"""What an edit would change, and the edits that wait for it."""

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.decision import Answer, Citation, Decision, Handoff, HandoffReason
from bot.insights.fates import (
    Preview,
    Turnabout,
    fates_of,
    flips_of,
    keep_preview,
    read_preview,
)
from bot.insights.preview_jobs import PreviewJobs, PreviewRunner
from bot.store_gaps import GapCase

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PERSON = Handoff(HandoffReason.NO_ARTICLE, "A person will.", "")


def answer(article_id: str, text: str = "So.") -> Decision:
    return Answer(
        text, (Citation(article_id, f"{article_id}#0", article_id, "", text),), 0.9, False
    )


def test_fates_are_told_as_the_edited_articles_see_them() -> None:
    pairs = [
        (PERSON, answer("new")),
        (answer("old"), answer("new")),
        (answer("new"), PERSON),
        (answer("new"), answer("new", "Otherwise.")),
        (answer("old"), PERSON),
        (answer("old"), answer("old")),
        (PERSON, PERSON),
    ]
    messages = [(f"t{n}", f"message {n}") for n in range(len(pairs))]
    found = fates_of(messages, [p[0] for p in pairs], [p[1] for p in pairs], ["new"])
    assert [(fate.turn_id, fate.change) for fate in found] == [
        ("t0", Turnabout.ANSWERED),
        ("t1", Turnabout.TAKEN),
        ("t2", Turnabout.LOST),
        ("t3", Turnabout.REWORDED),
        ("t4", Turnabout.OTHER),
    ]


def test_tests_flip_by_whether_the_right_article_answers() -> None:
    cases = [("gap-1", GapCase("one", "new")), ("gap-2", GapCase("two")), ("gap-3", GapCase("3"))]
    before = [answer("old"), answer("old"), answer("old")]
    after = [answer("new"), PERSON, answer("new")]
    flips = flips_of(cases, before, after)
    assert [(flip.gap_id, flip.passes) for flip in flips] == [("gap-1", True), ("gap-2", False)]


def test_a_preview_is_kept_without_customers_words(tmp_path: Path) -> None:
    fates = fates_of([("t1", "my umbrella")], [PERSON], [answer("new")], ["new"])
    keep_preview(tmp_path / "p.result", Preview(NOW, 1.0, ("new",), 1, fates, 0, ()))
    assert "umbrella" not in (tmp_path / "p.result").read_text(encoding="utf-8")
    read = read_preview(tmp_path / "p.result")
    assert read is not None
    assert read.of(Turnabout.ANSWERED)[0].turn_id == "t1"
    (tmp_path / "p.result").write_text("{}", encoding="utf-8")
    assert read_preview(tmp_path / "p.result") is None


def test_edits_wait_in_line_and_are_forgotten_after_a_day(tmp_path: Path) -> None:
    jobs = PreviewJobs(tmp_path / "previews")
    assert jobs.waiting() == ""
    now = datetime.now(UTC)
    first = jobs.ask("cards/freeze.md", "# Freeze", now)
    job = jobs.job(first)
    assert job is not None
    assert (job.path, job.text) == ("cards/freeze.md", "# Freeze")
    assert jobs.waiting() == first
    jobs.finish(first, Preview(NOW, 1.0, (), 0, (), 0, ()))
    assert jobs.waiting() == ""
    assert jobs.result(first) is not None
    for name in ("../../etc/passwd", "", "0" * 16):
        assert jobs.job(name) is None
    second = jobs.ask("a.md", "a", now + timedelta(days=2))
    assert jobs.job(first) is None
    jobs.fail(second, "no front matter")
    assert (jobs.waiting(), jobs.failure(second)) == ("", "no front matter")


async def test_a_command_that_ends_badly_is_not_run_again(tmp_path: Path) -> None:
    jobs = PreviewJobs(tmp_path)
    name = jobs.ask("a.md", "a", datetime.now(UTC))
    stop = asyncio.Event()
    command = (sys.executable, "-c", "raise SystemExit(2)")
    running = asyncio.create_task(PreviewRunner(jobs, command).run(stop))
    await asyncio.to_thread(_until_failed, jobs, name)
    stop.set()
    await running
    assert jobs.waiting() == ""


def _until_failed(jobs: PreviewJobs, name: str) -> None:
    until = time.monotonic() + 30
    while not jobs.failure(name):
        assert time.monotonic() < until
        time.sleep(0.02)
