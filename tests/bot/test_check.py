import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.check import _probed, changed, configured
from bot.checks.knowledge import check_knowledge_base
from bot.checks.records import check_backup, check_database, check_vault
from bot.checks.surroundings import check_brand, check_helpdesk, check_language_model
from bot.cli import app
from bot.config import Settings, load_settings, setting_names
from bot.origin import origin_of, remember_origin
from bot.store import Store
from bot.vault_keys import VaultKeys
from retrieval.manifest import generation_folder
from tests.bot.small_store import NOW, handed_over

KEY = "sk-secret-of-the-provider"
URL = "postgresql://firstline:hunter2@db.example.com/firstline"


def check(data: Path, **env: str) -> Result:
    names = {f"FIRSTLINE_{name}": value for name, value in env.items()}
    return CliRunner().invoke(
        app,
        ["check", "--data", str(data)],
        env={"FIRSTLINE_REDACTION__NAMED_ENTITIES": "false", **names},
    )


def lines(done: Result, state: str) -> list[str]:
    """What the report says in one state, each on a line."""
    starts = [line for line in done.stdout.splitlines() if line.startswith(f"{state} ")]
    return [line.removeprefix(state).strip() for line in starts]


@pytest.fixture
def data(kestrel_data: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kestrel_data, tmp_path / "data"))


def test_secrets_are_hidden() -> None:
    settings = Settings.model_validate({"database_url": URL, "llm": {"api_key": KEY}})
    shown = dict(configured(settings))
    assert shown["FIRSTLINE_DATABASE_URL"] == "(set, hidden)"
    assert shown["FIRSTLINE_LLM__API_KEY"] == "(set, hidden)"
    assert not [value for value in shown.values() if KEY in value or "hunter2" in value]
    assert dict(configured(Settings()))["FIRSTLINE_LLM__API_KEY"] == "(not set)"


def test_only_changed_settings_are_listed_unless_all_are_wanted() -> None:
    settings = Settings.model_validate({"database_url": URL, "web": {"port": 9000}})
    assert dict(changed(settings)) == {
        "FIRSTLINE_DATABASE_URL": "(set, hidden)",
        "FIRSTLINE_WEB__PORT": "9000",
    }
    assert list(changed(Settings())) == []
    assert len(list(configured(settings))) == len(list(setting_names()))


@pytest.mark.parametrize(
    ("kb", "came_from", "words", "noted"),
    [
        (None, None, "the built-in articles", False),
        (None, Path("/srv/help"), "the index was built from the folder help", False),
        (Path("tests"), Path("/srv/help"), "knowledge base tests", True),
        (Path("tests"), Path("elsewhere/tests"), "knowledge base tests", False),
        (Path("tests"), None, "knowledge base tests", False),
    ],
)
def test_the_knowledge_base_named_is_the_one_that_was_indexed(
    tmp_path: Path, kb: Path | None, came_from: Path | None, words: str, noted: bool
) -> None:
    if came_from is not None:
        (tmp_path / "index").mkdir()
        remember_origin(tmp_path, origin_of(came_from))
    said = list(check_knowledge_base(Settings.model_validate({"data": tmp_path, "kb": kb})))
    assert said[0].state == "ok"
    assert words in said[0].text
    assert ["folder help" in each.text for each in said[1:]] == [True] * noted


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATTA", "x", "FIRSTLINE_DATTA: did you mean FIRSTLINE_DATA?"),
        ("WEB__PORT", "many", "FIRSTLINE_WEB__PORT"),
        ("WEB__EMBED_ORIGINS", "https://example.com", "FIRSTLINE_WEB__EMBED_ORIGINS"),
    ],
)
def test_a_setting_that_cannot_be_used_exits_with_two(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    done = check(tmp_path, **{name: value})
    assert done.exit_code == 2
    assert done.stderr.startswith("error: ")
    assert words in done.stderr


def found(**wanted: object) -> tuple[list[str], list[str]]:
    """What is right and what is wrong with settings, the models and the index left out."""
    settings = Settings.model_validate(wanted)
    seen = [
        finding
        for probe in (check_database, check_brand, check_language_model)
        for finding in _probed(probe, settings)
    ]
    return (
        [finding.text for finding in seen if finding.state == "ok"],
        [finding.text for finding in seen if finding.state == "wrong"],
    )


def test_what_needs_no_model_is_right_by_default(tmp_path: Path) -> None:
    right, wrong = found(data=tmp_path)
    assert (len(right), wrong) == (3, [])
    assert list(tmp_path.iterdir()) == []
    Store.in_folder(tmp_path).close()
    assert "database answers" in found(data=tmp_path)[0]


def test_the_vault_is_told_of_with_its_keys(tmp_path: Path) -> None:
    def told(**vault: object) -> tuple[str, str]:
        settings = Settings.model_validate({"data": tmp_path, "vault": vault})
        (only,) = _probed(check_vault, settings)
        return only.state, only.text

    assert told() == ("ok", "vault off: what was masked can never be read again")
    assert told(enabled=True, days=9)[0] == "note"
    VaultKeys(tmp_path).add()
    state, text = told(enabled=True, days=9)
    assert state == "ok"
    assert "keys in keys/vault.keys: 1, values kept for 9 days" in text
    (tmp_path / "keys" / "vault.keys").chmod(0o644)
    state, text = told(enabled=True)
    assert state == "wrong"
    assert "chmod 600" in text


def test_what_no_helpdesk_took_is_wrong_and_says_why(tmp_path: Path) -> None:
    store = Store.in_folder(tmp_path)
    store.upgrade()
    handed_over(store)
    (delivery,) = store.outbox.take(NOW, timedelta(seconds=30))
    assert found(data=tmp_path)[1] == []
    store.outbox.bury(delivery, "status 403")
    store.close()
    (wrong,) = found(data=tmp_path)[1]
    assert wrong.startswith("outbox: 1 not delivered")
    assert wrong.endswith(f"{delivery.ticket_id}: status 403")


def test_what_is_tried_often_in_vain_is_told_with_its_reason(tmp_path: Path) -> None:
    store = Store.in_folder(tmp_path)
    store.upgrade()
    handed_over(store)
    for minute in range(5):
        now = NOW + timedelta(minutes=minute)
        (delivery,) = store.outbox.take(now, timedelta(seconds=30))
        store.outbox.postpone(delivery, now, "desk.example.com answered 401: see the key")
    store.close()
    settings = Settings.model_validate({"data": tmp_path})
    (told,) = [each for each in _probed(check_database, settings) if each.state == "note"]
    assert told.text == (
        f"outbox: 1 cannot be delivered now; {delivery.ticket_id} after 5 attempts: "
        "desk.example.com answered 401: see the key"
    )


def test_helpdesk_mail_and_alerts_are_checked_without_sending_or_telling_secrets() -> None:
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    right = {
        "helpdesk": {"kind": "webhook", "url": "https://desk.example.com/hidden", "secret": key},
        "mail": {"server": "mail.example.com", "sender": "help@example.com"},
        "alerts": {"to": ["ana@example.com"], "when": ["urgent"]},
    }
    told = [each.text for each in _probed(check_helpdesk, Settings.model_validate(right))]
    assert told == [
        "helpdesk: webhook at desk.example.com",
        "mail: handed to mail.example.com",
        "alerts: urgent tickets",
    ]
    shown = str(list(configured(Settings.model_validate(right))))
    assert "hidden/" not in shown
    assert "/hidden" not in shown
    assert key not in shown
    for group, wrong, words in [
        ("helpdesk", {"kind": "zendesk"}, "HELPDESK__USER is empty"),
        ("mail", {"server": "mail.example.com"}, "MAIL__SENDER"),
        ("mail", {}, "MAIL__SERVER is empty"),
        ("alerts", {"url": "http://169.254.169.254/"}, "not public"),
    ]:
        settings = Settings.model_validate({**right, group: wrong})
        (last,) = [each for each in _probed(check_helpdesk, settings) if each.state == "wrong"]
        assert words in last.text


def test_a_changed_audit_log_is_wrong(tmp_path: Path) -> None:
    store = Store.in_folder(tmp_path)
    store.upgrade()
    for number in range(3):
        store.audit.record(NOW, "ana", "read", f"conversation:{number}")
    assert any("3 entries, sound" in text for text in found(data=tmp_path)[0])
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE audit SET actor = 'bo' WHERE id = 2")
    store.close()
    (wrong,) = found(data=tmp_path)[1]
    assert "entry 2" in wrong


@pytest.mark.parametrize("accent", ["red", "#12345", "#0b6e5g"])
def test_an_accent_that_is_no_colour_is_wrong(tmp_path: Path, accent: str) -> None:
    _, (wrong,) = found(data=tmp_path, brand={"accent": accent})
    assert wrong.startswith("FIRSTLINE_BRAND: ")
    assert accent in wrong
    assert "#rrggbb" in wrong


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("no url, hunter2", "SQLAlchemy URL"),
        ("nosuch://hunter2@host/db", "not one of sqlite"),
        ("postgresql+pg8000://firstline:hunter2@db.example.com/x", "driver pg8000"),
        ("sqlite:////nowhere-hunter2/at/all.db", "cannot be used now"),
    ],
)
def test_a_database_out_of_reach_is_wrong_and_its_address_stays_hidden(
    tmp_path: Path, url: str, words: str
) -> None:
    _, (wrong,) = found(data=tmp_path, database_url=url)
    assert words in wrong
    assert "hunter2" not in wrong


def test_a_damaged_database_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "firstline.db").write_bytes(b"this is no database" * 100)
    _, (wrong,) = found(data=tmp_path)
    assert "not a database" in wrong


@pytest.mark.parametrize(
    ("written", "state", "words"),
    [
        (None, "note", "no backup yet"),
        ("rubbish", "note", "no backup yet"),
        (timedelta(hours=3), "ok", "3 hours old"),
        (timedelta(days=3), "note", "72 hours old"),
    ],
)
def test_the_age_of_the_last_backup_is_told(
    tmp_path: Path, written: timedelta | str | None, state: str, words: str
) -> None:
    settings = Settings(data=tmp_path)
    assert not list(check_backup(settings))
    (tmp_path / "firstline.db").touch()
    if isinstance(written, timedelta):
        written = (datetime.now(UTC) - written).isoformat()
    if written is not None:
        (tmp_path / "last-backup").write_text(f"{written}\n")
    (finding,) = check_backup(settings)
    assert finding.state == state
    assert words in finding.text


@pytest.mark.parametrize("model", ["nosuch:model", "justaname"])
def test_a_language_model_that_nobody_knows_is_wrong(tmp_path: Path, model: str) -> None:
    _, (wrong,) = found(data=tmp_path, llm={"model": model, "api_key": KEY})
    assert model in wrong
    assert KEY not in wrong


def test_each_model_is_shown_with_its_task_and_budget(tmp_path: Path) -> None:
    wanted = {
        "model": "openai:m",
        "base_url": "http://127.0.0.1:9/v1",
        "rewrite_model": "openai:small",
        "draft_model": "off",
        "api_key": KEY,
    }
    settings = load_settings({"data": tmp_path, "llm": wanted})
    told = [(each.state, each.text) for each in check_language_model(settings)]
    assert told == [
        ("ok", "language model openai:m at http://127.0.0.1:9/v1 words answers"),
        ("ok", "language model openai:small at http://127.0.0.1:9/v1 reads follow-up questions"),
        ("ok", "language model openai:m at http://127.0.0.1:9/v1 sums up handoffs"),
        ("ok", "budget of a day: 5000000 tokens"),
        (
            "note",
            "tell customers who runs the model and where: FIRSTLINE_LLM__PROVIDER and "
            "FIRSTLINE_LLM__REGION",
        ),
    ]


@pytest.mark.model
def test_a_whole_index_is_right(data: Path) -> None:
    named = {"REDACTION__NAMED_ENTITIES": "true"}
    done = check(data, WEB__EMBED_ORIGINS='["https://www.example.com"]', **named)
    written = done.stdout.splitlines()
    assert written[0].startswith("ok")
    assert "  FIRSTLINE_WEB__EMBED_ORIGINS = ('https://www.example.com',)" in written
    assert sum("FIRSTLINE_" in line for line in written) == 2  # the data folder is the other
    assert (done.exit_code, lines(done, "wrong"), lines(done, "note")) == (0, [], [])
    assert any("is whole" in line for line in lines(done, "ok"))
    assert any("verified" in line for line in lines(done, "ok"))


@pytest.mark.model
def test_no_index_yet_is_a_note(data: Path) -> None:
    shutil.rmtree(data / "index")
    done = check(data)
    assert (done.exit_code, lines(done, "wrong")) == (0, [])
    notes = lines(done, "note")
    assert any("`firstline index --data" in note for note in notes)
    assert any("FIRSTLINE_WEB__EMBED_ORIGINS" in note for note in notes)


@pytest.mark.model
@pytest.mark.parametrize("name", ["windows.npy", "articles.jsonl", "manifest.json", "lexical.npz"])
def test_a_damaged_index_is_wrong_and_has_a_way_out(data: Path, name: str) -> None:
    file = generation_folder(data) / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    done = check(data)
    assert done.exit_code == 1
    (wrong,) = lines(done, "wrong")
    assert "firstline index" in wrong
    assert name in wrong


@pytest.mark.model
def test_other_weights_than_expected_are_wrong(data: Path) -> None:
    done = check(data, RETRIEVAL__MODEL_SHA256="0" * 64)
    assert done.exit_code == 1
    assert any("expected " + "0" * 64 in line for line in lines(done, "wrong"))


@pytest.mark.model
def test_a_folder_that_is_none_is_wrong(data: Path) -> None:
    done = check(data, KB=str(data / "nowhere"))
    assert done.exit_code == 1
    assert any("FIRSTLINE_KB" in line for line in lines(done, "wrong"))
