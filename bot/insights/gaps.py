"""Groups of misses become gaps: recognised from the last run, named, priced, ranked."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from bot.decision import Answer, Decision
from bot.insights.gap import DAYS_A_MONTH, Gap
from bot.insights.grouping import Ask, Group, Grouper
from bot.insights.miss import MissReason, find_misses
from bot.insights.naming import distinguishing_terms, title_of
from bot.insights.nearest import nearest_articles, owner_of
from bot.insights.progress import Played, next_state
from bot.insights.recognition import matched, new_id
from bot.knowledge import Knowledge
from bot.measure.replayed import ReplayedConversation
from bot.store_gaps import CLOSED, GapCase, GapState, KnownGap
from redaction.redactor import RedactedText

FEWEST_CONTACTS = 2
"""One message alone is no topic."""

_EXAMPLES = 8
_PLAYED = 10
_TOLD = 5
_ANSWER_WORDS = 6
_UNHELPED = frozenset(
    {
        MissReason.NOT_HELPFUL,
        MissReason.QUESTION_UNANSWERED,
        MissReason.CONTACTED_AGAIN,
        MissReason.DECLINED,
    }
)
_URGENCY = 0.5
_TREND = 0.5
_WEEK = timedelta(days=7)


class GapBook(Protocol):
    """Remembers gaps from run to run."""

    def known(self, source: str) -> Sequence[KnownGap]:
        """All gaps of a source."""
        ...

    def keep(self, gaps: Sequence[KnownGap]) -> None:
        """Adds or replaces gaps; a state that somebody changed since they were read stays."""
        ...

    def cases(self, gap_id: str) -> Sequence[GapCase]:
        """Messages that an owner confirmed as the gap's tests; none for a new gap."""
        ...


@dataclass(frozen=True, slots=True)
class Chatter:
    """What customers ask that is none of our topics.

    Attributes:
        title: Its most typical message, redacted.
        contacts: Conversations in the window.
    """

    title: str
    contacts: int

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


@dataclass(frozen=True, slots=True)
class GapFinder:
    """Finds gaps.

    Attributes:
        knowledge: The knowledge base in use.
        grouper: Groups misses over the same knowledge base.
        ask: What the assistant decides today.
        book: Remembers gaps.
        contact_cost: What a contact costs that a person handles.
        contradicted: Articles that another one contradicts.
        unhelpful: Articles that most readers' votes are against.
        outdated: Articles that don't tell of a change of the product yet.
    """

    knowledge: Knowledge
    grouper: Grouper
    ask: Ask
    book: GapBook
    contact_cost: float
    contradicted: Collection[str] = ()
    unhelpful: Collection[str] = ()
    outdated: Collection[str] = ()

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
        misses = self.grouper.proved(find_misses(real))
        every = self.grouper.groups(misses, now)
        groups = [group for group in every if len(group.misses) >= FEWEST_CONTACTS]
        ours = [group for group in groups if group.ours]
        known = self._recognised(ours, self.book.known(source), source, now)
        known = [self._played(group, gap, now) for group, gap in zip(ours, known, strict=True)]
        terms = distinguishing_terms(
            [[miss.text for miss in group.misses] for group in ours], self.knowledge.language
        )
        agents = _told(real)
        gaps = [
            self._gap(group, gap, words, days, last, agents)
            for group, gap, words in zip(ours, known, terms, strict=True)
        ]
        self.book.keep(known)
        return GapReport(
            at=now,
            days=days,
            conversations=len(real),
            misses=len(misses),
            alone=len(every) - len(groups),
            gaps=tuple(sorted(gaps, key=_rank)),
            chatter=tuple(
                Chatter(title_of(group.misses[0].text), len(group.misses))
                for group in groups
                if not group.ours
            ),
        )

    def _recognised(
        self, groups: Sequence[Group], before: Sequence[KnownGap], source: str, now: datetime
    ) -> list[KnownGap]:
        """Each group as the gap that it was last time, or as a new one."""
        embedder = self.knowledge.index.embedder
        model = embedder.sha256 if embedder is not None else ""
        same = matched(groups, [gap for gap in before if gap.model == model])
        taken = {gap.id for gap in before}
        found = []
        for place, group in enumerate(groups):
            old = same.get(place)
            if old is not None:
                found.append(replace(old, centre=group.centre, contacts=len(group.misses)))
                continue
            new = new_id(group.misses[0].text, taken)
            taken.add(new)
            found.append(
                KnownGap(
                    new,
                    source,
                    GapState.OPEN,
                    "",
                    group.centre,
                    model,
                    "",
                    0.0,
                    len(group.misses),
                    now,
                    now,
                )
            )
        return found

    def _played(self, group: Group, gap: KnownGap, now: datetime) -> KnownGap:
        """The gap in the state that its messages bring about today."""
        cases = self.book.cases(gap.id)
        in_vain = {article for miss in group.misses for article in miss.cited}
        if cases:
            wanted = [(case.text, case.article_id) for case in cases]
        else:
            texts = dict.fromkeys(miss.text for miss in group.misses)
            wanted = [(text, "") for text in list(texts)[:_PLAYED]]
        # The grouper redacted customers' messages, and an owner's words are nobody's.
        decisions = self.ask([RedactedText(text) for text, _ in wanted])
        passed = sum(
            _answers(decision, article, in_vain if not cases else ())
            for decision, (_, article) in zip(decisions, wanted, strict=True)
        )
        played = Played(
            passing=passed / len(wanted),
            index_version=self.knowledge.version,
            newest=max(miss.at for miss in group.misses),
            again=sum(miss.at > gap.changed_at for miss in group.misses),
            now=now,
            tested=bool(cases),
        )
        return next_state(gap, played)

    def _gap(
        self,
        group: Group,
        known: KnownGap,
        terms: tuple[str, ...],
        days: float,
        last: datetime,
        agents: Mapping[str, Sequence[str]],
    ) -> Gap:
        texts = list(dict.fromkeys(miss.text for miss in group.misses))
        cited = Counter(article for miss in group.misses for article in miss.cited)
        nearest = nearest_articles(
            self.knowledge,
            texts,
            cited,
            last.date(),
            self.contradicted,
            self.unhelpful,
            self.outdated,
        )
        monthly = len(group.misses) * DAYS_A_MONTH / days
        cost, trend = monthly * self.contact_cost, _trend(group, days, last)
        unhelped = sum(miss.reason in _UNHELPED for miss in group.misses) / len(group.misses)
        told = (text for miss in group.misses for text in agents.get(miss.conversation_id, ()))
        return Gap(
            id=known.id,
            title=title_of(texts[0]),
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
            told=tuple(self.grouper.redact(text) for text in islice(told, _TOLD)),
        )


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


def _answers(decision: Decision, article_id: str, in_vain: Collection[str]) -> bool:
    """Whether a message is answered, from the wanted article, or from one that had not failed."""
    if not isinstance(decision, Answer):
        return False
    cited = decision.citations[0].article_id
    return cited == article_id if article_id else cited not in in_vain


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
