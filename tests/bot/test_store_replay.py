from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.decision import Risk
from bot.evidence import Evidence, IntentScore
from bot.measure.ending import MeasureContext
from bot.measure.row_json import row_json
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


def test_an_intent_below_a_half_is_none_for_lists_and_stays_one_for_figures(store: Store) -> None:
    for probability in (0.23, 0.5):
        before = started(store)
        made = exchanged(before, "can I open a joint account")
        assert made.assistant is not None
        seen = Evidence("en", intents=(IntentScore("age_limit", probability, Risk.LOW),))
        turn = replace(made.assistant, evidence=seen)
        store.keep(replace(made, assistant=turn), before=before, ticket=None)
    found = store.replay.conversations(NOW, NOW + timedelta(days=1))
    assert sorted(each.intent or "" for each in found) == ["", "age_limit"]
    rows = store.logged.episodes(MeasureContext(NOW, NOW - timedelta(days=1)))
    assert [row.intent for row in rows] == ["age_limit"] * 2
    assert sorted(row.unsure for row in rows) == [False, True]
    assert not [row for row in map(row_json, rows) if "unsure" in row]
