"""The README's commands run, in the order in which they stand there, and do what it says."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from bot.cli import app
from evals.cli import app as evals_app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CARD = "4111 1111 1111 1111"
STAYS = {"serve", "chat"}  # these wait for somebody; below they have their own tests


def _lines() -> Iterator[list[str]]:
    for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] in {"firstline", "firstline-evals"} and words[1] not in STAYS:
                yield words


@pytest.fixture
def workplace(tmp_path: Path, kestrel_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a reader of the README has it, with the built-in index in ``data``."""
    monkeypatch.chdir(tmp_path)
    _linked(kestrel_data, tmp_path / "data")
    (tmp_path / "help-data").mkdir()
    _linked(kestrel_data / "models", tmp_path / "help-data" / "models")
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "abroad.md").write_text("# Pay abroad\n\nYou can, without a fee.\n")
    (tmp_path / "help" / "returns.md").write_text("# Send a parcel back\n\nWithin 30 days.\n")
    (tmp_path / "faq.csv").write_text(
        "question,answer\nCan I collect my parcel?,You can collect it yourself at any of our shops "
        "on the next working day.\n"
    )
    (tmp_path / "questions.jsonl").write_text(
        json.dumps({"id": "1", "text": f"My card number is {CARD}, can I pay abroad?"}) + "\n"
    )
    (tmp_path / "questions-labelled.jsonl").write_text(
        json.dumps({"question": "Can I pay abroad?", "article_ids": ["abroad"]}) + "\n"
    )
    (tmp_path / "messages.csv").write_text("text,intent\nHow old must I be?,age_limit\n")
    (tmp_path / "labels.tsv").write_text("label\ttier\nage_limit\tlow\n")
    return tmp_path


def _linked(source: Path, target: Path) -> None:
    """A copy that costs nothing; what is written later goes to new files."""
    shutil.copytree(source, target, copy_function=os.link)


@pytest.mark.model
def test_every_command_runs(workplace: Path) -> None:
    ran = set()
    for program, *words in _lines():
        chosen = app if program == "firstline" else evals_app
        done = CliRunner().invoke(chosen, words)
        assert done.exit_code == 0, (words, done.output, done.exception)
        ran.add(words[0])
    assert ran == {"search", "answer", "redact", "kb", "index", "run", "gaps", "insights"}
    assert "[CARD_1]" in (workplace / "redacted.jsonl").read_text(encoding="utf-8")
    assert (workplace / "runs" / "builtin" / "report.html").is_file()


@pytest.mark.model
@pytest.mark.usefixtures("workplace")
def test_check_finds_nothing_wrong() -> None:
    done = CliRunner().invoke(app, ["check"])
    assert done.exit_code == 0, done.output
    assert "wrong" not in done.output


@pytest.mark.model
@pytest.mark.usefixtures("workplace")
def test_the_terminal_answers_and_explains() -> None:
    typed = "How do I top up by bank transfer?\n/why\n/agent\n/quit\n"
    done = CliRunner().invoke(app, ["chat"], input=typed)
    assert done.exit_code == 0, done.output
    assert "[1]" in done.output
    assert "probability" in done.output
    assert "colleague" in done.output or "person" in done.output


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[str, str]]:
    """``firstline serve`` as a process; gives the address and the staff link it prints."""
    log = folder / "serve.log"
    with (
        log.open("wb") as told,
        subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "serve", "--port", "0"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=told,
            stderr=told,
        ) as process,
    ):
        try:
            until = time.monotonic() + 120
            while "sign-in?token=" not in log.read_text() and time.monotonic() < until:
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
            address, link = re.findall(r"http://\S+", log.read_text())[:2]
            yield address, link
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.mark.model
def test_the_first_five_minutes(workplace: Path) -> None:
    with _serving(workplace) as (address, link), httpx.Client(timeout=30) as visitor:
        started = visitor.post(f"{address}/v1/conversations", json={}).json()
        said = [
            visitor.post(
                f"{address}/v1/conversations/{started['id']}/messages",
                headers={"Authorization": f"Bearer {started['token']}"},
                json={"text": text},
            ).json()
            for text in (
                "How do I top up by bank transfer?",
                f"My card number is {CARD}, how do I top up with it?",
                "I want to dispute a payment that I didn't make",
            )
        ]
        assert said[0]["decision"] == "answer"
        assert said[0]["citations"]
        assert "card number" in said[1]["notice"]
        assert said[2]["decision"] == "handoff"
        assert said[2]["handoff"]["ticket_id"]
        with httpx.Client(timeout=30) as agent:
            assert agent.get(f"{address}/staff").status_code in {401, 403}
            assert agent.get(link).status_code == 200
            inbox = agent.get(f"{address}/staff")
            assert inbox.status_code == 200
        assert visitor.get(link).status_code == 401
    _assert_nowhere(workplace, CARD)


def _assert_nowhere(folder: Path, number: str) -> None:
    """The number is in no file: database, index, log."""
    digits = number.replace(" ", "")
    forms = [f.encode() for f in (number, digits, number.replace(" ", "-"), digits[-8:])]
    for path in (folder / "data").rglob("*"):
        if path.is_file() and "models" not in path.parts:
            data = path.read_bytes()
            assert not [form for form in forms if form in data], path
    assert not [form for form in forms if form in (folder / "serve.log").read_bytes()]
