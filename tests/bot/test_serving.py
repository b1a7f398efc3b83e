import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.model_settings import LanguageModelSettings
from bot.serving import models_note


@pytest.mark.parametrize(
    ("model", "base_url", "words"),
    [
        ("", "", ""),
        ("", "https://llm.example.com/v1", ""),
        ("openai:some-model", "", "the provider openai"),
        ("anthropic:some-model", "", "the provider anthropic"),
        ("some-model", "https://llm.example.com/v1", "llm.example.com"),
        ("openai:some-model", "http://127.0.0.1:9000/v1?key=secret", "127.0.0.1"),
    ],
)
def test_customers_are_told_whose_model_words_answers(
    model: str, base_url: str, words: str
) -> None:
    note = models_note(LanguageModelSettings(model=model, base_url=base_url))
    assert bool(note) == bool(words)
    assert words in note
    assert "secret" not in note


def test_customers_are_told_who_runs_the_model_where_and_for_what() -> None:
    named = LanguageModelSettings(
        model="openai:m", rewrite_model="off", provider="Example AI Ltd", region="the EU"
    )
    assert models_note(named).startswith(
        "A language model at Example AI Ltd in the EU words the answers and sums up for our staff."
    )
    both = LanguageModelSettings(answer_model="openai:m", rewrite_model="anthropic:n")
    assert "the provider anthropic and the provider openai" in models_note(both)
    assert not models_note(LanguageModelSettings(draft_model="openai:m"))


@pytest.mark.model
def test_the_command_serves_says_where_and_stops(kestrel_data: Path, tmp_path: Path) -> None:
    data = shutil.copytree(kestrel_data, tmp_path / "data")
    command = [sys.executable, "-u", "-m", "bot.cli", "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603  ours
        try:
            said = [line for line in said_until(server, "sign-in?token=") if "http://" in line]
            address = said[0].rpartition(" ")[2].strip()
            assert "/staff/sign-in?token=" in said[1]
            ready = httpx.get(f"{address}/readyz", timeout=30)
            assert ready.json()["status"] == "ready"
            assert "How can we help?" in httpx.get(address, timeout=30).text
            second = subprocess.run(  # noqa: S603  ours
                [*command[:-1], address.rpartition(":")[2]],
                capture_output=True, text=True, check=False, timeout=120,
            )  # fmt: skip
            assert second.returncode == 2
            assert "choose another with --port" in second.stderr
        finally:
            server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)
    assert server.returncode in {0, -signal.SIGTERM}


def said_until(server: subprocess.Popen[str], words: str) -> Iterator[str]:
    """Lines of standard error up to the one with these words."""
    assert server.stderr is not None
    for line in server.stderr:
        yield line
        if words in line:
            return
    raise AssertionError(f"the server ended with {server.wait()}")
