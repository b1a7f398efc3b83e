from pathlib import Path

import pytest
from rich.console import Console

from bot.wiring import Offline
from evals.bench import (
    Figure,
    latencies,
    main,
    read_messages,
    record,
    serving,
    table,
    throughput,
)
from evals.errors import EvalError
from evals.offline import open_assistant


def test_a_ratio_needs_a_reference() -> None:
    assert Figure("turn", "ms", 12.0, 5.0, "bare").ratio == 2.4
    assert Figure("start", "s", 4.0).ratio is None


def test_the_table_and_the_record_hold_the_ratio() -> None:
    figures = [Figure("turn p50", "ms", 12.0, 5.0, "bare"), Figure("start", "s", 4.0)]
    console = Console(width=120, record=True, quiet=False)
    with console.capture():
        console.print(table(figures))
    written = record(figures, 1, 10, 0.5)
    assert written["messages"] == 10
    assert [row["ratio"] for row in written["figures"]] == [2.4, None]  # type: ignore[attr-defined]


def test_messages_come_from_a_file_or_the_built_in_suite(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("one\n\n two \n")
    assert read_messages(tmp_path / "m.txt") == ["one", " two "]
    assert len(read_messages(None)) > 170
    with pytest.raises(EvalError, match="cannot be read"):
        read_messages(tmp_path / "gone.txt")


def test_without_an_index_it_cannot_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert "no index" in capsys.readouterr().err


@pytest.fixture(scope="module")
def offline(kestrel_data: Path) -> Offline:
    return open_assistant(kestrel_data)


MESSAGES = ["How do I change my PIN?", "hello", "Where is my card?"]


@pytest.mark.model
def test_latencies_stand_beside_their_references(offline: Offline) -> None:
    figures = latencies(offline, MESSAGES, lambda texts: sum(range(2000)), lambda text: text * 50)
    assert [figure.name for figure in figures] == [
        "turn p50",
        "turn p95",
        "search p50",
        "search p95",
        "redaction p50",
        "redaction p95",
    ]
    assert all(figure.value > 0 and figure.ratio for figure in figures)


@pytest.mark.model
def test_throughput_is_measured_for_each_number_of_callers(offline: Offline) -> None:
    figures = throughput(offline, MESSAGES, lambda texts: sum(range(2000)))
    assert [figure.name for figure in figures] == [
        "turns, 1 caller",
        "turns, 8 callers",
        "turns, 32 callers",
    ]
    assert all(figure.value > 0 for figure in figures)


@pytest.mark.model
def test_serving_is_measured_from_outside(kestrel_data: Path) -> None:
    before = sorted(path.name for path in kestrel_data.iterdir())
    start, idle, busy, *times = serving(kestrel_data, MESSAGES)
    assert 0 < start.value < 120
    assert 0 < idle.value < 1200
    assert idle.value * 0.8 <= busy.value < 1200
    assert all(each.value > 0 for each in times)
    assert sorted(path.name for path in kestrel_data.iterdir()) == before
