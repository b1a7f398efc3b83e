"""Where known gaps stand after a run: those that it found, found answered, or did not meet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from bot.insights.grouping import Group, Grouper
from bot.insights.outcome import Judge, Outcome, outcome_of
from bot.insights.progress import TESTS_FAIL, Played, next_state
from bot.insights.recognition import matched, new_id
from bot.knowledge import Knowledge
from bot.store_gaps import GapCase, GapState, KnownGap
from redaction.redactor import RedactedText

FEWEST_CONTACTS = 2
"""One message alone is no topic."""

_PLAYED = 10


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
class Stood:
    """A gap to be shown.

    Attributes:
        gap: As it is now.
        group: Its messages in this run.
        texts: What it is named by: messages, or its tests where no message is left.
        outcomes: What came of its tests, or of its typical messages.
    """

    gap: KnownGap
    group: Group
    texts: tuple[str, ...]
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class GapStates:
    """Brings known gaps up to date.

    Attributes:
        knowledge: The knowledge base in use.
        grouper: Groups messages over the same knowledge base.
        judge: What the assistant decides today, and why.
        book: Remembers gaps.
    """

    knowledge: Knowledge
    grouper: Grouper
    judge: Judge
    book: GapBook

    def brought_up(
        self,
        groups: Sequence[Group],
        helped: Sequence[Group],
        source: str,
        now: datetime,
        earlier: Sequence[Group] = (),
    ) -> list[Stood]:
        """The gaps to be shown; all that changed are kept.

        Args:
            groups: Misses of this run, about our topics.
            helped: Messages that were misses in the last run and are answered now.
            source: ``live`` or ``export``.
            now: The time of the run.
            earlier: This run's misses in the groups of the last one: a new index may merge two, and
                the gap that is left without a group is judged by its own messages.
        """
        before = self.book.known(source)
        comparable = [gap for gap in before if gap.model == self._model()]
        answered = {gap.id: helped[place] for place, gap in matched(helped, comparable).items()}
        found = self._recognised(groups, before, comparable, source, now)
        met = {gap.id for gap in found}
        stood = [
            self._with_answered(group, gap, answered.get(gap.id), now)
            for group, gap in zip(groups, found, strict=True)
        ]
        others = [gap for gap in before if gap.id not in met]
        left = [gap for gap in comparable if gap.id not in met and gap.id not in answered]
        merged = {gap.id: earlier[place] for place, gap in matched(earlier, left).items()}
        own = {**merged, **answered}
        unmet = [self._unmet(gap, own.get(gap.id), now) for gap in others]
        moved = [new.gap for old, new in zip(others, unmet, strict=True) if new.gap is not old]
        self.book.keep([*(each.gap for each in stood), *moved])
        shown = (each for each in unmet if each.group.misses or each.gap.reason == TESTS_FAIL)
        every = [*stood, *(each for each in shown if each.texts)]
        misses = {gap.id: group for group, gap in zip(groups, found, strict=True)}
        self.grouper.remember([(own, misses.get(key)) for key, own in answered.items()])
        return every

    def _model(self) -> str:
        embedder = self.knowledge.index.embedder
        return embedder.sha256 if embedder is not None else ""

    def _recognised(
        self,
        groups: Sequence[Group],
        before: Sequence[KnownGap],
        comparable: Sequence[KnownGap],
        source: str,
        now: datetime,
    ) -> list[KnownGap]:
        """Each group as the gap that it was last time, or as a new one."""
        same = matched(groups, comparable)
        taken = {gap.id for gap in before}
        found = []
        for place, group in enumerate(groups):
            old = same.get(place)
            if old is not None:
                found.append(_of(old, group))
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
                    self._model(),
                    "",
                    0.0,
                    len(group.misses),
                    now,
                    now,
                )
            )
        return found

    def _with_answered(
        self, group: Group, gap: KnownGap, answered: Group | None, now: datetime
    ) -> Stood:
        """The gap of some misses, with the answered ones where these close it."""
        if answered is not None:
            whole = self.grouper.one_group([*group.misses, *answered.misses])
            moved, outcomes = self._played(whole, _of(gap, whole), now)
            if moved.state is GapState.VERIFIED:
                return _stood(moved, whole, outcomes)
        moved, outcomes = self._played(group, gap, now)
        return _stood(moved, group, outcomes)

    def _unmet(self, gap: KnownGap, answered: Group | None, now: datetime) -> Stood:
        """A gap without a group in this run: answered now, merged, or played by its tests alone."""
        nothing = Group((), gap.centre, ours=True)
        if gap.state is GapState.DISMISSED:
            return Stood(gap, nothing, ())
        if answered is not None and len(answered.misses) >= FEWEST_CONTACTS:
            moved, outcomes = self._played(answered, _of(gap, answered), now)
            if moved.state is GapState.VERIFIED or moved.state is not gap.state:
                return _stood(moved, answered, outcomes)
        tests = tuple(dict.fromkeys(case.text for case in self.book.cases(gap.id)))
        if not tests:
            return Stood(gap, nothing, ())
        moved, outcomes = self._played(nothing, gap, now)
        return Stood(moved, nothing, tests, outcomes)

    def _played(
        self, group: Group, gap: KnownGap, now: datetime
    ) -> tuple[KnownGap, tuple[Outcome, ...]]:
        """The gap in the state that its tests, or else its messages, bring about today; and how."""
        cases = self.book.cases(gap.id)
        in_vain = {article for miss in group.misses for article in miss.cited}
        if cases:
            wanted, in_vain = list(cases), set()
        else:
            texts = dict.fromkeys(miss.text for miss in group.misses)
            wanted = [GapCase(text) for text in list(texts)[:_PLAYED]]
        # The grouper redacted customers' messages, and an owner's words are nobody's.
        judged = self.judge([RedactedText(case.text) for case in wanted])
        outcomes = tuple(
            outcome_of(case, each, self.knowledge, confirmed=bool(cases), in_vain=in_vain)
            for case, each in zip(wanted, judged, strict=True)
        )
        times = [miss.at for miss in group.misses]
        played = Played(
            passing=sum(each.passes for each in outcomes) / len(wanted),
            index_version=self.knowledge.version,
            newest=max(times, default=now),
            again=sum(at > gap.changed_at for at in times),
            now=now,
            tested=bool(cases),
            indexed_at=indexed_at(self.knowledge.version),
        )
        return next_state(gap, played), outcomes


def _of(gap: KnownGap, group: Group) -> KnownGap:
    return replace(gap, centre=group.centre, contacts=len(group.misses))


def _stood(gap: KnownGap, group: Group, outcomes: tuple[Outcome, ...]) -> Stood:
    return Stood(gap, group, tuple(dict.fromkeys(miss.text for miss in group.misses)), outcomes)


def indexed_at(version: str) -> datetime | None:
    """When an index was made, which its name begins with."""
    try:
        return datetime.strptime(version[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
