"""What the records and the data folder say of themselves, for Prometheus."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.backup_file import LAST
from bot.metrics import Figure
from bot.spend import Scope
from bot.store import Store
from bot.store_errors import StoreError


def figures(store: Store, data: Path, clock: Callable[[], datetime]) -> Callable[[], list[Figure]]:
    """Asks for the figures of an installation, also while its database is down."""

    def ask() -> list[Figure]:
        return [*_waiting(store, clock()), *_backup(data)]

    return ask


def _waiting(store: Store, now: datetime) -> Iterator[Figure]:
    try:
        backlog = store.figures.backlog(now)
    except StoreError:
        yield Figure("firstline_store_up", "Whether the database can be read.", 0)
        return
    yield Figure("firstline_store_up", "Whether the database can be read.", 1)
    yield Figure("firstline_outbox_waiting", "Deliveries that wait.", backlog.deliveries)
    yield Figure(
        "firstline_outbox_oldest_seconds",
        "Age of the oldest delivery that waits.",
        _age(now, backlog.oldest_delivery),
    )
    yield Figure("firstline_outbox_dead", "Deliveries that were given up.", backlog.dead)
    yield Figure("firstline_queue_waiting", "Tickets that wait for an agent.", backlog.tickets)
    yield Figure(
        "firstline_queue_oldest_seconds",
        "Age of the oldest ticket that waits.",
        _age(now, backlog.oldest_ticket),
    )
    today = store.spend.spent(Scope.DAY, "", now.date().isoformat())
    yield Figure("firstline_model_calls_today", "Calls of language models today.", today.calls)
    yield Figure("firstline_model_tokens_today", "Tokens of language models today.", today.tokens)
    yield Figure(
        "firstline_model_money_today",
        "What language models cost today, in the currency of the prices.",
        today.micros / 1_000_000,
    )
    yield Figure(
        "firstline_queue_overdue", "Waiting tickets past their first reply.", backlog.overdue
    )
    yield Figure("firstline_queue_claimed", "Tickets that agents hold.", backlog.claimed)


def _age(now: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _backup(data: Path) -> Iterator[Figure]:
    try:
        at = datetime.fromisoformat((data / LAST).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return
    yield Figure(
        "firstline_last_backup_timestamp_seconds",
        "When the last good backup was made.",
        at.astimezone(UTC).timestamp(),
    )
