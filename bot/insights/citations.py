"""When each article was cited, week by week, and the conversations that cite it."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.measure.replayed import ReplayedConversation

LAST_KEPT = 50
"""Conversations that are named of each article, the newest."""


@dataclass(frozen=True, slots=True)
class Citations:
    """How one article was cited.

    Attributes:
        weeks: Answers that cite it, by the Monday of their week.
        conversation_ids: The newest conversations that cite it, the newest first.
    """

    weeks: Mapping[date, int]
    conversation_ids: tuple[str, ...]


def citations_of(conversations: Iterable[ReplayedConversation]) -> dict[str, Citations]:
    """The citations of every article that was cited; test traffic is left out.

    Args:
        conversations: The oldest first.
    """
    weeks: dict[str, Counter[date]] = defaultdict(Counter)
    newest: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=LAST_KEPT))
    for each in conversations:
        if each.is_test:
            continue
        own: set[str] = set()
        for turn in each.turns:
            for name in dict.fromkeys(turn.articles or ()):
                weeks[name][monday_of(turn.at.date())] += 1
                own.add(name)
        for name in own:
            newest[name].appendleft(each.conversation_id)
    return {
        name: Citations(dict(sorted(counted.items())), tuple(newest[name]))
        for name, counted in weeks.items()
    }


def monday_of(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())
