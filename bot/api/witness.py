"""Puts what staff do on the audit chain: every change they ask for, and whom they read about.

A change is noted before it is made: what cannot be noted is not done. That it was asked for is what
the row says; what came of it stands in the conversation's events.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable

from fastapi import Request
from fastapi.routing import APIRoute

from bot.staff import StaffAccess
from bot.store_handoffs import ALPHABET
from bot.threaded import threaded

READ_AGAIN = 900.0
"""Seconds after which looking at a ticket is noted anew: the inbox looks every few seconds."""

_REMEMBERED = 10_000
# What else stands in an address is the sender's, and could be a card number.
_TICKET = re.compile(rf"K-[{ALPHABET}]{{4,10}}")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Witness:
    """Notes requests of staff.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def note(self, request: Request, staff: StaffAccess, actor: str, actor_id: str) -> None:
        """Notes a request that its guard lets through."""
        ticket = request.path_params.get("ticket_id") or request.query_params.get("ticket", "")
        known = _TICKET.fullmatch(ticket) is not None
        object_ = f"ticket:{ticket}" if known else f"account:{actor_id}"
        if request.method not in _SAFE:
            await threaded(staff.note, actor, _action(request), object_, by=actor_id)
        elif known and self._is_news(actor_id, ticket):
            await threaded(staff.note, actor, "ticket.read", object_, by=actor_id)

    def _is_news(self, actor_id: str, ticket: str) -> bool:
        now, looked = self._clock(), (actor_id, ticket)
        if now - self._read.get(looked, -READ_AGAIN) < READ_AGAIN:
            return False
        self._read[looked] = now
        self._read.move_to_end(looked)
        while len(self._read) > _REMEMBERED:
            self._read.popitem(last=False)
        return True


def _action(request: Request) -> str:
    """The route's group and name, as ``handoffs.claim``."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return "unknown"
    group = str(route.tags[0]) if route.tags else "pages"
    return f"{group}.{route.name.strip('_')}"
