import asyncio
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from bot.cli import app
from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.data_folder import INSIGHTS, VECTORS
from bot.decision import Clarify, Handoff, HandoffReason, Option
from bot.dialogue import Exchange
from bot.kept_answer import KeptAnswer
from bot.retention import PROOF, DailyRetention, Retention
from bot.spend import Account, Caps, Cost
from bot.store import Store, new_id
from bot.store_episodes import EndedBy
from bot.store_retention import EXPIRED
from bot.store_tables import handoff_note
from bot.store_vault import Access, Outcome, keep_sealed
from bot.vault import Sealed
from redaction.redactor import RedactedText
from tests.bot.small_store import ANSWER, EVIDENCE, ticket

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = "my aunt Agatha's teapot"  # noqa: S105  stands for what a customer said


def spoken(store: Store, at: datetime, customer: str = "c" * 64) -> Conversation:
    """A conversation with words in every place that takes some, all at one time."""
    before = Conversation(id=new_id())
    store.start(before, now=at, customer_ref=customer)
    decision = Handoff(HandoffReason.NO_ARTICLE, SECRET, SECRET)
    asked = Turn(new_id(), at, Speaker.CUSTOMER, RedactedText(SECRET), client_id=new_id())
    reply = Turn(new_id(), at, Speaker.ASSISTANT, RedactedText(SECRET), decision, EVIDENCE)
    after = replace(
        before,
        state=ConversationState.WAITING,
        turns=(asked, reply),
        placeholders={"digest": "[EMAIL_1]"},
    )
    new = replace(ticket(at), summary=SECRET)
    store.keep(Exchange(asked, reply, after, (), SECRET), before=before, ticket=new)
    with store._database.write() as connection:
        ticket_id = connection.exec_driver_sql(
            f"SELECT ticket_id FROM handoff WHERE conversation_id = '{before.id}'"  # noqa: S608
        ).scalar_one()
        connection.execute(
            insert(handoff_note).values(ticket_id=ticket_id, at=at, author="Ana", text=SECRET)
        )
        keep_sealed(connection, before.id, [Sealed("[EMAIL_1]", "k", b"box")], at)
    store.contacts.put(before.id, b"sealed", at)
    store.feedback.vote_turn(reply.id, helpful=False, comment=SECRET, now=at)
    store.feedback.vote_article("a", "r", new_id(), helpful=True, comment=SECRET, now=at)
    store.vault.record(Access(at, "Ana", before.id, "[EMAIL_1]", SECRET, Outcome.RESTORED))
    kept = KeptAnswer(np.zeros(2, np.float32), SECRET, [])
    store.answers.keep("key", before.id, kept, at)
    return after


def rated(store: Store, at: datetime) -> str:
    before = Conversation(id=new_id())
    store.start(before, now=at)
    asked = Turn(new_id(), at, Speaker.CUSTOMER, RedactedText(SECRET))
    question = Clarify(SECRET, (Option("A", "a", None), Option("B", "b", None)), 0.5)
    replies = [
        Turn(new_id(), at, Speaker.ASSISTANT, RedactedText(SECRET), each, EVIDENCE)
        for each in (question, ANSWER)
    ]
    after = replace(before, turns=(asked, replies[0]))
    store.keep(Exchange(asked, replies[0], after, (), None), before=before, ticket=None)
    store.append(replies[1], before=after, after=replace(after, turns=(*after.turns, replies[1])))
    assert store.episodes.end(before.id, at, EndedBy.CUSTOMER, "ended")
    store.episodes.rate(before.id, 4, SECRET, at)
    return before.id


def everything(store: Store) -> str:
    names = (
        "turn handoff handoff_note turn_feedback article_feedback episode vault_access "
        "cached_answer"
    ).split()
    with store._database.read() as connection:
        return "".join(
            str(connection.exec_driver_sql(f"SELECT * FROM {name}").all())  # noqa: S608
            for name in names
        )


def retention(
    store: Store, data: Path, now: datetime = NOW, sealed_days: int | None = None
) -> Retention:
    return Retention(store, data, 30, sealed_days=sealed_days, clock=lambda: now)


def test_old_words_go_figures_stay_and_nothing_is_left_overdue(
    store: Store, tmp_path: Path
) -> None:
    old = NOW - timedelta(days=30, seconds=1)
    spoken(store, old)
    ended = rated(store, old)
    day = (old - timedelta(days=1)).date()
    store.spend.correct(Caps().entries(Account("", "visitor"), day), Cost(1, 2, 3, 4))
    work = retention(store, tmp_path)
    dry = work.run(dry=True)
    assert "Agatha" in everything(store)
    assert dry.cleared == {}
    assert [name for name, n in dry.found.items() if not n] == ["files of evaluation runs"]
    assert not (tmp_path / PROOF).exists()

    report = work.run()
    assert report.found == dry.found == report.cleared
    assert report.left == 0
    assert "Agatha" not in everything(store)
    assert json.loads((tmp_path / PROOF).read_text())["overdue"] == dict.fromkeys(dry.found, 0)

    told = store.load(ended)
    assert {turn.text for turn in told.turns} == {EXPIRED}
    asked, question, answer, _ = told.turns
    assert asked.decision is None
    assert isinstance(question.decision, Clarify)
    assert question.decision.options[0].article_id == "a"
    assert answer.evidence == EVIDENCE
    assert answer.decision == replace(
        ANSWER, text="", citations=(replace(ANSWER.citations[0], quote=""),)
    )
    end = store.episodes.last(ended)
    assert end is not None
    assert (end.score, end.comment) == (4, None)
    assert store.feedback.article_votes("a", "r").helpful == 1
    assert store.erasure.conversations_of("c" * 64) == ()
    assert store.audit.entries()[-1].action == "retention.run"
    assert store.audit.verify().broken_at is None
    assert sum(work.run().cleared.values()) == 0


def test_what_is_not_old_yet_stays(store: Store, tmp_path: Path) -> None:
    kept = spoken(store, NOW - timedelta(days=30))
    rated(store, NOW)
    before = everything(store)
    assert sum(retention(store, tmp_path).run().found.values()) == 0
    assert everything(store) == before
    assert store.load(kept.id).placeholders == {"digest": "[EMAIL_1]"}


def test_a_conversation_that_goes_on_keeps_its_reference(store: Store, tmp_path: Path) -> None:
    old = spoken(store, NOW - timedelta(days=40))
    fresh = Turn(new_id(), NOW, Speaker.CUSTOMER, RedactedText("still there?"))
    store.append(fresh, before=old, after=replace(old, turns=(*old.turns, fresh)))
    retention(store, tmp_path).run()
    told = store.load(old.id)
    assert [turn.text for turn in told.turns] == [EXPIRED, EXPIRED, "still there?"]
    assert store.erasure.conversations_of("c" * 64) == (old.id,)


def test_sealed_values_go_by_their_own_days_but_never_after_the_text(
    store: Store, tmp_path: Path
) -> None:
    week, month = NOW - timedelta(days=8), NOW - timedelta(days=31)
    first, second = spoken(store, week), spoken(store, month)
    retention(store, tmp_path, sealed_days=90).run()
    assert store.vault.placeholders(second.id) == ()
    assert store.vault.placeholders(first.id) == ("[EMAIL_1]",)
    retention(store, tmp_path, sealed_days=7).run()
    assert store.vault.placeholders(first.id) == ()


def test_many_turns_go_in_steps(store: Store, tmp_path: Path) -> None:
    before = Conversation(id=new_id())
    store.start(before, now=NOW)
    for _ in range(501):
        turn = Turn(new_id(), NOW, Speaker.CUSTOMER, RedactedText(SECRET))
        after = replace(before, turns=(*before.turns, turn))
        store.append(turn, before=before, after=after)
        before = after
    report = retention(store, tmp_path, NOW + timedelta(days=31)).run()
    assert (report.cleared["turns"], report.left) == (501, 0)


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_blank: Path) -> Iterator[Store]:
    shutil.copyfile(sqlite_blank, tmp_path / "firstline.db")
    store = Store.in_folder(tmp_path)
    yield store
    store.close()


def test_no_byte_of_cleared_text_is_in_the_files(sqlite: Store, tmp_path: Path) -> None:
    for _ in range(20):
        spoken(sqlite, NOW)
    assert any(b"Agatha" in each.read_bytes() for each in tmp_path.glob("firstline.db*"))
    retention(sqlite, tmp_path, NOW + timedelta(days=31)).run()
    assert not any(b"Agatha" in each.read_bytes() for each in tmp_path.glob("firstline.db*"))


def test_cases_of_old_evaluation_runs_go_and_their_figures_stay(
    sqlite: Store, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    for name, days in (("old", 31), ("new", 1)):
        (runs / name).mkdir(parents=True)
        for file in ("run.json", "cases.jsonl", "report.html", "mine.txt"):
            (runs / name / file).write_text(SECRET)
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(runs / name / "run.json", (at, at))
    work = Retention(sqlite, tmp_path, 30, runs=[runs, tmp_path / "none"], clock=lambda: NOW)
    report = work.run()
    assert (report.cleared["files of evaluation runs"], report.left) == (2, 0)
    assert sorted(each.name for each in (runs / "old").iterdir()) == ["mine.txt", "run.json"]
    assert len(list((runs / "new").iterdir())) == 4


async def test_a_server_does_it_at_its_start_and_ends_when_told(
    sqlite: Store, tmp_path: Path
) -> None:
    spoken(sqlite, NOW)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def clock() -> datetime:
        loop.call_soon_threadsafe(stop.set)
        return NOW + timedelta(days=31)

    async with asyncio.timeout(10):
        await DailyRetention(Retention(sqlite, tmp_path, 30, clock=clock)).run(stop)
    assert (tmp_path / PROOF).exists()
    assert "Agatha" not in everything(sqlite)


def test_the_command_counts_clears_and_counts_anew(sqlite: Store, tmp_path: Path) -> None:
    spoken(sqlite, datetime.now(UTC) - timedelta(days=31))
    sqlite.close()
    words = ["retention", "run", "--data", str(tmp_path)]
    dry = CliRunner().invoke(app, [*words, "--dry-run"])
    assert (dry.exit_code, dry.stdout.splitlines()[1]) == (0, "turns: 2 overdue, 0 cleared, 2 left")
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, done.stdout.splitlines()[1]) == (
        0,
        "turns: 2 overdue, 2 cleared, 0 left",
    )


def test_embeddings_of_messages_go_with_the_words(store: Store, tmp_path: Path) -> None:
    vectors = tmp_path / INSIGHTS / VECTORS
    vectors.parent.mkdir()
    vectors.write_bytes(b"vectors")
    Retention(store, tmp_path, 30, clock=lambda: NOW).run()
    assert not vectors.exists()
