from pathlib import Path

import pytest

from bot.config import describe_settings, load_settings, setting_names
from bot.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in setting_names():
        monkeypatch.delenv(name, raising=False)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.data == Path("data")
    assert settings.brand.name == ""
    assert settings.brand.suggested_questions is None
    assert settings.web.host == "127.0.0.1"
    assert settings.llm.model == ""


def test_names_lead_into_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLINE_DATA", "/srv/firstline")
    monkeypatch.setenv("FIRSTLINE_WEB__PORT", "9000")
    monkeypatch.setenv("FIRSTLINE_BRAND__SUGGESTED_QUESTIONS", '["One?", "Two?"]')
    monkeypatch.setenv("FIRSTLINE_RETRIEVAL__THREADS", "2")
    settings = load_settings()
    assert settings.data == Path("/srv/firstline")
    assert settings.web.port == 9000
    assert settings.brand.suggested_questions == ("One?", "Two?")
    assert settings.retrieval.threads == 2
    assert settings.web.host == "127.0.0.1"


def test_overrides_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLINE_DATA", "/srv/firstline")
    assert load_settings({"data": Path("here")}).data == Path("here")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("FIRSTLINE_WEB__PROT", "FIRSTLINE_WEB__PORT"),
        ("FIRSTLINE_WEB_PORT", "FIRSTLINE_WEB__PORT"),
        ("FIRSTLINE_BRAND__NAMES", "FIRSTLINE_BRAND__NAME"),
        ("FIRSTLINE_LLM__APIKEY", "FIRSTLINE_LLM__API_KEY"),
        ("FIRSTLINE_DATTA", "FIRSTLINE_DATA"),
        ("FIRSTLINE_PORT", "FIRSTLINE_WEB__PORT"),
        ("FIRSTLINE_WEB_EMBED_ORIGIN", "FIRSTLINE_WEB__EMBED_ORIGINS"),
        ("FIRSTLINE_TYPO", "docs/configuration.md"),
        ("FIRSTLINE_NAME_OF_NOTHING", "docs/configuration.md"),
        ("FIRSTLINE_XYZZY_QUUX_PLUGH_12345", "docs/configuration.md"),
    ],
)
def test_an_unknown_name_is_refused_with_a_suggestion(
    monkeypatch: pytest.MonkeyPatch, name: str, hint: str
) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(ConfigurationError, match=name) as caught:
        load_settings()
    assert hint in str(caught.value)


def test_other_programs_names_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDLINE_PORT", "x")
    monkeypatch.setenv("FIRSTLINE_DATASETS", "/srv/sets")
    load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIRSTLINE_WEB__PORT", "eighty"),
        ("FIRSTLINE_WEB__PORT", "70000"),
        ("FIRSTLINE_LOG_LEVEL", "loud"),
        ("FIRSTLINE_LLM__TIMEOUT", "0"),
        ("FIRSTLINE_RETRIEVAL__DENSE_WEIGHT", "2"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        load_settings()


@pytest.mark.parametrize(
    "name", ["FIRSTLINE_WEB__CORS_ORIGINS", "FIRSTLINE_BRAND__SUGGESTED_QUESTIONS"]
)
def test_a_malformed_list_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("FIRSTLINE_KB", "no list either, and right")
    monkeypatch.setenv(name, "not json")
    with pytest.raises(ConfigurationError, match=name):
        load_settings()


def test_secrets_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLINE_LLM__API_KEY", "sk-very-secret")
    monkeypatch.setenv("FIRSTLINE_DATABASE_URL", "postgresql://u:very-secret@host/db")
    settings = load_settings()
    assert "very-secret" not in f"{settings!r}{settings}{settings.model_dump()}"
    assert settings.llm.api_key.get_secret_value() == "sk-very-secret"


def test_a_wrong_secret_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLINE_WEB__PORT", "sk-very-secret")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "very-secret" not in str(caught.value)


def test_every_setting_is_described() -> None:
    rows = list(describe_settings())
    assert len({name for name, _, _ in rows}) == len(rows) > 30
    for name, description, default in rows:
        assert name == name.upper()
        assert description.endswith("."), name
        assert "Undefined" not in repr(default), name


def test_a_setting_of_every_kind_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLINE_REDACTION__OFF", '["EMAIL"]')
    monkeypatch.setenv("FIRSTLINE_REDACTION__MIN_SCORES", '{"EMAIL": 0.9}')
    monkeypatch.setenv("firstline_redaction__min_score", "0.7")
    settings = load_settings()
    assert settings.redaction.off == {"EMAIL"}
    assert settings.redaction.min_scores == {"EMAIL": 0.9}
    assert settings.redaction.min_score == 0.7
