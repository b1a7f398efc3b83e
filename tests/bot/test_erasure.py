import asyncio
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.contacts import Contact, ContactBook
from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.data_folder import INSIGHTS, VECTORS
from bot.dialogue import Exchange
from bot.erasure import erase
from bot.keys import keyed_digest, load_or_create
from bot.store import Store, new_id
from bot.store_tables import metadata
from bot.store_vault import Access, Outcome
from bot.vault import Vault
from bot.vault_keys import VaultKeys
from redaction.redactor import RedactedText
from tests.bot.small_store import ANSWER, EVIDENCE, ticket

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
JANE = "Jane's canary sings of a lost blue suitcase"
JOHN = "John's canary hums of a found red umbrella"


@pytest.fixture
def data(tmp_path: Path, sqlite_blank: Path) -> Path:
    shutil.copyfile(sqlite_blank, tmp_path / "firstline.db")
    return tmp_path


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    store = Store.in_folder(data)
    yield store
    store.close()


def spoken(store: Store, data: Path, ref: str, words: str) -> Conversation:
    """A conversation of a customer that left its words wherever some are kept."""
    keys = load_or_create(data)
    before = Conversation(id=new_id())
    store.start(before, now=NOW, customer_ref=keyed_digest(keys.redaction, "customer", ref))
    asked = Turn(new_id(), NOW, Speaker.CUSTOMER, RedactedText(words), client_id=new_id())
    reply = Turn(new_id(), NOW, Speaker.ASSISTANT, RedactedText("Tap Freeze."), ANSWER, EVIDENCE)
    after = replace(before, state=ConversationState.WAITING, turns=(asked, reply))
    new = replace(ticket(NOW), summary=f"Problem: {words}")
    sealed = Vault(VaultKeys(data)).seal(before.id, "[EMAIL_1]", f"{ref}@example.com")
    made = Exchange(asked, reply, after, (), None, sealed=(sealed,))
    store.keep(made, before=before, ticket=new)
    book = ContactBook(store, keys.contact, lambda: NOW)
    asyncio.run(book.keep(before.id, Contact(email=f"{ref}@home.example")))
    store.feedback.vote_turn(reply.id, helpful=False, comment=f"{words}, again", now=NOW)
    store.vault.record(Access(NOW, "Ana", before.id, "[EMAIL_1]", words, Outcome.RESTORED))
    return after


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["customer", *words, "--data", str(data)])


def held(data: Path, words: str) -> list[str]:
    places = [each for each in data.rglob("*") if each.is_file()]
    return [each.name for each in places if words.encode() in each.read_bytes()]


def test_no_byte_of_a_customer_is_left_and_others_keep_theirs(data: Path, store: Store) -> None:
    janes = [spoken(store, data, "jane", f"{JANE} {n}") for n in range(3)]
    john = spoken(store, data, "john", JOHN)
    boxes = [store.contacts.get(each.id) or b"" for each in janes]
    assert held(data, "canary sings")
    store._database.flush()
    assert held(data, "canary sings") == ["firstline.db"]

    proof = erase(store, data, [each.id for each in janes], NOW)
    assert proof.holds, proof
    assert (proof.rows["conversation"], proof.rows["turn"], proof.rows["contact"]) == (3, 6, 3)
    assert {"vault", "outbox", "event", "handoff", "turn_feedback"} <= set(proof.rows)
    assert proof.traces > 15
    assert held(data, "canary sings") == []
    assert all(each.turns[0].id not in str(held(data, each.turns[0].id)) for each in janes)
    for each in boxes:
        assert each not in (data / "firstline.db").read_bytes()
    assert store.load(john.id).turns == john.turns
    assert store.contacts.get(john.id) is not None
    assert store.vault.placeholders(john.id) == ("[EMAIL_1]",)
    assert [a.reason for a in store.vault.accesses(janes[0].id)] == [""]
    deeds = [each.action for each in store.audit.entries()]
    assert deeds.count("customer.erase") == 3
    assert store.audit.verify().broken_at is None
    assert all(each.id in (data / "erased.jsonl").read_text() for each in janes)


def test_what_somebody_else_said_too_is_no_trace(data: Path, store: Store) -> None:
    first, second = (spoken(store, data, each, JANE) for each in ("jane", "john"))
    proof = erase(store, data, [first.id], NOW)
    assert proof.holds
    assert held(data, JANE) == ["firstline.db"]
    assert store.load(second.id).turns[0].text == JANE


def test_a_copy_left_in_the_data_folder_is_found(data: Path, store: Store) -> None:
    jane = spoken(store, data, "jane", JANE)
    store._database.flush()
    shutil.copyfile(data / "firstline.db", data / "forgotten-copy.db")
    proof = erase(store, data, [jane.id], NOW)
    assert not proof.holds
    assert proof.found == [str(data / "forgotten-copy.db")]


def test_runs_that_quote_them_are_deleted(data: Path, store: Store, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    jane = spoken(store, data, "jane", JANE)
    for name, text in (("a", f'{{"text": "{JANE}"}}'), ("b", "nothing of the kind")):
        (runs / name).mkdir(parents=True)
        (runs / name / "cases.jsonl").write_text(text)
        (runs / name / "run.json").write_text("{}")
    proof = erase(store, data, [jane.id], NOW, runs=[runs])
    assert proof.runs == [str(runs / "a" / "cases.jsonl")]
    assert proof.holds
    assert len(list(runs.rglob("*.json*"))) == 3


def test_rows_go_on_both_databases(url: str, tmp_path: Path) -> None:
    store = Store(url)
    jane, john = (spoken(store, tmp_path, each, JANE) for each in ("jane", "john"))
    assert store.erasure.left(jane.id) > 8
    store.erasure.erase(jane.id, NOW, "operator")
    assert store.erasure.left(jane.id) == 0
    assert store.erasure.erase(jane.id, NOW, "operator") == {}
    assert store.load(john.id) is not None
    store.close()


def test_every_table_is_either_covered_or_known_to_hold_nothing_of_a_customer() -> None:
    from bot.store_erasure import _belonging  # noqa: PLC0415

    covered = {table.name for table, _ in _belonging("c")} | {"vault_access"}
    others = {
        "notice", "article_feedback", "staff_account", "staff_session", "sign_in",
        "sign_in_failure", "api_key", "audit", "rate_hit", "gap", "gap_case", "product_change",
        "article_view", "dismissed_contradiction",
    }  # fmt: skip
    assert set(metadata.tables) - covered == others


def test_the_export_has_everything_of_one_customer_and_nothing_of_another(
    data: Path, store: Store
) -> None:
    jane, _ = spoken(store, data, "jane", JANE), spoken(store, data, "john", JOHN)
    rows = store.erasure.read(jane.id)
    done = run(data, "export", "--ref", "jane", "--out", str(data / "jane.json"))
    assert done.exit_code == 0, done.stderr
    text = (data / "jane.json").read_text()
    (told,) = json.loads(text)["conversations"]
    assert {name: len(part) for name, part in told.items()} == {
        name: len(part) for name, part in rows.items()
    }
    assert told["turn"][0]["text"] in {JANE, "Tap Freeze."}
    assert told["contact"][0]["email"] == "jane@home.example"
    assert told["vault"][0]["value"] == "jane@example.com"
    readable = (data / "jane.json.txt").read_text()
    assert f"customer: {JANE}" in readable
    for each in (text, readable):
        assert "John" not in each
        assert "john@" not in each
    assert (data / "jane.json").stat().st_mode & 0o777 == 0o600
    assert store.audit.entries()[-1].action == "customer.export"
    again = run(data, "export", "--ref", "jane", "--out", str(data / "jane.json"))
    assert (again.exit_code, "not overwritten" in again.stderr) == (2, True)


def test_a_box_that_does_not_open_is_told_in_the_export(data: Path, store: Store) -> None:
    jane = spoken(store, data, "jane", JANE)
    store.contacts.put(jane.id, b"x" * 40, NOW)
    assert run(data, "export", jane.id, "--out", str(data / "j")).exit_code == 0
    (told,) = json.loads((data / "j").read_text())["conversations"]
    assert "cannot be opened" in told["contact"][0]["value"]


def test_the_commands_ask_first_and_say_what_they_found(data: Path, store: Store) -> None:
    jane = spoken(store, data, "jane", JANE)
    for wrong in ([], [jane.id, "--ref", "jane"], ["--ref", "nobody"], ["no-such-id"]):
        assert run(data, "erase", *wrong).exit_code == 2
    asked = CliRunner().invoke(
        app, ["customer", "erase", jane.id, "--data", str(data)], input="n\n"
    )
    assert asked.exit_code == 1
    assert store.erasure.known([jane.id]) == (jane.id,)
    done = run(data, "erase", "--ref", "jane", "--yes")
    assert done.exit_code == 0, done.stdout
    assert "erased: 1 conversations" in done.stdout
    assert "rows left: 0" in done.stdout
    assert held(data, "canary sings") == []


@pytest.mark.parametrize("odd", ["-9DzCKIIVHcFqsT12oopQ", "--9DzCKIIVHcFqsT12oop"])
def test_an_id_that_begins_with_a_hyphen_is_an_id(data: Path, store: Store, odd: str) -> None:
    store.start(Conversation(odd), now=NOW)
    assert run(data, "export", odd, "--out", str(data / "odd")).exit_code == 0
    assert run(data, "erase", odd, "--yes").exit_code == 0
    assert store.erasure.known([odd]) == ()


def test_embeddings_of_messages_go_with_the_words(data: Path, store: Store) -> None:
    vectors = data / INSIGHTS / VECTORS
    vectors.parent.mkdir()
    vectors.write_bytes(b"vectors")
    jane = spoken(store, data, "jane", JANE)
    erase(store, data, [jane.id], NOW)
    assert not vectors.exists()
