"""Counts how often articles are read; a count that is lost breaks no page."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from bot.store import Store
from bot.store_errors import StoreError
from bot.store_views import Views

logger = logging.getLogger(__name__)

EVERY = 10.0
"""Seconds between two writes, so that many readers are one."""


class ViewCounter:
    """Gathers counts and writes them now and then. Safe to call from threads.

    Args:
        store: The records.
        clock: Tells the day.
        every: Seconds between two writes.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], every: float = EVERY) -> None:
        self._store = store
        self._clock = clock
        self._every = every
        self._lock = threading.Lock()
        self._seen: dict[str, Views] = {}
        self._next = 0.0

    def count(self, article_id: str, found: bool) -> None:
        """Counts a reader of an article.

        Args:
            article_id: The article.
            found: Whether a search of the help site led there.
        """
        with self._lock:
            before = self._seen.get(article_id, Views())
            self._seen[article_id] = Views(before.views + 1, before.searches + found)
            if time.monotonic() < self._next:
                return
            self._next = time.monotonic() + self._every
            seen, self._seen = self._seen, {}
        try:
            self._store.views.add(self._clock().date(), seen)
        except StoreError:
            logger.warning("%d views of articles are lost", sum(v.views for v in seen.values()))
