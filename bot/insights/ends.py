"""Who could end a contact: an article, a fix of the product, a person; or nobody knows.

An owner's mark leads. Beside it only what the records show counts: why a person was called, what
was cited in vain, what came right after a change of the product. ``docs/content-owners.md`` has the
table.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.decision import HandoffReason
from bot.insights.driver_marks import EndsBy, Mark, Marks
from bot.insights.product_changes import ProductChange, waiting_for
from bot.insights.rates import change_of
from bot.measure.replayed import ReplayedConversation
from retrieval.article import Article

WEEK = timedelta(days=7)
_FROM_NOTHING = 6
"""Contacts after none that aren't chance: 2 × 0.5^6 is below 5 %."""

_FOR_PERSONS = frozenset(
    {HandoffReason.CUSTOMER_ASKED, HandoffReason.HIGH_RISK, HandoffReason.SENSITIVE}
)
_FOR_ARTICLES = frozenset(
    {HandoffReason.NO_ARTICLE, HandoffReason.LOW_CONFIDENCE, HandoffReason.NOT_GROUNDED}
)


class End(StrEnum):
    """Who ends a contact, or could."""

    ANSWERED = "answered"
    ARTICLE = "article"
    PRODUCT = "product"
    AGENT = "agent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the conversations.

    Attributes:
        marks: What owners say.
        gap_of: By conversation, the gap that it is counted for.
        articles: By intent, its articles in use.
        changes: Changes of the product.
        now: The time.
    """

    marks: Marks = field(default_factory=Marks)
    gap_of: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, Sequence[Article]] = field(default_factory=dict)
    changes: Sequence[ProductChange] = ()
    now: datetime | None = None

    def mark(self, conversation_id: str, driver: str) -> Mark | None:
        """What an owner says of a contact: of its gap, else of its intent."""
        gap = self.marks.gaps.get(self.gap_of.get(conversation_id, ""))
        return gap or self.marks.intents.get(driver)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a contact stands.

    Attributes:
        by: Who ended it or could.
        answered: Whether an article did, so that it cost no person's time.
    """

    by: End
    answered: bool


@dataclass(frozen=True, slots=True)
class _Surge:
    """Surely more contacts after a change of the product; whose they are to end."""

    since: datetime
    until: datetime
    by: End


def ends_of(rows: Sequence[tuple[ReplayedConversation, str]], known: Known) -> dict[str, Ended]:
    """By conversation, who ended it or could.

    Args:
        rows: Conversations, each with its driver.
        known: What is known beside them.
    """
    later = _later(rows)
    surges = _surges(rows, known)
    found = {}
    for each, driver in rows:
        back = later.get(each.conversation_id)
        answered = was_answered(each) and back is None
        mark = known.mark(each.conversation_id, driver)
        if mark is not None and mark.ends_by is EndsBy.PRODUCT:
            by = End.PRODUCT  # without its cause nobody would have asked
        elif answered:
            by = End.ANSWERED
        else:
            surge = next(
                (s.by for s in surges.get(driver, ()) if s.since <= each.started_at < s.until), None
            )
            by = _not_ended(each, back, mark, surge)
        found[each.conversation_id] = Ended(by, answered)
    return found


def _not_ended(
    each: ReplayedConversation,
    back: ReplayedConversation | None,
    mark: Mark | None,
    surge: End | None,
) -> End:
    if mark is not None and mark.ends_by is EndsBy.AGENT:
        return End.AGENT
    reason = _reason(each)
    if surge is not None and mark is None:
        return surge
    if reason in _FOR_PERSONS:
        return End.AGENT
    if _cites(each) and (back is not None or reason == HandoffReason.REPEATED):
        # No article ended it, though one was cited: a person did, or nobody knows what would.
        return End.AGENT if any(_has_agent(c) for c in (each, back) if c) else End.UNKNOWN
    unhelpful = any(not thumb.helpful for thumb in each.feedback or ())
    lacking = mark is not None or reason in _FOR_ARTICLES or (unhelpful and _cites(each))
    return End.ARTICLE if lacking else End.UNKNOWN


def was_answered(conversation: ReplayedConversation) -> bool:
    """Whether it ended with an answer that nobody called unhelpful, and without a person."""
    words = [turn.word for turn in conversation.turns if turn.word not in {None, "reply"}]
    unhelpful = any(not thumb.helpful for thumb in conversation.feedback or ())
    return words[-1:] == ["answer"] and not unhelpful and not was_handed_over(conversation)


def was_handed_over(conversation: ReplayedConversation) -> bool:
    """Whether a person took part, or was to."""
    return conversation.handoff is not None or any(
        turn.speaker == "agent" or turn.decision == "handoff" for turn in conversation.turns
    )


def _has_agent(conversation: ReplayedConversation) -> bool:
    return any(turn.speaker == "agent" for turn in conversation.turns)


def _cites(conversation: ReplayedConversation) -> bool:
    return any(turn.articles for turn in conversation.turns if turn.word == "answer")


def _reason(conversation: ReplayedConversation) -> str:
    """Why it was handed over last; empty where it wasn't."""
    reasons = [turn.reason for turn in conversation.turns if turn.decision == "handoff"]
    return (reasons[-1] or "") if reasons else ""


def _later(
    rows: Iterable[tuple[ReplayedConversation, str]],
) -> dict[str, ReplayedConversation]:
    """By conversation, the next one of the same customer for the same driver, within a week."""
    own: dict[tuple[str, str], list[ReplayedConversation]] = defaultdict(list)
    for each, driver in rows:
        if each.customer_id:
            own[each.customer_id, driver].append(each)
    found = {}
    for some in own.values():
        some.sort(key=lambda each: each.started_at)
        for each, following in pairwise(some):
            ended = max((turn.at for turn in each.turns), default=each.started_at)
            if following.started_at <= ended + WEEK:
                found[each.conversation_id] = following
    return found


def _surges(
    rows: Sequence[tuple[ReplayedConversation, str]], known: Known
) -> dict[str, list[_Surge]]:
    """By driver, the weeks after a change of the product that surely brought more contacts."""
    if not rows or not known.changes:
        return {}
    times: dict[str, list[datetime]] = defaultdict(list)
    for each, driver in rows:
        times[driver].append(each.started_at)
    first = min(min(each) for each in times.values())
    now = known.now or max(max(each) for each in times.values())
    found: dict[str, list[_Surge]] = defaultdict(list)
    for change in known.changes:
        at = change.at if change.at.tzinfo else change.at.replace(tzinfo=UTC)
        if not first <= at - WEEK <= at <= now:
            continue
        for driver, own in times.items():
            articles = [a for a in known.articles.get(driver, ()) if a.id in change.articles]
            after = sum(at <= each < at + WEEK for each in own)
            before = sum(at - WEEK <= each < at for each in own)
            if articles and _surely_more(after, before):
                waits = any(next(waiting_for(a, (change,), now), None) for a in articles)
                found[driver].append(_Surge(at, at + WEEK, End.ARTICLE if waits else End.PRODUCT))
    return found


def _surely_more(after: int, before: int) -> bool:
    if before == 0:
        return after >= _FROM_NOTHING
    low = change_of(after, before).low
    return low is not None and low > 0
