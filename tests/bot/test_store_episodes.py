from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.store import Store, new_id
from bot.store_episodes import EndedBy
from bot.store_errors import AlreadyRated, NotEnded, UnknownConversation
from redaction.redactor import RedactedText

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def said(store: Store, speaker: Speaker = Speaker.CUSTOMER, at: datetime = NOW) -> str:
    conversation = Conversation(id=new_id())
    store.start(conversation, now=NOW)
    store.append(
        Turn(new_id(), at, speaker, RedactedText("hello")), before=conversation, after=conversation
    )
    return conversation.id


def test_an_end_is_kept_with_who_helped(store: Store) -> None:
    by_agent = said(store, Speaker.AGENT)
    assert store.episodes.end(by_agent, NOW, EndedBy.CUSTOMER, "Done.")
    assert not store.episodes.end(by_agent, NOW, EndedBy.CUSTOMER, "Done.")
    end = store.episodes.last(by_agent)
    assert end is not None
    assert (end.number, end.agent_helped, end.solved, end.score) == (1, True, None, None)
    loaded = store.load(by_agent)
    assert loaded.state is ConversationState.RESOLVED
    assert [turn.text for turn in loaded.turns] == ["hello", "Done."]
    assert [event.kind for event in store.events.of(by_agent)][-1] == "resolved"


def test_each_end_is_rated_once(store: Store) -> None:
    this = said(store)
    with pytest.raises(NotEnded):
        store.episodes.rate(this, 5, None, NOW)
    with pytest.raises(NotEnded):
        store.episodes.solved(this, solved=True, now=NOW)
    store.episodes.end(this, NOW, EndedBy.CUSTOMER, "Done.")
    store.episodes.rate(this, 5, "good", NOW)
    store.episodes.rate(this, 5, "good", NOW)
    with pytest.raises(AlreadyRated):
        store.episodes.rate(this, 4, "good", NOW)
    store.episodes.solved(this, solved=True, now=NOW)
    store.episodes.solved(this, solved=False, now=NOW)
    end = store.episodes.last(this)
    assert end is not None
    assert (end.solved, end.score, end.comment) == (False, 5, "good")
    assert [(r.agent_helped, r.ended, r.rated, r.total) for r in store.episodes.ratings()] == [
        (False, 1, 1, 5),
        (True, 0, 0, 0),
    ]


def test_only_open_conversations_that_were_silent_long_enough_end(store: Store) -> None:
    silent, lively = said(store), said(store, at=NOW + timedelta(hours=2))
    untouched = Conversation(id=new_id())
    store.start(untouched, now=NOW)
    since, now = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
    assert store.episodes.end_silent(since, now, "Quiet.", lively) == 0
    assert store.episodes.end_silent(since, now, "Quiet.") == 1
    assert store.episodes.end_silent(since, now, "Quiet.") == 0
    assert store.load(silent).state is ConversationState.RESOLVED
    assert store.load(lively).state is ConversationState.OPEN
    assert store.load(untouched.id).state is ConversationState.OPEN


def test_unknown_conversations_are_named(store: Store) -> None:
    with pytest.raises(UnknownConversation):
        store.episodes.end("nobody", NOW, EndedBy.CUSTOMER, "Done.")
    with pytest.raises(UnknownConversation):
        store.contacts.put("nobody", b"box", NOW)


def test_contact_details_are_replaced_and_erased(store: Store) -> None:
    this = said(store)
    store.contacts.put(this, b"one", NOW)
    store.contacts.put(this, b"two", NOW)
    assert store.contacts.get(this) == b"two"
    assert store.contacts.erase(this, NOW, "customer")
    assert not store.contacts.erase(this, NOW, "customer")
    assert store.contacts.get(this) is None
    assert [entry.action for entry in store.audit.entries()] == ["contact.erase"]
