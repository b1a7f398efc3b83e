"""How a played case ended: the facts of it, and its row in the table of episodes.

The formulas are those of ``bot.measure``, so offline, replayed and live numbers can't disagree.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.decision import Risk
from bot.estimate import Estimate, unknown
from bot.measure.catalogue import CASE_METRICS, METRICS
from bot.measure.cohort import Cohort, cohort_of
from bot.measure.ending import CONTAINED, Ending, MeasureContext, ended_as
from bot.measure.episode_row import CaseChecks, CitedArticle, DecisionWord, EpisodeRow
from bot.measure.metric import Metric

_CLOSED = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
OFFLINE = MeasureContext(now=_CLOSED + timedelta(hours=24))
"""Cases are looked at once silence would settle how they ended."""

_REAL: tuple[DecisionWord, ...] = ("answer", "clarify", "handoff")
"""Decisions other than a reply, which changes nothing of how an episode ends."""

_NEEDS_LOG = "needs a log of real conversations"
UNKNOWABLE: Mapping[str, str] = {
    "unmet_handoff": "every handoff of a played case gets a ticket",
    "resolution_strict": _NEEDS_LOG,
    "durable_7d": _NEEDS_LOG,
    "fcr": _NEEDS_LOG,
    "bot_fcr": _NEEDS_LOG,
    "fin_pending": "every played case is closed",
    "chatwoot_reopen": _NEEDS_LOG,
    "chatwoot_durable": _NEEDS_LOG,
    "deflection_proxy": _NEEDS_LOG,
    "first_response_in_target": _NEEDS_LOG,
    "vote_rate": "a case has no customer who could vote",
    "self_service_resolution": _NEEDS_LOG,
}
"""Numbers that played cases can't give, and why: they are ``None``, never 0."""


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What is known of a played case.

    ``None`` means unknown: such a row stands in neither side of a formula that asks for it.

    Attributes:
        case_id: The case.
        risk: Labelled risk of what the customer is after.
        intent: Labelled intent.
        engaged: A request was stated. A conversation of which nothing but a fixed reply was
            expected, and which got nothing else, is not engaged.
        answerable: An article answers it.
        needs_human: A person is needed.
        first: First decision: answer, clarify, handoff or reply.
        last: Last decision.
        answers: Answers given, each with at least one citation.
        handed_off: A person took over.
        offered_agent: Every answer offered a person.
        right_article: The first citation of the first answer names an accepted article;
            ``None`` where nothing was answered or no article is known to be right.
        right_option: The first clarifying question offered an accepted article;
            ``None`` where none was asked.
        facts_present: Every required fact stands in the cited passages of the last answer.
        correct: Expected decision, accepted article, every fact, nothing forbidden, no leak.
        unscored: Why ``correct`` is ``None``.
        locale: What the page says its language is.
        cited: Articles that the answers cite.
        handoff_reason: Why a person took over.
        default_replies: Replies that the matter is none of ours.
        expected_ticket: Without the assistant this would have been a ticket.
    """

    case_id: str
    risk: Risk | None
    intent: str | None
    engaged: bool
    answerable: bool | None
    needs_human: bool | None
    first: str
    last: str
    answers: int
    handed_off: bool
    offered_agent: bool
    right_article: bool | None = None
    right_option: bool | None = None
    facts_present: bool | None = None
    correct: bool | None = None
    unscored: str = ""
    locale: str | None = None
    cited: tuple[str, ...] = ()
    handoff_reason: str | None = None
    default_replies: int = 0
    expected_ticket: bool | None = None

    @property
    def row(self) -> EpisodeRow:
        """Its row; a handoff gets a made-up ticket."""
        return _row_of(self)

    @property
    def ending(self) -> Ending:
        """How it ended."""
        return ended_as(self.row, OFFLINE)

    @property
    def contained(self) -> bool:
        """It ended with neither an agent nor an unmet handoff."""
        return self.ending in CONTAINED

    @property
    def verified(self) -> bool | None:
        """Contained, right, and no person was needed; ``None`` when that can't be told."""
        if not self.contained:
            return False
        if self.correct is None or self.needs_human is None:
            return None
        return self.correct and not self.needs_human

    @property
    def falsely_contained(self) -> bool | None:
        """Contained though a person was needed or with something wrong."""
        if not self.contained:
            return False
        verified = self.verified
        return None if verified is None else not verified


@lru_cache(maxsize=8192)  # a gate asks for the same rows again and again
def _row_of(case: CaseOutcome) -> EpisodeRow:
    last: DecisionWord | None = next((w for w in _REAL if w == case.last), None)
    return EpisodeRow(
        episode_id=case.case_id,
        conversation_id=case.case_id,
        channel="offline",
        locale=case.locale,
        last_turn_at=_CLOSED,
        closed_at=_CLOSED,
        engaged=case.engaged,
        intent=case.intent,
        risk=case.risk,
        involved=True,
        answers=case.answers,
        offered_agent=case.offered_agent,
        default_replies=case.default_replies,
        last_decision=last,
        handoff_at=_CLOSED if case.handed_off else None,
        handoff_reason=case.handoff_reason if case.handed_off else None,
        ticket_id=f"offline {case.case_id}" if case.handed_off else None,
        needs_human=case.needs_human,
        answerable=case.answerable,
        correct=case.correct,
        expected_ticket=case.expected_ticket,
        scored_by="checks" if case.correct is not None else None,
        unscored=case.unscored or None,
        citations=tuple(CitedArticle(0, article) for article in case.cited),
        checks=CaseChecks(case.first, case.right_article, case.right_option, case.facts_present),
    )


Rows = Sequence[CaseOutcome]
Formula = Callable[[Rows], Estimate]


def cohort(outcomes: Iterable[CaseOutcome]) -> Cohort:
    """The rows of played cases, each a conversation of its own."""
    return cohort_of((outcome.row for outcome in outcomes), OFFLINE)


def measured(metric: Metric, of: Cohort) -> Estimate:
    """A number over played cases."""
    reason = UNKNOWABLE.get(metric.name)
    return metric.measure(of) if reason is None else unknown(reason)


def _formula(metric: Metric) -> Formula:
    return lambda rows: measured(metric, cohort(rows))


FORMULAS: Mapping[str, Formula] = {
    name: _formula(metric) for name, metric in {**METRICS, **CASE_METRICS}.items()
}
"""Every formula over played cases by its name in ``run.json``."""
