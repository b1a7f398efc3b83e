from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation import Conversation, ConversationState
from bot.deliveries import DeliveryKind, DeliveryState
from bot.store import Store
from bot.store_errors import UnknownDelivery
from tests.bot.small_store import NOW, exchanged, handed_over, started

LEASE = timedelta(seconds=30)


def write(store: Store, conversation_id: str) -> None:
    before = store.load(conversation_id)
    store.keep(exchanged(before), before=before, ticket=None)


def waiting(store: Store) -> list[DeliveryKind]:
    return [each.kind for each in store.outbox.list(DeliveryState.WAITING)]


def test_a_ticket_is_queued_with_its_turn_and_once(store: Store) -> None:
    before = handed_over(store)
    (row,) = store.outbox.list(DeliveryState.WAITING)
    ticket = store.handoffs.list()[0]
    assert (row.kind, row.conversation_id, row.ticket_id) == ("opened", before.id, ticket.id)
    assert row.key == f"opened-{ticket.id}"
    assert row.turn_id == before.turns[0].id


def test_messages_are_queued_while_a_ticket_is_open_and_never_else(store: Store) -> None:
    quiet = started(store)
    write(store, quiet.id)
    assert waiting(store) == []
    before = handed_over(store)
    write(store, before.id)
    ticket = store.handoffs.list()[0]
    store.handoffs.claim(ticket.id, "Ana", NOW)
    write(store, before.id)
    assert waiting(store) == ["opened", "message", "message"]
    store.handoffs.finish(ticket.id, "Ana", NOW, disposition="solved")
    write(store, before.id)
    assert len(waiting(store)) == 3


def test_what_is_refused_queues_nothing(store: Store) -> None:
    before = handed_over(store)
    stale = Conversation(id=before.id, state=ConversationState.WAITING)
    with pytest.raises(Exception, match=before.id):
        store.keep(exchanged(stale), before=stale, ticket=None)
    assert waiting(store) == ["opened"]


def test_a_ticket_goes_out_in_order_and_a_dead_one_holds_the_rest(store: Store) -> None:
    before = handed_over(store)
    write(store, before.id)
    (first,) = store.outbox.take(NOW, LEASE)
    assert (first.kind, first.attempts) == ("opened", 1)
    assert store.outbox.take(NOW, LEASE) == ()
    store.outbox.bury(first, "refused")
    assert store.outbox.take(NOW + timedelta(days=1), LEASE) == ()
    assert [each.error for each in store.outbox.list(DeliveryState.DEAD)] == ["refused"]
    store.outbox.revive(first.id, NOW)
    (again,) = store.outbox.take(NOW, LEASE)
    assert (again.key, again.attempts) == (first.key, 1)
    store.outbox.succeed(again, "42", NOW)
    (second,) = store.outbox.take(NOW, LEASE)
    assert second.kind == "message"
    assert store.outbox.ref_of(first.ticket_id) == "42"
    assert store.outbox.count(DeliveryState.DONE) == 1


def test_a_delivery_whose_worker_died_is_due_again(store: Store) -> None:
    handed_over(store)
    (first,) = store.outbox.take(NOW, LEASE)
    assert store.outbox.take(NOW + LEASE - timedelta(seconds=1), LEASE) == ()
    (second,) = store.outbox.take(NOW + LEASE, LEASE)
    assert (second.id, second.attempts) == (first.id, 2)


def test_a_late_failure_of_an_earlier_attempt_changes_nothing_and_a_late_success_counts(
    store: Store,
) -> None:
    handed_over(store)
    (first,) = store.outbox.take(NOW, LEASE)
    (second,) = store.outbox.take(NOW + LEASE, LEASE)
    store.outbox.bury(first, "late")
    assert store.outbox.count(DeliveryState.DEAD) == 0
    store.outbox.succeed(first, "42", NOW + LEASE)
    store.outbox.postpone(second, NOW, "late too")
    (done,) = store.outbox.list(DeliveryState.DONE)
    assert (done.ref, done.error) == ("42", None)


def test_a_postponed_delivery_waits_and_keeps_why(store: Store) -> None:
    handed_over(store)
    (first,) = store.outbox.take(NOW, LEASE)
    store.outbox.postpone(first, NOW + timedelta(seconds=5), "x" * 1000)
    assert store.outbox.take(NOW + timedelta(seconds=4), LEASE) == ()
    (second,) = store.outbox.take(NOW + timedelta(seconds=5), LEASE)
    assert second.error == "x" * 255


def test_many_workers_take_each_delivery_once(store: Store) -> None:
    tickets = {handed_over(store).id for _ in range(12)}

    def work(_: int) -> list[str]:
        return [each.conversation_id for each in store.outbox.take(NOW, LEASE, 3)]

    with ThreadPoolExecutor(6) as pool:
        taken = [each for batch in pool.map(work, range(12)) for each in batch]
    assert len(taken) == len(set(taken))
    while more := store.outbox.take(NOW, LEASE, 3):
        taken += [each.conversation_id for each in more]
    assert sorted(taken) == sorted(tickets)


def test_only_what_is_not_done_can_be_tried_again(store: Store) -> None:
    handed_over(store)
    (first,) = store.outbox.take(NOW, LEASE)
    store.outbox.succeed(first, None, datetime.now(UTC))
    for wrong in (first.id, 4711):
        with pytest.raises(UnknownDelivery):
            store.outbox.revive(wrong, NOW)
