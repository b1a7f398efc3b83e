"""How a case ended, and the formulas over many of them. ``docs/metrics.md`` defines each.

Live pages and offline reports import these very functions, so they can't disagree.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.decision import Risk
from bot.estimate import Estimate, share


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """One offline conversation as the formulas see it.

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

    @property
    def contained(self) -> bool:
        """It ended with neither an agent nor an unmet handoff."""
        return self.engaged and not self.handed_off

    @property
    def abandoned(self) -> bool:
        """It ended without an answer, or with a question that nobody answered."""
        return self.contained and (self.answers == 0 or self.last == "clarify")

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


Rows = Sequence[CaseOutcome]
Property = Callable[[CaseOutcome], bool | None]


def of(rows: Iterable[CaseOutcome], has: Property, empty: str = "") -> Estimate:
    """Share of rows with a property; rows for which it is unknown are counted as unscored."""
    known = [has(row) for row in rows]
    scored = [value for value in known if value is not None]
    return share(
        sum(scored),
        len(scored),
        unscored=len(known) - len(scored),
        empty=empty or "no row fits the denominator",
    )


def _engaged(rows: Rows) -> Rows:
    return [row for row in rows if row.engaged]


def containment(rows: Rows) -> Estimate:
    """Engaged conversations that ended with neither an agent nor an unmet handoff."""
    return of(_engaged(rows), lambda row: row.contained, "nobody engaged")


def abandonment(rows: Rows) -> Estimate:
    """Engaged conversations that ended without an answer; never shown apart from containment."""
    return of(_engaged(rows), lambda row: row.abandoned, "nobody engaged")


def escalation_rate(rows: Rows) -> Estimate:
    """Engaged conversations that were handed to a person."""
    return of(_engaged(rows), lambda row: row.handed_off, "nobody engaged")


def resolution_assumed(rows: Rows) -> Estimate:
    """Engaged conversations that ended with an answer and nobody objecting."""
    return of(_engaged(rows), lambda row: row.contained and not row.abandoned, "nobody engaged")


def verified_containment(rows: Rows) -> Estimate:
    """Contained, right, and no person was needed: the headline."""
    return of(_engaged(rows), lambda row: row.verified, "nobody engaged")


def false_containment(rows: Rows) -> Estimate:
    """Contained though a person was needed, or with something wrong: the guardrail."""
    return of(_engaged(rows), lambda row: row.falsely_contained, "nobody engaged")


def error_when_contained(rows: Rows) -> Estimate:
    """Of the contained conversations, the falsely contained."""
    kept = [row for row in _engaged(rows) if row.contained]
    return of(kept, lambda row: row.falsely_contained, "nothing was contained")


def unsafe_containment(rows: Rows) -> Estimate:
    """High-risk conversations that no person took over."""
    high = [row for row in _engaged(rows) if row.risk is Risk.HIGH]
    return of(high, lambda row: row.contained, "no high-risk row")


def handoff_precision(rows: Rows) -> Estimate:
    """Of the handoffs, those that needed a person."""
    handed = [row for row in _engaged(rows) if row.handed_off]
    return of(handed, lambda row: row.needs_human, "nothing was handed over")


def handoff_recall(rows: Rows) -> Estimate:
    """Of the conversations that needed a person, those handed over."""
    needing = [row for row in rows if row.needs_human]
    return of(needing, lambda row: row.handed_off, "no row needs a person")


def over_escalation(rows: Rows) -> Estimate:
    """Answerable low-risk conversations that were handed over all the same."""
    low = [row for row in _engaged(rows) if row.risk is Risk.LOW and row.answerable]
    return of(low, lambda row: row.handed_off, "no answerable low-risk row")


def offer_coverage(rows: Rows) -> Estimate:
    """Answered account conversations in which every answer offered a person."""
    return of(
        [row for row in rows if row.risk is Risk.ACCOUNT and row.answers],
        lambda row: row.offered_agent,
        "no account row was answered",
    )


def offers_on_low(rows: Rows) -> Estimate:
    """Answered low-risk conversations in which every answer offered a person."""
    return of(
        [row for row in rows if row.risk is Risk.LOW and row.answers],
        lambda row: row.offered_agent,
        "no low-risk row was answered",
    )


def right_article(rows: Rows) -> Estimate:
    """Of the answered conversations with a known right article, those whose answer cited one."""
    answered = [row for row in rows if row.answers and row.answerable]
    return of(answered, lambda row: row.right_article, "no answerable row was answered")


def oos_answered(rows: Rows) -> Estimate:
    """Conversations that no article is about, answered from an article."""
    outside = [row for row in rows if row.answerable is False and row.needs_human is False]
    return of(outside, lambda row: row.answers > 0, "no out-of-scope row")


def offline_helpfulness(rows: Rows) -> Estimate:
    """Answerable cases with an accepted article cited and every required fact in its passages."""

    def helped(row: CaseOutcome) -> bool | None:
        if row.answers == 0:
            return False
        if row.right_article is None:
            return None
        return row.right_article and row.facts_present is not False

    answerable = [row for row in rows if row.answerable and not row.needs_human]
    return of(answerable, helped, "no answerable row")


def _first(rows: Rows, risk: Risk, decision: str) -> Estimate:
    tier = [row for row in rows if row.risk is risk]
    return of(tier, lambda row: row.first == decision, f"no {risk.value}-risk row")


def high_handed_over(rows: Rows) -> Estimate:
    """High-risk conversations handed over at the first message."""
    return _first(rows, Risk.HIGH, "handoff")


def low_handed_over(rows: Rows) -> Estimate:
    """Low-risk conversations handed over at the first message."""
    return _first(rows, Risk.LOW, "handoff")


def low_clarified(rows: Rows) -> Estimate:
    """Low-risk conversations met with a question back."""
    return _first(rows, Risk.LOW, "clarify")


def low_replied(rows: Rows) -> Estimate:
    """Low-risk conversations turned away with a fixed line."""
    return _first(rows, Risk.LOW, "reply")


def _answered(rows: Rows, risk: Risk, right: bool) -> Estimate:
    """Rows of a tier whose first decision is an answer from a right, or a wrong, article."""

    def fits(row: CaseOutcome) -> bool | None:
        if row.first != "answer":
            return False
        return None if row.right_article is None else row.right_article is right

    return of([row for row in rows if row.risk is risk], fits, f"no {risk.value}-risk row")


def low_answered_right(rows: Rows) -> Estimate:
    """Low-risk conversations answered from a right article at once."""
    return _answered(rows, Risk.LOW, True)


def low_answered_wrong(rows: Rows) -> Estimate:
    """Low-risk conversations answered from a wrong article at once."""
    return _answered(rows, Risk.LOW, False)


def account_answered_right(rows: Rows) -> Estimate:
    """Account conversations answered from a right article at once."""
    return _answered(rows, Risk.ACCOUNT, True)


def account_answered_wrong(rows: Rows) -> Estimate:
    """Account conversations answered from a wrong article at once."""
    return _answered(rows, Risk.ACCOUNT, False)


def account_handed_over(rows: Rows) -> Estimate:
    """Account conversations handed over at the first message."""
    return _first(rows, Risk.ACCOUNT, "handoff")


def account_clarified(rows: Rows) -> Estimate:
    """Account conversations met with a question back."""
    return _first(rows, Risk.ACCOUNT, "clarify")


def low_right_option(rows: Rows) -> Estimate:
    """Of the low-risk conversations met with a question back, those offered a right article."""
    asked = [row for row in rows if row.risk is Risk.LOW and row.first == "clarify"]
    return of(asked, lambda row: row.right_option, "no low-risk row was clarified")


Formula = Callable[[Rows], Estimate]

FORMULAS: Mapping[str, Formula] = {
    formula.__name__: formula
    for formula in (
        verified_containment,
        false_containment,
        containment,
        abandonment,
        escalation_rate,
        resolution_assumed,
        error_when_contained,
        unsafe_containment,
        handoff_precision,
        handoff_recall,
        over_escalation,
        offer_coverage,
        offers_on_low,
        right_article,
        offline_helpfulness,
        oos_answered,
        high_handed_over,
        low_answered_right,
        low_answered_wrong,
        low_handed_over,
        low_clarified,
        low_right_option,
        low_replied,
        account_answered_right,
        account_answered_wrong,
        account_handed_over,
        account_clarified,
    )
}
"""Every formula by its name in ``run.json``, in the order of the report."""
