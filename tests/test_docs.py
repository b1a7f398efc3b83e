"""The documents say what the code does: settings, commands, reasons, links, shapes."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from bot.cli import app
from bot.config import describe_settings
from bot.policy import Policy, parse_policy
from evals.cli import app as evals_app
from tests.write_configuration import END, START, rows, table

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
PAGES = (README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PROGRAMS: dict[str, Any] = {  # Any: typer's commands are those of whichever click it brings
    "firstline": typer.main.get_command(app),
    "firstline-evals": typer.main.get_command(evals_app),
}

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@cache
def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_the_table_of_settings_is_that_of_the_code() -> None:
    written = CONFIGURATION.partition(START)[2].partition(END)[0].strip()
    assert written == table(), "run: python -m tests.write_configuration"


def test_every_setting_is_explained() -> None:
    assert [name for name, description, _ in describe_settings() if not description] == []
    assert len(list(rows())) == len(list(describe_settings())) > 30


def _policy_rows() -> dict[str, list[str]]:
    """Default, Kestrel's value and meaning of each key of the policy, as the page has them."""
    section = CONFIGURATION.partition("\n## Policy\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| `(.+?)` \| (.*) \|$", section, flags=re.MULTILINE)
    return {key: row.replace("`", "").split(" | ") for key, row in lines}


def _flat(policy: Policy) -> dict[str, object]:
    """Every field by the name that the page gives it."""
    fields = policy.model_dump(mode="json")
    thresholds = fields.pop("thresholds")
    return {**fields, **{f"thresholds.{name}": value for name, value in thresholds.items()}}


def test_every_field_of_the_policy_is_told_with_both_values() -> None:
    told = _policy_rows()
    kestrel = ROOT / "kb_content" / "policy.yaml"
    policies = (Policy(), parse_policy(_text(kestrel), kestrel.name))
    for column, policy in enumerate(policies):
        fields = _flat(policy)
        assert told.keys() == fields.keys()
        for name, value in fields.items():
            shown = told[name][column]
            if isinstance(value, float):
                assert float(shown) == value, name
            elif name != "tiers":  # told in words
                assert shown == ("(empty)" if value is None else str(value)), name


@every_page
def test_settings_that_pages_name_exist(page: Path) -> None:
    named = set(re.findall(r"FIRSTLINE_[A-Z_0-9]*[A-Z0-9]", _text(page)))
    known = {name for name, _, _ in describe_settings()} | {"FIRSTLINE_DATASETS"}
    groups = {name.rpartition("__")[0] for name in known}
    assert named - known - groups - {"FIRSTLINE_NAME"} == set()


def _commands(page: Path) -> Iterator[str]:
    """Commands in blocks of code and in lines of text."""
    text = _text(page)
    for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL):
        yield from (line for line in block.splitlines() if "firstline" in line)
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    yield from re.findall(r"`((?:firstline|firstline-evals) [^`]*)`", text)


def _arguments(line: str) -> tuple[str, list[str]] | None:
    """Program and arguments of a command line; settings before it are left out."""
    words = shlex.split(line, comments=True)
    while words and re.match(r"[A-Z_]+=", words[0]):
        words.pop(0)
    return (Path(words[0]).name, words[1:]) if words and Path(words[0]).name in PROGRAMS else None


def _wrong(program: str, words: Sequence[str]) -> str | None:
    """Why a command line can't be one, ``None`` when it can."""
    command = PROGRAMS[program]
    rest = list(words)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        found = command.commands.get(rest[0])
        if found is None:
            return f"{program} has no command {rest[0]}"
        command = found
        rest.pop(0)
    options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    unknown = [w for w in rest if w.startswith("-") and w.partition("=")[0] not in options]
    return f"{program} {command.name} has no option {unknown}" if unknown else None


@every_page
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    found = [parsed for line in _commands(page) if (parsed := _arguments(line))]
    assert [why for program, words in found if (why := _wrong(program, words))] == []


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert _wrong("firstline", ["index", "--kb", "help", "--data", "data"]) is None
    assert _wrong("firstline", ["kb", "lint", "help"]) is None
    assert _wrong("firstline", ["indx"]) is not None
    assert _wrong("firstline", ["index", "--knowledge"]) is not None
    assert _wrong("firstline", ["kb", "mend"]) is not None


def test_the_readme_names_every_command() -> None:
    told = {parsed[1][0] for line in _commands(README) if (parsed := _arguments(line))}
    assert set(PROGRAMS["firstline"].commands) - told == set()


@every_page
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text(ROOT / "Makefile"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", _text(page), flags=re.MULTILINE))
    assert named - targets == set()


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#{1,6} (.+)$", _text(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", _text(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        aim = (page.parent / path).resolve() if path else page
        if not aim.exists() or (anchor and anchor not in _anchors(aim)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("note", DECISIONS, ids=lambda note: note.stem)
def test_a_decision_has_context_decision_and_consequences(note: Path) -> None:
    headings = re.findall(r"^## (.+)$", _text(note), flags=re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences"]
    assert _text(note).startswith(f"# {note.name[:4]} ")


def test_decisions_are_numbered_without_gaps() -> None:
    assert [note.name[:4] for note in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]


def test_the_changelog_speaks_of_this_version() -> None:
    version = re.search(r'^version = "(.+)"$', _text(ROOT / "pyproject.toml"), flags=re.MULTILINE)
    assert version is not None
    assert f"## {version[1]}" in _text(ROOT / "CHANGELOG.md")


def _repository() -> list[Path]:
    """Every file of the repository; skips where git can't say."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607
            cwd=ROOT, capture_output=True, check=True, timeout=60, text=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("git does not know this folder")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_place_of_the_machine_it_was_written_on() -> None:
    places = re.compile(rb"(?<![\w.\])])/(?:work|tmp/[a-z]|root|home/[a-z])[\w./-]*/|\.\./shared\b")
    found = {
        path.relative_to(ROOT).as_posix(): match[0]
        for path in _repository()
        if (match := places.search(path.read_bytes()))
    }
    assert found == {}


def _blocks(language: str) -> Iterator[dict[str, Any]]:
    for block in re.findall(rf"```{language}\n(.*?)```", _text(README), flags=re.DOTALL):
        yield json.loads(block)


@pytest.mark.model
def test_the_readme_shows_the_shapes_that_the_commands_write(
    tmp_path: Path, kestrel_data: Path
) -> None:
    asked, *told = _blocks("json")
    assert len(told) == 3
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(asked) + "\n", encoding="utf-8")
    for command, shown in zip(("search", "answer", "redact"), told, strict=True):
        target = tmp_path / f"{command}.jsonl"
        words = [command, "--data", str(kestrel_data), "--in", str(source), "--out", str(target)]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        written = json.loads(target.read_text(encoding="utf-8"))
        assert written.keys() == shown.keys(), command
        for key in {"hits", "citations", "findings"} & shown.keys():
            for row in written[key]:
                assert row.keys() == shown[key][0].keys(), (command, key)
        if command == "redact":
            assert written == shown


def test_no_section_of_the_evaluation_page_is_empty() -> None:
    text = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    titles, *sections = re.split(r"^## .*$", text, flags=re.MULTILINE)
    assert titles.strip()
    assert sections
    assert all(len(section.split()) > 10 for section in sections)
