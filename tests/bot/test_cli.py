"""What every command does where it cannot start: one line on standard error, exit code 2."""

from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app

COMMANDS = [
    ["index"],
    ["index", "--rollback"],
    ["serve", "--port", "0"],
    ["chat"],
    ["check"],
    ["staff", "link"],
    ["redact", "--in", "in.jsonl", "--out", "out.jsonl"],
    ["answer", "--in", "in.jsonl", "--out", "out.jsonl"],
    ["search", "--in", "in.jsonl", "--out", "out.jsonl"],
]


def run(*arguments: str | Path) -> Result:
    environment = {"FIRSTLINE_REDACTION__NAMED_ENTITIES": "false"}
    return CliRunner().invoke(app, [str(each) for each in arguments], env=environment)


def one_line(done: Result) -> str:
    """What a command that could not start said."""
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert "Errno" not in done.stderr
    return done.stderr


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "x"}\n')
    (tmp_path / "file").write_text("")


@pytest.mark.parametrize("data", ["file", "file/below"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: "-".join(words[:2]))
def test_a_data_folder_that_is_a_file_is_named(command: list[str], data: str) -> None:
    said = one_line(run(*command, "--data", data))
    assert f"data folder {data} can't be used" in said
    assert "--data" in said


@pytest.mark.parametrize("command", COMMANDS[3:4] + COMMANDS[7:], ids=lambda words: words[0])
def test_a_missing_data_folder_is_not_made_by_who_only_reads(command: list[str]) -> None:
    assert "no index in data" in one_line(run(*command, "--data", "data"))
    assert not Path("data").exists()


@pytest.mark.parametrize(
    "command", [["retention", "run"], ["customer", "erase", "--ref", "r"]], ids=" ".join
)
def test_records_are_looked_for_and_not_begun_in_a_mistyped_folder(command: list[str]) -> None:
    assert "no database in dta" in one_line(run(*command, "--data", "dta"))
    assert not Path("dta").exists()


def test_a_file_where_the_keys_should_be_is_named() -> None:
    Path("data").mkdir()
    (Path("data") / "keys").write_text("")
    assert "the keys in data/keys can't be" in one_line(run(*COMMANDS[6], "--data", "data"))


@pytest.mark.parametrize(
    ("kb", "words"),
    [
        ("nowhere", "nowhere does not exist: name the folder"),
        ("file", "file is a file: name the folder"),
        ("empty", "no articles in empty"),
        ("latin", "a.md:1: error: not UTF-8"),
        ("huge", "an article may have 10 MB"),
        ("yaml", "intents.yaml: not valid YAML"),
    ],
)
def test_a_knowledge_base_that_cannot_be_used_is_named(kb: str, words: str) -> None:
    for name in ("empty", "latin", "huge", "yaml"):
        Path(name).mkdir()
    (Path("latin") / "a.md").write_bytes(b"# caf\xe9\n")
    (Path("huge") / "a.md").write_bytes(b"# Big\n" + b"a" * 10_000_001)
    (Path("yaml") / "a.md").write_text("# A\n\nText.\n")
    (Path("yaml") / "intents.yaml").write_text("intents: [")
    assert words in one_line(run("index", "--kb", kb, "--data", "data"))
    assert not (Path("data") / "index").exists()


def test_lint_names_a_folder_that_is_not_there() -> None:
    assert "nowhere does not exist" in one_line(run("kb", "lint", "nowhere"))


def test_the_version_is_told() -> None:
    done = run("--version")
    assert (done.exit_code, done.stdout) == (0, f"firstline {version('firstline')}\n")


def test_without_a_command_help_is_shown() -> None:
    assert "cited answers from your own knowledge base" in run("--help").stdout


def test_nothing_to_roll_back_to_cannot_start() -> None:
    said = one_line(run("index", "--rollback", "--data", "data"))
    assert "no index in data; run `firstline index" in said
