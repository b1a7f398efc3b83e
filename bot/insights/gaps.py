"""Groups of misses become gaps: recognised from the last run, named, priced, ranked."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from bot.insights.costs import ContactCosts, priced
from bot.insights.gap import DAYS_A_MONTH, Gap
from bot.insights.gap_states import FEWEST_CONTACTS, GapBook, GapStates, Stood
from bot.insights.gist import gist
from bot.insights.grouping import Group, Grouper
from bot.insights.miss import MissReason, find_misses
from bot.insights.naming import distinguishing_terms, title_of
from bot.insights.nearest import nearest_articles, owner_of
from bot.insights.outcome import Judge
from bot.knowledge import Knowledge
from bot.measure.replayed import ReplayedConversation
from bot.store_gaps import CLOSED

_EXAMPLES = 8
_TOLD = 5
_ANSWER_WORDS = 6
_UNHELPED = frozenset(
    {
        MissReason.NOT_HELPFUL,
        MissReason.QUESTION_UNANSWERED,
        MissReason.CONTACTED_AGAIN,
        MissReason.DECLINED,
        MissReason.DECLINED_IN_VAIN,
    }
)
_URGENCY = 0.5
_TREND = 0.5
_WEEK = timedelta(days=7)

Tell = Callable[[str], None]
"""Told what goes on, a line a stage."""


def quiet(_line: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Chatter:
    """What customers ask that is none of our topics.

    Attributes:
        title: Its most typical message, redacted.
        contacts: Conversations in the window.
        text: That message.
    """

    title: str
    contacts: int
    text: str = ""

    def record(self) -> dict[str, object]:
        """It as JSON."""
        return {"title": self.title, "contacts": self.contacts}


@dataclass(frozen=True, slots=True)
class GapReport:
    """What a run found.

    Attributes:
        at: When.
        days: Length of the window.
        conversations: Conversations in it, test traffic left out.
        misses: Those that ended without a right answer.
        alone: Misses that nothing else is like.
        gaps: The dearest first, closed ones last.
        chatter: What is none of our topics, the most frequent first.
    """

    at: datetime
    days: float
    conversations: int
    misses: int
    alone: int
    gaps: tuple[Gap, ...]
    chatter: tuple[Chatter, ...]

    @property
    def is_young(self) -> bool:
        """Whether less than a week is known: a month's figures would be a guess."""
        return self.days < _WEEK.days


@dataclass(frozen=True, slots=True)
class GapFinder:
    """Finds gaps.

    Attributes:
        knowledge: The knowledge base in use.
        grouper: Groups misses over the same knowledge base.
        judge: What the assistant decides today, and why.
        book: Remembers gaps.
        costs: What a contact costs that a person handles, by its channel.
        contradicted: Articles that another one contradicts.
        unhelpful: Articles that most readers' votes are against.
        outdated: Articles that don't tell of a change of the product yet.
        tell: Told what goes on.
    """

    knowledge: Knowledge
    grouper: Grouper
    judge: Judge
    book: GapBook
    costs: ContactCosts
    contradicted: Collection[str] = ()
    unhelpful: Collection[str] = ()
    outdated: Collection[str] = ()
    tell: Tell = quiet

    def find(
        self, conversations: Iterable[ReplayedConversation], source: str, now: datetime
    ) -> GapReport:
        """Find the gaps of some conversations, and remember them.

        Args:
            conversations: What happened in the window.
            source: ``live`` or ``export``; each keeps its own gaps.
            now: The time of the run.
        """
        real = [each for each in conversations if not each.is_test]
        times = [each.started_at for each in real]
        first, last = min(times, default=now), max(times, default=now)
        days = max(1.0, (last - first) / timedelta(days=1))
        self.tell(f"{len(real):,} conversations: looking for those that ended without an answer")
        misses, answered = self.grouper.proved(find_misses(real))
        self.tell(f"{len(misses):,} messages ended without an answer: grouping them")
        helped, earlier = self.grouper.helped(answered), self.grouper.helped(misses)
        every = self.grouper.groups(misses, now)
        groups = [group for group in every if len(group.misses) >= FEWEST_CONTACTS]
        ours = [group for group in groups if group.ours]
        self.tell(f"{len(ours):,} gaps: asking the assistant again")
        states = GapStates(self.knowledge, self.grouper, self.judge, self.book)
        stood = states.brought_up(ours, helped, source, now, earlier)
        terms = distinguishing_terms(
            [[gist(t) for t in (_texts(each.group) or each.texts)] for each in stood],
            self.knowledge.language,
        )
        agents = _told(real)
        channels = {each.conversation_id: each.channel for each in real}
        gaps = [
            self._gap(each, words, days, last, agents, channels)
            for each, words in zip(stood, terms, strict=True)
        ]
        return GapReport(
            at=now,
            days=days,
            conversations=len(real),
            misses=len(misses),
            alone=len(every) - len(groups),
            gaps=tuple(sorted(gaps, key=_rank)),
            chatter=tuple(_chatter(group) for group in groups if not group.ours),
        )

    def _gap(
        self,
        stood: Stood,
        terms: tuple[str, ...],
        days: float,
        last: datetime,
        agents: Mapping[str, Sequence[str]],
        channels: Mapping[str, str | None],
    ) -> Gap:
        known, group, texts = stood.gap, stood.group, stood.texts
        cited = Counter(article for miss in group.misses for article in miss.cited)
        nearest = nearest_articles(
            self.knowledge,
            [gist(text) for text in texts],
            cited,
            last.date(),
            self.contradicted,
            self.unhelpful,
            self.outdated,
        )
        monthly = len(group.misses) * DAYS_A_MONTH / days
        paid = priced([channels.get(miss.conversation_id) for miss in group.misses], self.costs)
        cost, trend = paid.total * DAYS_A_MONTH / days, _trend(group, days, last)
        in_vain = sum(miss.reason in _UNHELPED for miss in group.misses)
        unhelped = in_vain / max(1, len(group.misses))
        told = (text for miss in group.misses for text in agents.get(miss.conversation_id, ()))
        return Gap(
            id=known.id,
            title=title_of(gist(texts[0])),
            terms=terms,
            contacts=len(group.misses),
            monthly=monthly,
            cost_month=cost,
            trend=trend,
            reasons=dict(Counter(miss.reason.value for miss in group.misses).most_common()),
            nearest=nearest,
            owner=owner_of(self.knowledge, nearest),
            state=known.state,
            examples=tuple(texts[:_EXAMPLES]),
            conversation_ids=tuple(miss.conversation_id for miss in group.misses),
            worth=cost * (1 + _URGENCY * unhelped) * (1 + _TREND * max(-0.5, min(1.0, trend))),
            told=tuple(self.grouper.redact(text) for text in islice(dict.fromkeys(told), _TOLD)),
            outcomes=stood.outcomes,
        )


def _chatter(group: Group) -> Chatter:
    text = group.misses[0].text
    return Chatter(title_of(gist(text)), len(group.misses), text)


def _texts(group: Group) -> list[str]:
    return [miss.text for miss in group.misses]


def _told(conversations: Sequence[ReplayedConversation]) -> dict[str, list[str]]:
    """By conversation, what agents wrote that may hold an answer."""
    return {
        each.conversation_id: [
            turn.text
            for turn in each.turns
            if turn.speaker == "agent" and len(turn.text.split()) >= _ANSWER_WORDS
        ]
        for each in conversations
    }


def _rank(gap: Gap) -> tuple[bool, float, str]:
    """Open before closed, then by worth."""
    return gap.state in CLOSED, -gap.worth, gap.id


def _trend(group: Group, days: float, last: datetime) -> float:
    """Contacts of the last week against those of the week before."""
    if days < 2 * _WEEK.days:
        return 0.0
    newer = sum(miss.at > last - _WEEK for miss in group.misses)
    older = sum(last - 2 * _WEEK < miss.at <= last - _WEEK for miss in group.misses)
    return (newer - older) / max(1, older)
