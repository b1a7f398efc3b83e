import asyncio
import json
from pathlib import Path

import pytest

from bot.golden import GoldenCase, Step
from evals.errors import RunError
from evals.journal import UNFINISHED, Journal
from evals.record import case_record
from evals.run import AT, Player, run_cases
from evals.scorers import CaseResult
from tests.evals.scripted import CATALOGUE, SUITE, scripted_player

CASES = [case.resolve(CATALOGUE) for case in SUITE]
MADE_WITH = {"suite": "s.yaml", "sha256": "d" * 64, "index_version": "g1"}


@pytest.fixture(scope="module")
def player() -> Player:
    return scripted_player()


def played(player: Player, folder: Path, stop_after: int | None = None) -> list[dict[str, object]]:
    """A run of the suite, killed after some cases if asked."""
    with Journal(folder, MADE_WITH, CASES, AT) as journal:

        def keep(place: int, result: CaseResult) -> None:
            journal.keep(0, place, result)
            if stop_after is not None and place + 1 >= stop_after:
                raise KeyboardInterrupt

        results = asyncio.run(
            run_cases(player, CASES, concurrency=1, known=journal.known(0), keep=keep)
        )
    return [{**case_record(result), "milliseconds": 0} for result in results]


def test_an_interrupted_run_goes_on_and_ends_the_same(player: Player, tmp_path: Path) -> None:
    whole = played(player, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        played(player, tmp_path / "torn", stop_after=6)
    path = tmp_path / "torn" / UNFINISHED
    with path.open("a") as file:
        file.write('{"round": 0, "place": 9, "pla')  # killed while it wrote
    with Journal(tmp_path / "torn", MADE_WITH, CASES, AT) as journal:
        assert sorted(journal.known(0)) == [0, 1, 2, 3, 4, 5]
        assert journal.resumed == 6
    assert played(player, tmp_path / "torn") == whole


def test_a_crashed_case_is_played_again(player: Player, tmp_path: Path) -> None:
    played(player, tmp_path)
    with Journal(tmp_path, MADE_WITH, CASES, AT) as journal:
        left = {CASES[i].id for i in range(len(CASES)) if i not in journal.known(0)}
    assert left == {"unheard-of", "failed-part"}


def test_nothing_kept_holds_planted_data(player: Player, tmp_path: Path) -> None:
    played(player, tmp_path)
    text = (tmp_path / UNFINISHED).read_text()
    planted = [value for case in CASES for value in case.must_not_appear]
    assert planted
    assert not [value for value in planted if value in text]


def test_another_run_in_the_same_folder_is_refused(player: Player, tmp_path: Path) -> None:
    played(player, tmp_path)
    before = (tmp_path / UNFINISHED).read_text()
    with (
        pytest.raises(RunError, match=r"another index_version: name another --out, or delete"),
        Journal(tmp_path, {**MADE_WITH, "index_version": "g2"}, CASES, AT),
    ):
        pass
    assert (tmp_path / UNFINISHED).read_text() == before
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(RunError, match="cannot be written"),
        Journal(tmp_path / "file", MADE_WITH, CASES, AT),
    ):
        pass


def test_rounds_are_kept_apart(player: Player, tmp_path: Path) -> None:
    case = GoldenCase("x", (Step("hello"),))
    (result,) = asyncio.run(run_cases(player, [case]))
    with Journal(tmp_path, MADE_WITH, [case], AT) as journal:
        journal.keep(1, 0, result)
    lines = (tmp_path / UNFINISHED).read_text().splitlines()
    assert json.loads(lines[1])["round"] == 1
    with Journal(tmp_path, MADE_WITH, [case], AT) as journal:
        assert (list(journal.known(0)), list(journal.known(1))) == ([], [0])
