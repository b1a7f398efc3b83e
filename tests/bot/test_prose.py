from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config import Settings
from bot.errors import ConfigurationError
from bot.model_settings import LanguageModelSettings
from bot.prose import require_draft_model


def test_prose_without_a_model_is_refused_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTLINE_LLM__DRAFT_MODEL", "off")
    words = ["gaps", "draft", "gap-1", "--title", "Lend", "--prose", "--data", str(tmp_path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert "set FIRSTLINE_LLM__DRAFT_MODEL" in " ".join(done.output.split())
    assert not (tmp_path / "firstline.db").exists()


@pytest.mark.parametrize(
    ("llm", "drafts"),
    [
        (LanguageModelSettings(draft_model="openai:m"), True),
        (LanguageModelSettings(model="openai:m"), True),
        (LanguageModelSettings(model="openai:m", draft_model="off"), False),
        (LanguageModelSettings(answer_model="openai:m"), False),
    ],
)
def test_the_model_of_all_tasks_drafts_too(llm: LanguageModelSettings, *, drafts: bool) -> None:
    settings = Settings(llm=llm)
    if drafts:
        require_draft_model(settings)
    else:
        with pytest.raises(ConfigurationError, match="--prose"):
            require_draft_model(settings)
