"""``firstline kb health --dismiss``: a contradiction that an owner looked at and that is none."""

from collections.abc import Sequence
from datetime import datetime

from bot.accounts import OPERATOR
from bot.config import Settings
from bot.errors import FirstlineError
from bot.gap_finding import masked
from bot.insights.dismissed import without
from bot.insights.golden_tests import own_line
from bot.insights.health import ArticleHealth
from bot.store import Store
from bot.store_dismissals import Dismissal


class DismissalError(FirstlineError):
    """Nothing can be dismissed by this key, or no reason is given."""


def dismiss_contradiction(
    settings: Settings,
    store: Store,
    health: Sequence[ArticleHealth],
    key: str,
    reason: str,
    now: datetime,
) -> tuple[ArticleHealth, ...]:
    """Dismiss a contradiction for good, and look at the rest.

    Args:
        settings: How personal data is found in the reason.
        store: Keeps it, and who said so.
        health: What was found.
        key: The contradiction.
        reason: Why it is none.
        now: The time.

    Raises:
        DismissalError: Nothing found has this key, or the reason is missing.
        bot.insights.golden_tests.MessagesFileError: The reason holds personal data.
    """
    if not any(issue.key == key for each in health for issue in each.issues):
        raise DismissalError(f"no contradiction {key} is named: take its key from the list")
    if not reason.strip():
        raise DismissalError(f"{key}: say why it is no contradiction, with --reason")
    why = own_line(reason, masked(settings), "--reason")
    store.dismissals.add(Dismissal(key, why, OPERATOR, now))
    return without(health, {key})
