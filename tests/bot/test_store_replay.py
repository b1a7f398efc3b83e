from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.store import Store
from bot.store_episodes import EndedBy
from tests.bot.small_store import NOW, exchanged, handed_over, started


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


def test_a_conversation_reads_as_an_export_would_have_it(store: Store) -> None:
    before = started(store)
    made = exchanged(before, "where is my card")
    store.keep(made, before=before, ticket=None)
    assert made.assistant is not None
    store.feedback.vote_turn(made.assistant.id, helpful=False, comment=None, now=NOW)
    store.episodes.end(before.id, NOW, EndedBy.CUSTOMER, "ended")
    store.episodes.rate(before.id, 2, None, NOW)
    (found,) = store.replay.conversations(NOW, NOW + timedelta(days=1))
    assert [(t.speaker, t.text, t.decision, t.articles) for t in found.turns] == [
        ("customer", "where is my card", None, ()),
        ("assistant", "Tap Freeze.", "answer", ("a",)),
        ("system", "ended", None, ()),
    ]
    assert [(vote.turn, vote.helpful) for vote in found.feedback or ()] == [(1, False)]
    assert found.rating is not None
    assert (found.rating.score, found.closed_at, found.is_test) == (2, NOW, False)
    assert list(store.replay.conversations(NOW + timedelta(days=1), NOW + timedelta(days=2))) == []


def test_a_handoff_comes_with_its_ticket(store: Store) -> None:
    handed_over(store)
    (found,) = store.replay.conversations(NOW, NOW + timedelta(days=1))
    assert found.handoff is not None
    assert found.handoff.ticket_id
