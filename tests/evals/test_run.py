import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from bot.golden import Expected, GoldenCase, Step
from evals.case import CaseTurn, EvalCase, Expect
from evals.drawings import drawings
from evals.errors import RunError
from evals.metrics import HEADLINE, PER_TIER, measure, rows_of, slices
from evals.record import EvalRun, Revision, Setup, run_record, this_revision, write_run
from evals.report import compared, html_report, last_run, terminal_table, write_report
from evals.run import Player, run_cases
from evals.scorers import CaseResult
from tests.evals.scripted import CARD, CATALOGUE, LINES, SUITE, Scripted, scripted_player


@pytest.fixture(scope="module")
def player() -> Player:
    return scripted_player()


async def played(player: Player, cases: list[EvalCase] = SUITE) -> list[CaseResult]:
    return await run_cases(player, [case.resolve(CATALOGUE) for case in cases], concurrency=3)


async def test_every_case_is_judged(player: Player) -> None:
    results = {r.case.id: r for r in await played(player)}
    assert {name: r.passed for name, r in results.items()} == {
        "low": True,
        "asked-back": True,
        "asked-back-and-left": False,
        "account": True,
        "account-bare": False,
        "high": True,
        "high-missed": False,
        "greeting": True,
        "outside": True,
        "outside-answered": False,
        "data": True,
        "unlabelled": None,
        "unheard-of": None,
        "failed-part": None,
    }
    assert (results["unheard-of"].error, results["failed-part"].error) == (
        "KeyError",
        "component_failed",
    )
    assert [s.check for s in results["account-bare"].failures] == ["offer"]


async def test_rows_give_the_exact_figures(player: Player) -> None:
    metrics = measure(rows_of(await played(player)))

    def counts(name: str) -> tuple[float | None, float | None, int]:
        return metrics[name].numerator, metrics[name].denominator, metrics[name].unscored

    assert counts("verified_containment") == (5, 9, 1)
    assert counts("false_containment") == (3, 9, 1)
    assert counts("handoff_recall") == (1, 2, 1)
    assert counts("over_escalation") == (0, 4, 0)
    assert counts("oos_answered") == (1, 2, 0)
    assert counts("right_article") == (5, 6, 0)
    assert counts("low_clarified") == (2, 4, 0)
    assert counts("low_right_option") == (2, 2, 0)
    assert counts("offer_coverage") == (1, 2, 0)
    assert metrics["fcr"].value is None
    assert "log of real conversations" in metrics["fcr"].reason


async def test_no_more_than_allowed_run_at_a_time() -> None:
    scripted = Scripted(LINES)
    player = scripted_player(scripted)
    done: list[tuple[int, int]] = []
    cases = [GoldenCase(str(i), (Step("hello"),)) for i in range(12)]
    results = await run_cases(
        player, cases, concurrency=2, report=lambda count, total: done.append((count, total))
    )
    assert [r.case.id for r in results] == [str(i) for i in range(12)]
    assert scripted.most <= 2
    assert done == [(i + 1, 12) for i in range(12)]


async def test_a_conversation_goes_on_with_the_option_chosen(player: Player) -> None:
    case = EvalCase(
        id="x",
        turns=[
            CaseTurn(says="pin or so", expect=Expect(decision=["clarify"])),
            CaseTurn(chooses="change-pin"),
        ],
        intent="pin",
    )
    (result,) = await played(player, [case])
    assert result.passed is True
    assert [one.customer.text for one in result.played] == ["pin or so", "Change it"]


async def test_an_option_that_was_not_offered_ends_the_conversation(player: Player) -> None:
    turns = [CaseTurn(says="hello"), CaseTurn(chooses="change-pin"), CaseTurn(says="pizza")]
    (result,) = await played(player, [EvalCase(id="x", turns=turns, intent="pin")])
    assert len(result.played) == 1
    assert [score.reason for score in result.failures] == ["the conversation ended before this"]


async def test_or_else_the_customer_says_what_the_case_says(player: Player) -> None:
    turns = [CaseTurn(says="hello"), CaseTurn(chooses="change-pin", says="how to change a pin")]
    (result,) = await played(player, [EvalCase(id="x", turns=turns, intent="pin")])
    assert result.passed is True


async def test_a_failure_that_is_wanted_is_no_crash(player: Player) -> None:
    wants = Expected(frozenset({"handoff"}), frozenset({"failure"}))
    (result,) = await run_cases(player, [GoldenCase("x", (Step("broken", expected=wants),))])
    assert (result.passed, result.error) == (True, "")


async def test_a_greeting_is_no_request(player: Player) -> None:
    (result,) = await played(player, [SUITE[7]])
    assert result.outcome is not None
    assert not result.outcome.engaged


async def test_slices_stand_beside_the_whole(player: Player) -> None:
    parts = slices(await played(player), {"change-pin": "cards", "other": "fees"})
    assert sorted(parts) == [
        "article", "domain", "handoff_reason", "intent", "locale", "tag", "tier"
    ]  # fmt: skip
    assert list(parts["domain"]) == ["cards"]
    assert parts["domain"]["cards"] == parts["article"]["change-pin"]
    assert parts["handoff_reason"]["high_risk"]["escalation_rate"].numerator == 1
    assert parts["article"]["change-pin"]["containment"].value == 1.0
    assert parts["tier"]["high"]["handoff_recall"].value == 0.5
    assert parts["tag"]["a"]["verified_containment"].value == 1.0
    assert list(parts["intent"]) == ["arrival", "fraud", "none", "pin", "what"]


async def finished(player: Player, cases: list[EvalCase] = SUITE) -> EvalRun:
    return EvalRun(
        id="r1",
        started=datetime(2026, 1, 2, tzinfo=UTC),
        seconds=1.5,
        revision=Revision("0.1.0", "c" * 40, dirty=True),
        setup=Setup("s.yaml", "d" * 64, "g1", "p1", "h1", {"m": "e" * 64}),
        results=tuple(await played(player, cases)),
    )


async def test_a_run_is_a_record(player: Player, tmp_path: Path) -> None:
    run = await finished(player)
    write_run(run, tmp_path / "out")
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert (record["id"], record["commit"], record["dirty"]) == ("r1", "c" * 40, True)
    assert (record["index_version"], record["sha256"]) == ("g1", "d" * 64)
    assert record["counts"] == {
        "cases": 14,
        "passed": 7,
        "failed": 4,
        "crashed": 2,
        "unscored": 3,
    }
    assert record["healthy"] is False
    headline = record["metrics"]["verified_containment"]
    assert headline["numerator"] == 5
    assert {"value", "low", "high", "numerator", "denominator", "n", "unscored"} <= set(headline)
    unknown = record["metrics"]["bot_csat_bot_only"]
    assert unknown["value"] is None
    assert unknown["reason"]
    lines = (tmp_path / "out" / "cases.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [case.id for case in SUITE]


async def test_nothing_written_holds_planted_data(player: Player, tmp_path: Path) -> None:
    run = await finished(player)
    write_run(run, tmp_path)
    write_report(run, tmp_path)
    written = [(tmp_path / name).read_text() for name in ("run.json", "cases.jsonl", "report.html")]
    assert not [text for text in written if CARD in text or CARD.replace(" ", "") in text]


async def test_two_runs_differ_in_times_alone(player: Player) -> None:
    one, two = await finished(player), await finished(player)
    assert run_record(one) == run_record(two)


async def test_a_sound_run_says_so(player: Player) -> None:
    run = await finished(player, SUITE[:6])
    assert run.healthy
    assert "The run is sound" in html_report(run)
    assert "Not a sound run" in html_report(await finished(player))


class Page(HTMLParser):
    """Collects what a check of the page needs."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.labels: list[str | None] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.links += [values[name] or "" for name in ("src", "href") if name in values]
        if tag == "svg":
            self.labels.append(values.get("aria-label"))


async def test_the_report_is_one_page_without_script_or_network(player: Player) -> None:
    text = html_report(await finished(player))
    page = Page()
    page.feed(text)
    assert page.links
    assert all(link.removeprefix("#") in page.ids for link in page.links)  # within the page
    assert "script" not in page.tags
    assert (page.tags.count("h1"), page.tags.count("main")) == (1, 1)
    assert page.labels
    assert all(page.labels)
    assert "high-missed" in text
    assert "Quoted &lt;b&gt;words" in text
    assert "crashed" in text


async def test_a_long_report_names_the_rest(player: Player) -> None:
    run = await finished(player)
    assert len(run.failing) > 1
    assert f"{len(run.failing) - 1} more in cases.jsonl" in html_report(run, most=1)


async def test_the_table_prints_values_and_reasons(player: Player) -> None:
    metrics = (await finished(player)).metrics()
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(terminal_table("All", metrics, [*HEADLINE, *PER_TIER, "fcr"]))
    shown = console.export_text()
    assert "Out of scope answered" in shown
    assert "5 / 9" in shown
    assert "needs a log" in shown


async def test_a_folder_that_cannot_be_written_is_named(player: Player, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    run = await finished(player, SUITE[:1])
    with pytest.raises(RunError, match="cannot be written"):
        write_run(run, tmp_path / "file")
    with pytest.raises(RunError, match="cannot be written"):
        write_report(run, tmp_path / "file")


def test_the_revision_is_that_of_the_code() -> None:
    revision = this_revision()
    assert revision.version
    assert revision.commit is None or len(revision.commit) == 40


async def test_the_report_draws_confidence_and_says_what_changed(
    player: Player, tmp_path: Path
) -> None:
    run = await finished(player)
    write_run(run, tmp_path)
    last = last_run(tmp_path)
    assert last is not None
    better = replace(run, results=tuple(r for r in run.results if r.case.id != "low"))
    write_run(better, tmp_path)
    comparison = compared(last, tmp_path)
    text = html_report(better, comparison)
    assert "Since the last run" in text
    assert "No case flipped." in text
    assert "Reliability" in text
    assert "of 8 labelled messages have another intent" in text
    assert "Assistant: answer" in text
    write_run(replace(run, results=()), tmp_path)
    assert compared(last, tmp_path) is None
    assert last_run(tmp_path / "none") is None


async def test_confusions_and_curves_count_the_cases(player: Player) -> None:
    drawn = drawings(await played(player))
    assert (drawn.confused, drawn.labelled) == (5, 9)
    most = drawn.confusions[0]
    assert (most.wanted, most.taken_for, most.count) == ("arrival", "pin", 2)
    curve = drawn.curves["all"].points[-1]
    assert (curve.answered, drawn.curves["all"].n) == (6, 9)
