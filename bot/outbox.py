"""Brings what is in the outbox to the helpdesk: again and again until it is there, or refused.

A worker that dies leaves its deliveries to be taken again after ``LEASE``. Any number of processes
may run one each.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.conversation import Conversation, Speaker
from bot.deliveries import Delivery, DeliveryKind
from bot.helpdesk.helpdesk import Helpdesk, HelpdeskRefused, HelpdeskUnavailable
from bot.spans import Tracer, span, traced
from bot.store import Store
from bot.store_errors import StoreError
from bot.threaded import threaded

logger = logging.getLogger(__name__)

ATTEMPT_SECONDS = 15.0
LEASE = timedelta(seconds=40)
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to try.

    Attributes:
        first_seconds: Longest wait after the first failure; it doubles with each further one.
        longest_seconds: No wait is longer, unless the helpdesk asks for one.
        give_up_after: What could not be delivered for so long is put aside.
        idle_seconds: How often to look when there was nothing to do.
    """

    first_seconds: float = 1.0
    longest_seconds: float = 30.0
    give_up_after: timedelta = timedelta(hours=24)
    idle_seconds: float = 1.0

    def wait(self, attempts: int, asked: float | None) -> timedelta:
        """How long to wait after so many attempts, with jitter so that not all come at once."""
        most = min(self.longest_seconds, self.first_seconds * 2.0 ** min(attempts - 1, 30))
        seconds = random.uniform(most / 2, most)  # noqa: S311  spreads load, guards nothing
        return timedelta(seconds=max(seconds, min(asked or 0.0, 3600.0)))


def _now() -> datetime:
    return datetime.now(UTC)


class Carrier(Protocol):
    """Delivers what is not for the helpdesk."""

    async def carry(self, delivery: Delivery) -> None:
        """Delivers it, or finds that there is nothing to tell any more.

        Raises:
            HelpdeskUnavailable: Try again.
            HelpdeskRefused: Put it aside.
        """
        ...


class OutboxWorker:
    """Takes what is due and delivers it.

    Args:
        store: The records.
        helpdesk: Where it goes.
        patience: How often and how long to try.
        clock: Tells the time.
        carriers: Deliver what is not for the helpdesk; a kind without one is dropped.
        tracer: Traces each attempt.
    """

    def __init__(
        self,
        store: Store,
        helpdesk: Helpdesk,
        patience: Patience | None = None,
        clock: Callable[[], datetime] = _now,
        carriers: Mapping[DeliveryKind, Carrier] | None = None,
        tracer: Tracer | None = None,
    ) -> None:
        self._store = store
        self._helpdesk = helpdesk
        self._carriers = carriers or {}
        self._patience = patience or Patience()
        self._clock = clock
        self._tracer = tracer

    async def run(self, stop: asyncio.Event) -> None:
        """Delivers until ``stop`` is set; what is under way then is finished."""
        while not stop.is_set():
            try:
                delivered = await self.deliver_due()
            except StoreError as error:
                logger.warning("outbox pauses: %s", error)
                delivered = 0
            if delivered:
                continue
            try:
                async with asyncio.timeout(self._patience.idle_seconds):
                    await stop.wait()
            except TimeoutError:
                continue

    async def deliver_due(self) -> int:
        """Tries everything that is due, ``AT_ONCE`` at most; gives how many were tried.

        Raises:
            StoreError: When the outbox cannot be read or written now.
        """
        due = await threaded(self._store.outbox.take, self._clock(), LEASE, AT_ONCE)
        await asyncio.gather(*(self._try(each) for each in due))
        return len(due)

    async def _try(self, delivery: Delivery) -> None:
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                ref = await self._traced(delivery)
        except HelpdeskRefused as error:
            await self._put_aside(delivery, str(error))
        except HelpdeskUnavailable as error:
            await self._again(delivery, str(error), error.retry_after)
        except TimeoutError:
            await self._again(delivery, "no answer in time", None)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  an adapter's slip must not stop the others
            # Its message may quote the customer.
            await self._again(delivery, f"failed: {type(error).__name__}", None)
        else:
            await threaded(self._store.outbox.succeed, delivery, ref, self._clock())

    async def _traced(self, delivery: Delivery) -> str | None:
        with traced(self._tracer), span("delivery") as seen:
            seen.note(
                kind=delivery.kind.value,
                conversation_id=delivery.conversation_id,
                ticket_id=delivery.ticket_id,
                attempt=delivery.attempts,
            )
            return await self._deliver(delivery)

    async def _deliver(self, delivery: Delivery) -> str | None:
        if delivery.kind not in {DeliveryKind.OPENED, DeliveryKind.MESSAGE}:
            carrier = self._carriers.get(delivery.kind)
            if carrier is not None:
                await carrier.carry(delivery)
            return None
        ticket = await threaded(self._store.handoffs.get, delivery.ticket_id)
        if delivery.kind is DeliveryKind.OPENED:
            conversation = await threaded(self._store.load, delivery.conversation_id)
            until = _up_to(conversation, delivery.turn_id)
            return await self._helpdesk.open(ticket, until, delivery.key)
        turn = await threaded(self._store.turn, delivery.conversation_id, delivery.turn_id)
        ref = await threaded(self._store.outbox.ref_of, delivery.ticket_id)
        await self._helpdesk.add(ticket, turn, ref, delivery.key)
        return None

    async def _again(self, delivery: Delivery, why: str, asked: float | None) -> None:
        now = self._clock()
        if now - delivery.created_at >= self._patience.give_up_after:
            await self._put_aside(delivery, why)
            return
        until = now + self._patience.wait(delivery.attempts, asked)
        await threaded(self._store.outbox.postpone, delivery, until, why)

    async def _put_aside(self, delivery: Delivery, why: str) -> None:
        logger.error("delivery put aside key=%s attempts=%d", delivery.key, delivery.attempts)
        await threaded(self._store.outbox.bury, delivery, why)


def _up_to(conversation: Conversation, turn_id: str) -> Conversation:
    """The conversation as far as a customer's turn and the reply to it."""
    turns = conversation.turns
    place = next((n for n, turn in enumerate(turns) if turn.id == turn_id), len(turns) - 1)
    replied = place + 1 < len(turns) and turns[place + 1].speaker is Speaker.ASSISTANT
    return replace(conversation, turns=turns[: place + (2 if replied else 1)])
