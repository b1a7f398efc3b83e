import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import HandoffReason, Risk
from bot.store import Store
from bot.store_database import Database
from bot.store_errors import (
    ClientIdTaken,
    ConversationMoved,
    StoreUnavailable,
    TicketTaken,
    UnknownConversation,
    UnknownTicket,
    UnknownTurn,
)
from bot.store_exchanges import StoredReply
from bot.store_feedback import Votes
from bot.store_tables import metadata
from bot.ticket import NewTicket, TicketState
from redaction.redactor import RedactedText
from tests.bot.small_store import NOW, exchanged, handed_over, started, ticket
from tests.databases import Postgres


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """SQLite alone, for what is the file's own."""
    return f"sqlite:///{tmp_path / 'firstline.db'}"


@pytest.fixture
def file_store(file_url: str) -> Iterator[Store]:
    store = Store(file_url)
    store.upgrade()
    yield store
    store.close()


def test_the_migrations_make_the_tables_of_the_metadata(store: Store) -> None:
    with store._database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_upgrading_twice_or_at_once_is_harmless(
    kind: str, file_url: str, request: pytest.FixtureRequest
) -> None:
    empty = file_url
    if kind == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        empty = server.create()
    stores = [Store(empty) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Store.upgrade, stores))
    for each in stores:
        each.ping()
        each.close()


def test_commits_are_durable_and_keys_are_checked(file_store: Store) -> None:
    with file_store._database.read() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_an_exchange_comes_back_whole(store: Store) -> None:
    before = started(store)
    made = exchanged(before, client_id="m1")
    stored = store.keep(made, before=before, ticket=None)
    assert stored == StoredReply(made.customer, made.assistant, made.notice)
    assert store.load(before.id) == made.conversation


def test_a_repeated_client_id_gives_the_first_reply(store: Store) -> None:
    before = started(store)
    first = store.keep(exchanged(before, client_id="m1"), before=before, ticket=None)
    again = store.keep(exchanged(before, "other", client_id="m1"), before=before, ticket=None)
    assert again == first
    assert store.reply_to(before.id, "m1") == first
    assert store.reply_to(before.id, "m2") is None
    assert len(store.load(before.id).turns) == 2


def test_a_client_id_counts_within_its_conversation_only(store: Store) -> None:
    for before in (started(store), started(store)):
        store.keep(exchanged(before, client_id="m1"), before=before, ticket=None)
        assert len(store.load(before.id).turns) == 2


def test_the_index_refuses_a_client_id_twice(store: Store) -> None:
    before = started(store)
    store.keep(exchanged(before, client_id="m1"), before=before, ticket=None)
    copy = (
        "INSERT INTO turn (id, conversation_id, seq, at, speaker, text, client_id) "
        "SELECT 'other', conversation_id, {}, at, speaker, text, {} FROM turn WHERE seq = 0"
    )
    for seq, client_id in (("99", "client_id"), ("seq", "NULL")):
        with pytest.raises(IntegrityError), store._database.write() as connection:
            connection.exec_driver_sql(copy.format(seq, client_id))


def test_what_was_decided_on_an_outdated_view_is_refused_whole(store: Store) -> None:
    before = started(store)
    store.keep(exchanged(before), before=before, ticket=None)
    with pytest.raises(ConversationMoved):
        store.keep(
            exchanged(before, state=ConversationState.WAITING), before=before, ticket=ticket()
        )
    now = store.load(before.id)
    assert (len(now.turns), now.state) == (2, ConversationState.OPEN)
    assert store.handoffs.open_of(before.id) is None


def test_a_claim_in_between_refuses_the_reply(store: Store) -> None:
    before = handed_over(store)
    open_ticket = store.handoffs.open_of(before.id)
    assert open_ticket is not None
    store.handoffs.claim(open_ticket.id, "Ana", NOW)
    with pytest.raises(ConversationMoved):
        store.keep(exchanged(before), before=before, ticket=None)


def test_a_turn_that_meets_an_index_is_refused_whole(store: Store) -> None:
    first, second = started(store), started(store)
    made = exchanged(first)
    store.keep(made, before=first, ticket=None)
    with pytest.raises(ConversationMoved):
        store.keep(replace(exchanged(second), customer=made.customer), before=second, ticket=None)
    with pytest.raises(ConversationMoved):
        store.append(made.customer, before=second, after=second)
    assert store.load(second.id).turns == ()


def test_a_turn_on_an_outdated_view_is_refused(store: Store) -> None:
    before = started(store)
    store.keep(exchanged(before), before=before, ticket=None)
    said = Turn("t1", NOW, Speaker.SYSTEM, RedactedText("Note."))
    with pytest.raises(ConversationMoved):
        store.append(said, before=before, after=before)


def test_a_turn_can_open_a_ticket(store: Store) -> None:
    before = started(store)
    said = Turn("t1", NOW, Speaker.SYSTEM, RedactedText("Passed on."))
    after = replace(before, state=ConversationState.WAITING)
    store.append(said, before=before, after=after, ticket=ticket())
    opened = store.handoffs.open_of(before.id)
    assert opened is not None
    assert opened.position == 1


def test_many_threads_make_one_order_of_turns(store: Store) -> None:
    conversation = started(store)

    def write(number: int) -> None:
        while True:
            before = store.load(conversation.id)
            try:
                store.keep(exchanged(before, client_id=f"m{number}"), before=before, ticket=None)
            except ConversationMoved:
                continue
            return

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(12)))
    turns = store.load(conversation.id).turns
    assert sorted(t.client_id for t in turns if t.client_id) == sorted(f"m{n}" for n in range(12))
    assert [t.speaker for t in turns] == [Speaker.CUSTOMER, Speaker.ASSISTANT] * 12


def test_a_second_ticket_is_never_opened_while_one_is_open(store: Store) -> None:
    before = handed_over(store)
    store.keep(exchanged(before), before=before, ticket=ticket())
    assert len(store.handoffs.list()) == 1


def test_the_queue_has_high_risk_first_then_the_longest_waiting(store: Store) -> None:
    late = handed_over(store, NOW + timedelta(minutes=2))
    early = handed_over(store, NOW + timedelta(minutes=1), Risk.ACCOUNT)
    urgent = handed_over(store, NOW + timedelta(minutes=3), Risk.HIGH)
    queue = store.handoffs.list()
    assert [t.conversation_id for t in queue] == [urgent.id, early.id, late.id]
    assert [t.position for t in queue] == [1, 2, 3]


def test_two_agents_claim_and_one_gets_it(store: Store) -> None:
    before = handed_over(store)
    opened = store.handoffs.list()[0]

    def claim(agent: str) -> str:
        try:
            return store.handoffs.claim(opened.id, agent, NOW).claimed_by or ""
        except TicketTaken:
            return "taken"

    with ThreadPoolExecutor(2) as pool:
        got = sorted(pool.map(claim, ["Ana", "Bo"]))
    assert got[1] == "taken"
    assert got[0] in {"Ana", "Bo"}
    assert store.load(before.id).state is ConversationState.CLAIMED


def test_only_the_claiming_agent_ends_a_ticket(store: Store) -> None:
    before = handed_over(store)
    ticket_id = store.handoffs.list()[0].id
    with pytest.raises(TicketTaken):
        store.handoffs.finish(ticket_id, "Ana", NOW, disposition="solved", remark="Done.")
    store.handoffs.claim(ticket_id, "Ana", NOW)
    with pytest.raises(TicketTaken):
        store.handoffs.finish(ticket_id, "Bo", NOW, disposition="solved", remark="Done.")
    ended = store.handoffs.finish(ticket_id, "Ana", NOW, disposition="solved", remark="Done.")
    assert (ended.state, ended.disposition) == (TicketState.RESOLVED, "solved")
    assert store.load(before.id).state is ConversationState.RESOLVED
    assert store.handoffs.list() == ()
    assert store.handoffs.list(TicketState.RESOLVED) == (ended,)


def test_events_grow_and_replay_from_any_of_them(store: Store) -> None:
    before = handed_over(store)
    events = store.events.of(before.id)
    assert [e.kind for e in events] == ["started", "turn", "turn", "handoff"]
    ids = [e.id for e in events]
    assert ids == sorted(set(ids))
    assert store.events.of(before.id, after=ids[1]) == events[2:]


def test_pieces_of_a_card_found_later_are_masked_everywhere(store: Store, tmp_path: Path) -> None:
    before = started(store)
    piece = RedactedText("4539 1488 0343")
    first = exchanged(before, piece, state=ConversationState.WAITING)
    store.keep(
        first,
        before=before,
        ticket=NewTicket(HandoffReason.SENSITIVE, f"said: {piece}", NOW),
    )
    now = store.load(before.id)
    masked = replace(now.turns[0], text=RedactedText("[CARD_1]"))
    later = exchanged(replace(now, turns=(masked, *now.turns[1:])))
    store.keep(later, before=now, ticket=None)
    assert store.load(before.id).turns[0].text == "[CARD_1]"
    assert store.handoffs.list()[0].summary == "said: [CARD_1]"
    store.close()
    for file in tmp_path.iterdir():
        assert piece.encode() not in file.read_bytes()


def test_unknown_ids_are_named(store: Store) -> None:
    conversation = started(store)
    with pytest.raises(UnknownConversation):
        store.load("nobody")
    with pytest.raises(UnknownTurn):
        store.turn(conversation.id, "nothing")
    with pytest.raises(UnknownTicket):
        store.handoffs.get("K-0000")
    with pytest.raises(UnknownTicket):
        store.handoffs.claim("K-0000", "Ana", NOW)
    with pytest.raises(UnknownConversation):
        store.keep(exchanged(Conversation(id="nobody")), before=Conversation("nobody"), ticket=None)


def test_an_agents_client_id_is_not_a_customers(store: Store) -> None:
    before = started(store)
    said = Turn("t1", NOW, Speaker.AGENT, RedactedText("Hi"), client_id="m1")
    assert store.append(said, before=before, after=before) == said
    assert store.append(said, before=before, after=before) == said
    with pytest.raises(ClientIdTaken):
        store.reply_to(before.id, "m1")


def test_a_vote_replaces_the_visitors_earlier_one(store: Store) -> None:
    for visitor, helpful in (("v1", True), ("v2", True), ("v1", False)):
        store.feedback.vote_article("a", "r1", visitor, helpful=helpful, comment=None, now=NOW)
    store.feedback.vote_article("a", "r2", "v1", helpful=True, comment=None, now=NOW)
    assert store.feedback.article_votes("a", "r1") == Votes(1, 1)
    assert store.feedback.article_votes("a", "r2") == Votes(1, 0)


def test_a_locked_database_is_unavailable_and_then_works_again(
    file_url: str, tmp_path: Path
) -> None:
    store = Store(file_url)
    store.upgrade()
    with store._database.read() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    other = sqlite3.connect(tmp_path / "firstline.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable, match="OperationalError: database is locked"):
        started(store)
    other.execute("ROLLBACK")
    other.close()
    assert store.load(started(store).id).turns == ()
    store.close()


def test_a_full_disk_refuses_writes_whole_reads_on_and_needs_no_restart(file_store: Store) -> None:
    before = started(file_store)
    with file_store._database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreUnavailable, match="disk is full"):
        file_store.keep(exchanged(before, "long " * 5000), before=before, ticket=None)
    assert file_store.load(before.id).turns == ()
    with file_store._database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    file_store.keep(exchanged(before), before=before, ticket=None)
    assert len(file_store.load(before.id).turns) == 2


def test_a_folder_of_any_name_holds_a_store_that_only_its_owner_reads(tmp_path: Path) -> None:
    data = tmp_path / "50% odd?name #1"
    store = Store.in_folder(data)
    store.upgrade()
    started(store)
    assert {file.name for file in data.iterdir()} == {
        "firstline.db",
        "firstline.db-shm",
        "firstline.db-wal",
    }
    assert {stat.S_IMODE(file.stat().st_mode) for file in data.iterdir()} == {0o600}
    store.close()


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="needs a zone"):
        store.start(Conversation(id="c"), now=NOW.replace(tzinfo=None))


def test_tables_of_the_first_version_take_the_names_of_agents(file_url: str) -> None:
    first = Database(file_url)
    first.upgrade("0001")
    with first.write() as connection:
        connection.execute(
            text(
                "INSERT INTO conversation VALUES ('c', :at, 'en', 'web', 'open', '{}', NULL, 0, '')"
            ),
            {"at": str(NOW.replace(tzinfo=None))},
        )
        connection.execute(
            text(
                "INSERT INTO turn (id, conversation_id, seq, at, speaker, text) "
                "VALUES ('t', 'c', 0, :at, 'agent', 'Hello')"
            ),
            {"at": str(NOW.replace(tzinfo=None))},
        )
    first.close()
    store = Store(file_url)
    store.upgrade()
    before = store.load("c")
    assert [(turn.text, turn.author) for turn in before.turns] == [("Hello", None)]
    said = Turn("t2", NOW, Speaker.AGENT, RedactedText("Hi"), author="Ana")
    store.append(said, before=before, after=before)
    assert store.load("c").turns[1] == said
    store.close()
