import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config import LanguageModelSettings, Settings
from bot.errors import ConfigurationError
from bot.serving import models_note, open_store, sign_in_link
from bot.staff import StaffAccess


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


def token_of(link: str) -> str:
    found = re.fullmatch(r"(https?://\S+)/staff/sign-in\?token=(\S+)", link.strip())
    assert found is not None
    return found.group(2)


def test_a_staff_link_opens_a_session_under_its_name(tmp_path: Path) -> None:
    made = CliRunner().invoke(app, ["staff", "link", "--data", str(tmp_path), "--name", "Ana  Gil"])
    assert made.exit_code == 0
    store = open_store(Settings(data=tmp_path))
    staff = StaffAccess(store, b"k" * 32)
    session = staff.session(staff.sign_in(token_of(made.stdout)))
    assert session.name == "Ana Gil"
    store.close()


@pytest.mark.parametrize("name", ["", " ", "a" * 65, "A\x1bna"])
def test_a_name_that_customers_cannot_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="printable characters"):
        sign_in_link(Settings(data=tmp_path), name)


def test_a_link_leads_to_the_address_that_visitors_use(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"data": tmp_path, "web": {"public_url": "https://help.example.com/"}}
    )
    assert sign_in_link(settings).startswith("https://help.example.com/staff/sign-in?token=")
