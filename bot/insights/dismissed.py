"""Issues that an owner looked at and dismissed, taken out of what is to be fixed."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from bot.insights.health import ArticleHealth, first_to_fix


def without(
    health: Iterable[ArticleHealth], dismissed: Collection[str]
) -> tuple[ArticleHealth, ...]:
    """An examination without some issues.

    Args:
        health: What was found.
        dismissed: Keys of the issues to leave out.
    """
    kept = (
        replace(each, issues=tuple(i for i in each.issues if not i.key or i.key not in dismissed))
        for each in health
    )
    return first_to_fix(kept)
