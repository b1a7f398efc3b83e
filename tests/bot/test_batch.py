import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.batch import Row, run_lines, whole_characters
from bot.cli import app
from bot.errors import BatchError

GOOD = b'{"id": 1, "text": "good"}'


async def echo(text: str) -> Row:
    if text == "fail":
        raise RuntimeError("the text is secret")
    if text == "refused":
        raise BatchError("is refused: write another")
    return {"text": text}


def run(tmp_path: Path, content: bytes) -> tuple[int, list[Row], list[str]]:
    """How many lines failed, what was written, what was reported."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(content)
    said: list[str] = []
    failed = asyncio.run(run_lines(source, target, echo, said.append))
    written = target.read_bytes().decode("utf-8").splitlines()
    return failed, [json.loads(line) for line in written], said


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"nonsense",
        b"[1, 2]",
        b'"text"',
        b"null",
        b"NaN",
        b"{}",
        b'{"text": "no id"}',
        b'{"id": 1}',
        b'{"id": 1, "text": null}',
        b'{"id": 1, "text": 7}',
        b'{"id": 1, "text": ["a"]}',
        b'{"id": 1, "text": "\xff\xfe"}',
        b'{"id": 1, "text": "half \xf0\x9f"}',
        b'{"id": 1, "text": "fail"}',
        b"[" * 100_000,
        b'{"id": NaN, "text": "an id that JSON has no word for"}',
    ],
)
def test_a_bad_line_is_reported_by_number_and_the_rest_is_done(tmp_path: Path, line: bytes) -> None:
    failed, written, said = run(tmp_path, GOOD + b"\n" + line + b"\n" + GOOD)
    assert failed == 1
    assert written == [{"id": 1, "text": "good"}] * 2
    assert [words.partition(":")[0] for words in said] == ["line 2"]
    assert "secret" not in said[0]
    assert "half" not in said[0]


def test_a_refused_line_is_reported_with_the_reason(tmp_path: Path) -> None:
    refused = b'{"id": 1, "text": "refused"}'
    failed, written, said = run(tmp_path, GOOD + b"\n" + refused + b"\n" + GOOD)
    assert (failed, len(written)) == (1, 2)
    assert said == ["line 2: is refused: write another"]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (b"", []),
        (b"\n \n\t\r\n", []),
        (GOOD, ["good"]),
        (GOOD + b"\r\n" + GOOD + b"\r\n", ["good", "good"]),
        (b"\xef\xbb\xbf" + GOOD, ["good"]),
        (b'{"id": 1, "text": ""}', [""]),
        (b'{"id": 1, "text": "a\\nb\\u2028c\\u0085d\\u0000"}', ["a\nb\u2028c\x85d\x00"]),
        (b'{"id": 1, "text": "\\ud83d\\ude00"}', ["\U0001f600"]),
        (b'{"id": 1, "text": "\\ud83d half"}', ["\ufffd half"]),
        (b'{"id": 1, "text": "half \\ude00"}', ["half \ufffd"]),
        (b'{"id": 1, "text": "\\ude00\\ud83d"}', ["\ufffd\ufffd"]),
        (b'{"id": 1, "text": "' + b"x" * 1_000_000 + b'"}', ["x" * 1_000_000]),
    ],
)
def test_what_json_can_say_is_done(tmp_path: Path, content: bytes, texts: list[str]) -> None:
    failed, written, said = run(tmp_path, content)
    assert (failed, said) == (0, [])
    assert [row["text"] for row in written] == texts


def test_ids_come_back_as_they_are_in_the_same_order(tmp_path: Path) -> None:
    ids = [2, 1, 1, "a", "ä", None, {"n": [1]}, 1.5, True, "half \ud83d"]
    lines = "\n".join(json.dumps({"id": each, "text": "x", "more": 1}) for each in ids)
    _, written, _ = run(tmp_path, lines.encode())
    assert [row["id"] for row in written] == [*ids[:-1], "half \ufffd"]
    assert all(set(row) == {"id", "text"} for row in written)


def test_half_a_pair_keeps_its_place() -> None:
    assert whole_characters("a\ud83db\udc00") == "a\ufffdb\ufffd"
    assert whole_characters("a\U0001f600b") == "a\U0001f600b"


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("missing.jsonl", "out.jsonl", "missing.jsonl: no such file"),
        ("folder", "out.jsonl", "folder: is a folder, not a file"),
        ("in.jsonl", "folder", "folder is a folder"),
        ("in.jsonl", "nowhere/out.jsonl", "no such file"),
        ("in.jsonl", "in.jsonl/out.jsonl", "in.jsonl"),
        ("in.jsonl", "in.jsonl", "is also the input"),
        ("in.jsonl", "folder/../in.jsonl", "is also the input"),
        ("in.jsonl", "link.jsonl", "is also the input"),
    ],
)
def test_files_that_cannot_be_used_stop_the_batch(
    tmp_path: Path, source: str, target: str, words: str
) -> None:
    (tmp_path / "in.jsonl").write_bytes(GOOD)
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.jsonl").hardlink_to(tmp_path / "in.jsonl")
    with pytest.raises(BatchError, match=words):
        asyncio.run(run_lines(tmp_path / source, tmp_path / target, echo, print))
    assert (tmp_path / "in.jsonl").read_bytes() == GOOD
    assert not list(tmp_path.glob(".*.part"))


def test_a_link_is_followed_and_an_old_result_replaced(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(GOOD)
    real = tmp_path / "real.jsonl"
    real.write_text("old")
    (tmp_path / "out.jsonl").symlink_to(real)
    asyncio.run(run_lines(tmp_path / "in.jsonl", tmp_path / "out.jsonl", echo, print))
    assert json.loads(real.read_text())["text"] == "good"
    assert (tmp_path / "out.jsonl").is_symlink()


KILLED = """\
import asyncio, os, sys
from pathlib import Path
from bot.batch import run_lines

async def work(text):
    if text == "die":
        os._exit(9)
    return {"text": text}

asyncio.run(run_lines(Path(sys.argv[1]), Path(sys.argv[2]), work, print))
"""


def test_a_killed_batch_leaves_the_old_result(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(GOOD + b'\n{"id": 2, "text": "die"}\n')
    target.write_text("old")
    command: list[str | Path] = [sys.executable, "-c", KILLED, source, target]
    ended = subprocess.run(command, check=False, timeout=60)  # noqa: S603  our own script
    assert ended.returncode == 9
    assert target.read_text() == "old"


def redact(tmp_path: Path, content: bytes, out: str = "out.jsonl", **env: str) -> Result:
    source = tmp_path / "in.jsonl"
    source.write_bytes(content)
    arguments = ["--data", tmp_path / "data", "--in", source, "--out", tmp_path / out]
    environment = {"FIRSTLINE_REDACTION__NAMED_ENTITIES": "false", **env}
    return CliRunner().invoke(app, ["redact", *map(str, arguments)], env=environment)


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("content", "code"), [(b"", 0), (GOOD, 0), (GOOD + b"\n{", 1), (b"{\n{", 1)]
)
def test_the_exit_code_says_whether_lines_failed(tmp_path: Path, content: bytes, code: int) -> None:
    assert redact(tmp_path, content).exit_code == code
    assert (tmp_path / "out.jsonl").is_file()


def test_what_cannot_start_exits_with_two_and_one_line(tmp_path: Path) -> None:
    same = redact(tmp_path, GOOD, "in.jsonl")
    folder = redact(tmp_path, GOOD, "data")
    unknown = redact(tmp_path, GOOD, FIRSTLINE_DATTA="x")
    assert [each.exit_code for each in (same, folder, unknown)] == [2, 2, 2]
    for each in (same, folder, unknown):
        assert each.stderr.startswith("error: ")
        assert each.stderr.count("\n") == 1


def test_redaction_by_the_command_counts_in_the_original(tmp_path: Path) -> None:
    text = f"half \ud83d card {CARD} ok"
    done = redact(tmp_path, json.dumps({"id": "a", "text": text}).encode())
    assert done.exit_code == 0
    row = json.loads((tmp_path / "out.jsonl").read_bytes().decode("utf-8"))
    assert row["text"] == "half \ufffd card [CARD_1] ok"
    (found,) = row["findings"]
    assert text[found["start"] : found["end"]] == CARD


@pytest.mark.parametrize("command", ["search", "answer"])
def test_without_an_index_search_and_answer_cannot_start(tmp_path: Path, command: str) -> None:
    (tmp_path / "in.jsonl").write_bytes(GOOD)
    arguments = ["--data", tmp_path / "d", "--in", tmp_path / "in.jsonl", "--out", tmp_path / "o"]
    ended = CliRunner().invoke(app, [command, *map(str, arguments)])
    assert ended.exit_code == 2
    assert "firstline index" in ended.stderr
