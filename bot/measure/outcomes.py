"""How episodes end: containment, resolution, deflection. ``docs/metrics.md``, outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.decision import Risk
from bot.estimate import Estimate, product, reduction, unknown
from bot.measure.cohort import Cohort, Ended
from bot.measure.ending import Ending, came_back, closed_since, within
from bot.measure.episode_row import EpisodeRow
from bot.measure.metric import Entry, Metric, Tally, share_estimate, share_of, tally_of

_NOBODY = "no episode has been assessed"
_NOT_SCORED = "no episode says both whether it was right and whether a person was needed"


def _ends(name: str, meaning: str, *endings: Ending) -> Metric:
    return share_of(name, meaning, lambda each: each.ending in endings, empty=_NOBODY)


def _scored(cohort: Cohort, *, right: bool, only_contained: bool = False) -> Tally:
    def fits(each: Ended) -> bool | None:
        if not each.scored:
            return None
        return each.contained and each.verified is right

    rows = [each for each in cohort.known if each.contained or not only_contained]
    return tally_of(rows, fits, _NOT_SCORED)


def _is_sample(cohort: Cohort) -> bool:
    """Whether reviewers scored a sample that was drawn from the contained episodes.

    A handoff that somebody labelled besides makes no sample of all episodes.
    """
    drawn = [each for each in cohort.known if each.row.sampled]
    whole = all(each.scored for each in cohort.known)
    return bool(drawn) and not whole and all(each.contained for each in drawn)


def _of_sample(cohort: Cohort, *, right: bool) -> Estimate:
    """Containment times the share of a drawn sample of it."""
    drawn = [each for each in cohort.known if each.row.sampled and each.contained]
    rows = []
    for each in cohort.known:
        scored = each.scored and each.contained and bool(each.row.sampled)
        fits = scored and each.verified is right
        rows.append((each.row.unit, (float(each.contained), 1.0, float(fits), float(scored))))
    return product(rows, unscored=sum(not each.scored for each in drawn), empty=_NOT_SCORED)


def _judged(name: str, meaning: str, *, right: bool) -> Metric:
    """A share of E that is contained and right, or contained and not."""

    def measure(cohort: Cohort) -> Estimate:
        if _is_sample(cohort):
            return _of_sample(cohort, right=right)
        return share_estimate(_scored(cohort, right=right))

    def tally(cohort: Cohort) -> Tally:
        return _scored(cohort, right=right, only_contained=_is_sample(cohort))

    return Metric(name, meaning, tally, share_estimate, whole=measure)


def _self_service(cohort: Cohort) -> Tally:
    return tally_of(cohort.known, lambda each: each.resolved, _NOBODY)


def _self_service_estimate(cohort: Cohort) -> Estimate:
    rows = (
        (e.row.unit, (float(e.resolved), float(e.known), float(e.row.involved), 1.0))
        for e in cohort.rows
    )
    return replace(product(rows, empty=_NOBODY), numerator=None, denominator=None)


def _unsafe(cohort: Cohort) -> Tally:
    high = [each for each in cohort.known if each.row.risk is Risk.HIGH]
    return tally_of(high, lambda each: each.contained, "no high-risk episode")


def _assessable(each: Ended, cohort: Cohort) -> bool:
    context = cohort.context
    return each.row.customer_key is not None and closed_since(
        each.row, context.durable, context.now
    )


def _unclear(each: Ended, cohort: Cohort) -> bool:
    """Whether the customer came again in time, perhaps on the same matter: nobody knows."""
    return within(each.row, each.row.unclear_contact_at, cohort.context.durable)


def _durable(cohort: Cohort) -> Tally:
    def stayed_away(each: Ended) -> bool | None:
        if not _assessable(each, cohort):
            return None
        if came_back(each.row, cohort.context.durable):
            return False
        return None if _unclear(each, cohort) else True

    resolved = [each for each in cohort.known if each.resolved]
    days = cohort.context.durable_days
    return tally_of(
        resolved, stayed_away, f"no resolved episode of a known customer closed {days} days ago"
    )


def _deflection_offline(cohort: Cohort) -> Tally:
    def deflected(each: Ended) -> bool | None:
        return each.verified if each.scored else None

    tickets = [each for each in cohort.known if each.row.expected_ticket]
    return tally_of(tickets, deflected, "no scored episode says that it would have been a ticket")


def _deflection_proxy(cohort: Cohort) -> Tally:
    context = cohort.context

    def deflected(each: Ended) -> bool | None:
        if not _assessable(each, cohort):
            return None
        after = (each.row.ticket_after_at, each.row.recontact_at)
        if not each.resolved or any(within(each.row, at, context.durable) for at in after):
            return False
        return None if _unclear(each, cohort) else True

    days = context.durable_days
    return tally_of(
        cohort.known, deflected, f"no episode of a known customer closed {days} days ago"
    )


def _holdout(cohort: Cohort) -> Tally:
    rows = [each.row for each in cohort.rows if each.row.arm is not None]
    entries = [Entry(row, row.unit, float(_tickets([row]))) for row in rows]
    return Tally(entries, (), "no episode belongs to a hold-out trial")


def _tickets(rows: list[EpisodeRow]) -> int:
    """Tickets of one visitor: those of the episodes, or else one that was opened afterwards."""
    tickets = {row.ticket_id for row in rows if row.ticket_id is not None}
    return len(tickets) or int(any(row.ticket_after_at is not None for row in rows))


def _holdout_estimate(tally: Tally) -> Estimate:
    arms: Mapping[str, dict[str, list[EpisodeRow]]] = {"on": {}, "off": {}}
    for entry in tally.entries:
        if entry.row is not None and entry.row.arm is not None:
            arms[entry.row.arm].setdefault(entry.unit, []).append(entry.row)
    if not arms["on"] and not arms["off"]:
        return unknown(tally.empty)
    on, off = ([float(_tickets(rows)) for rows in arms[arm].values()] for arm in ("on", "off"))
    return reduction(on, off, empty="a side of the trial is empty, or without tickets")


def _fcr(cohort: Cohort, *, without_agent: bool) -> Tally:
    context = cohort.context
    entries, unscored = [], []
    for each in cohort.known:
        row = each.row
        contacts = cohort.contacts.of(row.issue_id) if row.issue_id is not None else [row]
        if contacts[0] is not row:
            continue
        if row.issue_id is None or not _assessable(each, cohort):
            unscored.append(row)
        else:
            resolved = each.resolved or (not without_agent and row.agent_resolved_at is not None)
            back = came_back(row, context.durable) or _again(row, contacts, cohort)
            if resolved and not back and _unclear(each, cohort):
                unscored.append(row)
                continue
            entries.append(Entry(row, row.unit, float(resolved and not back)))
    return Tally(
        entries, unscored, f"no issue of a known customer closed {context.durable_days} days ago"
    )


def _again(row: EpisodeRow, others: Sequence[EpisodeRow], cohort: Cohort) -> bool:
    """Whether another episode of the issue began before so many days had passed."""
    closed = row.closed_at
    return closed is not None and any(
        other is not row
        and other.started_at is not None
        and other.started_at - closed <= cohort.context.durable
        for other in others
    )


DEFLECTIONS: tuple[Metric, ...] = (
    Metric(
        "deflection_offline",
        "Of the cases that were tickets, those contained, right and without need of a person.",
        _deflection_offline,
        share_estimate,
    ),
    Metric(
        "deflection_proxy",
        "Assessable episodes that were resolved without a later ticket or contact; an upper view.",
        _deflection_proxy,
        share_estimate,
    ),
    Metric(
        "deflection_holdout",
        "Tickets a visitor that the assistant saved, by a randomised trial.",
        _holdout,
        _holdout_estimate,
    ),
)
"""Three counterfactuals; a report names the one it uses."""

OUTCOMES: tuple[Metric, ...] = (
    _judged(
        "verified_containment",
        "Contained, right, and no person was needed: the headline.",
        right=True,
    ),
    _judged(
        "false_containment",
        "Contained though a person was needed, or with something wrong: the guardrail.",
        right=False,
    ),
    _ends(
        "containment",
        "Engaged episodes that ended with neither an agent nor an unmet handoff.",
        Ending.CONFIRMED,
        Ending.ASSUMED,
        Ending.ABANDONED,
    ),
    _ends(
        "abandonment",
        "Engaged episodes that ended without an answer; never shown apart from containment.",
        Ending.ABANDONED,
    ),
    _ends("escalation_rate", "Engaged episodes that were handed to a person.", Ending.HANDED_OFF),
    _ends(
        "unmet_handoff",
        "Engaged episodes that needed a person by our own word, and got none.",
        Ending.ABSTAINED_NO_HUMAN,
    ),
    _ends(
        "resolution_strict",
        "Engaged episodes whose customer said that it is solved.",
        Ending.CONFIRMED,
    ),
    _ends(
        "resolution_assumed",
        "Engaged episodes that ended with an answer and nobody objecting.",
        Ending.CONFIRMED,
        Ending.ASSUMED,
    ),
    Metric(
        "self_service_resolution",
        "Assumed resolution of the assessed, times the share that the assistant took part in.",
        _self_service,
        share_estimate,
        whole=_self_service_estimate,
    ),
    Metric(
        "durable_7d",
        "Resolved episodes whose customer did not come back within seven days.",
        _durable,
        share_estimate,
    ),
    Metric(
        "error_when_contained",
        "Of the contained episodes, the falsely contained.",
        lambda cohort: _scored(cohort, right=False, only_contained=True),
        share_estimate,
    ),
    Metric(
        "unsafe_containment",
        "High-risk episodes that no person took over.",
        _unsafe,
        share_estimate,
    ),
    *DEFLECTIONS,
    Metric(
        "fcr",
        "Issues resolved in their first episode, by whomever, with no further contact.",
        lambda cohort: _fcr(cohort, without_agent=False),
        share_estimate,
    ),
    Metric(
        "bot_fcr",
        "Issues resolved in their first episode without an agent, with no further contact.",
        lambda cohort: _fcr(cohort, without_agent=True),
        share_estimate,
    ),
)
