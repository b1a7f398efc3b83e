"""Whether persons are brought in when they are needed. ``docs/metrics.md``, handoff."""

from collections.abc import Callable

from bot.decision import HandoffReason, Risk
from bot.measure.cohort import Cohort, Ended
from bot.measure.content import never
from bot.measure.metric import Metric, Tally, Unit, share_estimate, share_of, tally_of


def _handed(cohort: Cohort) -> list[Ended]:
    return [each for each in cohort.known if each.handed_off]


def _handed_unasked(cohort: Cohort) -> list[Ended]:
    asked = HandoffReason.CUSTOMER_ASKED
    return [each for each in _handed(cohort) if each.row.handoff_reason != asked]


def _recall(cohort: Cohort) -> Tally:
    def caught(each: Ended) -> bool | None:
        return each.handed_off if each.row.needs_human else None

    rows = [each for each in cohort.known if each.row.needs_human is not False]
    return tally_of(rows, caught, "no episode is known to need a person")


def _over(cohort: Cohort) -> Tally:
    def over(each: Ended) -> bool | None:
        return each.handed_off if each.row.answerable else None

    low = [each for each in cohort.known if each.row.risk is Risk.LOW]
    rows = [each for each in low if each.row.answerable is not False]
    return tally_of(rows, over, "no low-risk episode is known to be answerable")


def _offers(risk: Risk) -> Metric:
    def tally(cohort: Cohort) -> Tally:
        rows = [each for each in cohort.known if each.row.risk is risk and each.row.answers > 0]
        return tally_of(
            rows,
            lambda each: each.row.offered_agent,
            f"no {risk.value}-risk episode was answered, or none says whether a person was offered",
        )

    name = "offer_coverage" if risk is Risk.ACCOUNT else "offers_on_low"
    meaning = f"Answered {risk.value}-risk episodes in which every answer offered a person."
    return Metric(name, meaning, tally, share_estimate)


def _promise(cohort: Cohort) -> Tally:
    """An overdue ticket that nobody updated is a miss; one that is not due yet is not known."""

    def kept(each: Ended) -> bool | None:
        due, updated = each.row.ticket_due_at, each.row.ticket_updated_at
        if due is None or (updated is None and due > cohort.context.now):
            return None
        return updated is not None and updated <= due

    return tally_of(_handed(cohort), kept, "no ticket was promised a reply by now")


def _promise_at(*, in_hours: bool) -> Callable[[Cohort], Tally]:
    """The same for handoffs that fell into business hours, or outside of them."""

    def tally(cohort: Cohort) -> Tally:
        whole = _promise(cohort)
        fits = [e for e in whole.entries if e.row and e.row.in_hours is in_hours]
        untold = [e.row for e in whole.entries if e.row and e.row.in_hours is None]
        empty = "no promise due by now says whether it fell into business hours"
        return Tally(fits, [*untold, *whole.unscored], empty)

    return tally


HANDOFFS: tuple[Metric, ...] = (
    share_of(
        "handoff_precision",
        "Of the handoffs, those that needed a person.",
        lambda each: each.row.needs_human,
        _handed,
        "no handoff says whether a person was needed",
    ),
    share_of(
        "handoff_precision_unasked",
        "Of the handoffs that no customer asked for, those that needed a person.",
        lambda each: each.row.needs_human,
        _handed_unasked,
        "no such handoff says whether a person was needed",
    ),
    Metric(
        "handoff_recall",
        "Of the episodes that needed a person, those handed over.",
        _recall,
        share_estimate,
    ),
    Metric(
        "over_escalation",
        "Answerable low-risk episodes that were handed over all the same.",
        _over,
        share_estimate,
    ),
    _offers(Risk.ACCOUNT),
    _offers(Risk.LOW),
    share_of(
        "tier2_rate",
        "Of the handoffs, those that went on to specialists.",
        lambda each: each.row.tier2,
        _handed,
        "no handoff says whether it went on",
    ),
    share_of(
        "queue_abandonment",
        "Of the handoffs, those whose customer left before an agent came.",
        lambda each: each.row.left_queue,
        _handed,
        "no handoff says whether its customer waited",
    ),
    share_of(
        "note_completeness",
        "Of the handoffs, those whose note has owner, next update, id, status and workaround.",
        lambda each: each.row.note_complete,
        _handed,
        "no handoff says whether its note is complete",
    ),
    Metric(
        "promise_kept",
        "Tickets that were updated by the time that was promised.",
        _promise,
        share_estimate,
    ),
    Metric(
        "promise_kept_in_hours",
        "The same for handoffs in business hours.",
        _promise_at(in_hours=True),
        share_estimate,
    ),
    Metric(
        "promise_kept_after_hours",
        "The same for handoffs outside of them.",
        _promise_at(in_hours=False),
        share_estimate,
    ),
    never(
        "qa_score",
        "Accuracy 40, communication 30, process 20, documentation 10, of sampled transcripts.",
        "nobody rates transcripts here on accuracy, communication, process and documentation",
        Unit.SCORE,
    ),
)
