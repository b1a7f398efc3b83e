"""What vendors call resolution, computed from the same rows. ``docs/metrics.md``, vendors.

They follow the vendors' public pages; Chatwoot's follow its public code.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.estimate import Estimate, unknown
from bot.measure.cohort import Cohort, Ended
from bot.measure.ending import closed_since, is_closed, is_quiet, was_silent, within
from bot.measure.episode_row import EpisodeRow
from bot.measure.metric import (
    Entry,
    Metric,
    Tally,
    Unit,
    everything,
    involved,
    ratio_estimate,
    share_estimate,
    share_of,
    tally_of,
)

_FIN_QUIET = timedelta(hours=24)
_ZENDESK_QUIET = timedelta(hours=72)
_ADA_AGE = timedelta(hours=24)
_CHATWOOT_DURABLE = timedelta(days=7)
_NOBODY = "the assistant took part in no episode"

In = Callable[[Ended, Cohort], bool | None]


def _no_agent(row: EpisodeRow) -> bool:
    return row.agent_turns == 0 and row.handoff_at is None


def _share(
    name: str,
    meaning: str,
    has: In,
    among: Callable[[Cohort], Iterable[Ended]] = involved,
    empty: str = _NOBODY,
) -> Metric:
    def tally(cohort: Cohort) -> Tally:
        return tally_of(among(cohort), lambda each: has(each, cohort), empty)

    return Metric(name, meaning, tally, share_estimate)


def _fin_resolved(each: Ended, cohort: Cohort) -> bool:
    row = each.row
    return (
        row.involved
        and row.answers >= 1
        and _no_agent(row)
        and row.last_feedback != "negative"
        and (row.confirmed_at is not None or is_quiet(row, _FIN_QUIET, cohort.context.now))
        and row.reopened_at is None
    )


def _fin_abandoned(each: Ended, cohort: Cohort) -> bool:
    row = each.row
    unhelped = row.answers == 0 or row.last_feedback == "negative"
    return is_closed(row, cohort.context.now) and _no_agent(row) and unhelped


def _fin_pending(each: Ended, cohort: Cohort) -> bool:
    return not is_closed(each.row, cohort.context.now) and _no_agent(each.row)


def _zendesk(each: Ended, cohort: Cohort) -> bool | None:
    """Needs a judge only where everything else holds; an episode without an answer has failed."""
    row = each.row
    good_end = row.last_feedback == "positive" or each.resolved
    quiet = is_quiet(row, _ZENDESK_QUIET, cohort.context.now)
    if not (_no_agent(row) and quiet and good_end and row.answers > 0):
        return False
    return row.judged_relevant


def _zendesk_scope(cohort: Cohort) -> Iterable[Ended]:
    """Where nobody judged anything, nothing is known: only what waits for a judge is left."""
    rows = list(involved(cohort))
    waiting = [each for each in rows if _zendesk(each, cohort) is None]
    judged = any(each.row.judged_relevant is not None for each in rows)
    return waiting if waiting and not judged else rows


def _zendesk_contained(each: Ended, cohort: Cohort) -> bool:
    return _no_agent(each.row) and each.row.reopened_at is None and each.row.recontact_at is None


def _bot_handled(each: Ended, cohort: Cohort) -> bool:
    return _no_agent(each.row) and not each.row.default_replies


def _ada_contained(each: Ended, cohort: Cohort) -> bool:
    row = each.row
    return _no_agent(row) and row.ticket_id is None


def _ada_scope(cohort: Cohort) -> Iterable[Ended]:
    return [each for each in cohort.involved if each.row.engaged]


def _ada_sample(cohort: Cohort) -> Iterable[Ended]:
    now = cohort.context.now
    return [e for e in cohort.rows if e.row.sampled and was_silent(e.row, _ADA_AGE, now)]


def _ada_resolved(each: Ended, cohort: Cohort) -> bool | None:
    row = each.row
    labels = (row.judged_relevant, row.judged_accurate, row.judged_safe)
    return None if None in labels else all(labels) and _no_agent(row)


def _replied(row: EpisodeRow) -> bool:
    """Whether the assistant said anything; a row that does not count its turns says so itself."""
    return row.involved if row.assistant_turns is None else row.assistant_turns > 0


def _chatwoot_involved(row: EpisodeRow) -> bool:
    handed = row.handoff_at is not None or row.ticket_id is not None
    return _replied(row) or (handed and row.blocked_by != "usage_limit")


def _chatwoot_scope(cohort: Cohort) -> Iterable[Ended]:
    return [each for each in cohort.rows if _chatwoot_involved(each.row)]


def _autonomous(each: Ended, cohort: Cohort) -> bool:
    row = each.row
    if not is_closed(row, cohort.context.now) or not _replied(row) or row.closed_at is None:
        return False
    if row.handoff_at is not None or row.ticket_id is not None:
        return False
    late = row.first_agent_at is not None and row.first_agent_at > row.closed_at
    return not row.has_agent or late


def _assisted(each: Ended, cohort: Cohort) -> bool:
    return is_closed(each.row, cohort.context.now) and not _autonomous(each, cohort)


def _autonomous_rows(cohort: Cohort) -> list[Ended]:
    return [each for each in _chatwoot_scope(cohort) if _autonomous(each, cohort)]


def _durable(each: Ended, cohort: Cohort) -> bool | None:
    if not closed_since(each.row, _CHATWOOT_DURABLE, cohort.context.now):
        return None
    return not within(each.row, each.row.reopened_at, _CHATWOOT_DURABLE)


VENDORS: tuple[Metric, ...] = (
    _share(
        "fin_involvement",
        "Episodes that the assistant took part in.",
        lambda each, _: each.row.involved,
        everything,
        "there is no episode",
    ),
    _share(
        "fin_answer_rate",
        "Of these, the episodes with an answer.",
        lambda each, _: each.row.answers >= 1,
    ),
    _share(
        "fin_resolution",
        "An answer, no agent, no objection, confirmed or a day of silence.",
        _fin_resolved,
    ),
    _share(
        "fin_automation",
        "The same among all episodes.",
        _fin_resolved,
        everything,
        "there is no episode",
    ),
    _share(
        "fin_abandonment",
        "Closed without an agent, and without an answer that was liked.",
        _fin_abandoned,
    ),
    _share("fin_pending", "Not closed, and no agent.", _fin_pending),
    _share(
        "zendesk_automated_resolution",
        "No agent, three days of silence, judged relevant, a good end.",
        _zendesk,
        _zendesk_scope,
        "nobody judged whether the answers were relevant",
    ),
    _share(
        "ada_containment",
        "Engaged episodes without handoff, ticket or agent.",
        _ada_contained,
        _ada_scope,
        "nobody with a request met the assistant",
    ),
    _share(
        "ada_automated_resolution",
        "Of a sample, episodes judged relevant, accurate and safe, without an agent.",
        _ada_resolved,
        _ada_sample,
        "no sampled episode carries all three labels",
    ),
    _share(
        "chatwoot_autonomous",
        "Closed, the assistant replied, no handoff and no agent before the end.",
        _autonomous,
        _chatwoot_scope,
    ),
    _share("chatwoot_assisted", "Closed, and not on its own.", _assisted, _chatwoot_scope),
    _share(
        "chatwoot_reopen",
        "Of those closed on its own, the reopened.",
        lambda each, _: each.row.reopened_at is not None,
        _autonomous_rows,
        "no episode closed on its own",
    ),
    _share(
        "chatwoot_durable",
        "Of those closed on its own a week ago, those not reopened in a week.",
        _durable,
        _autonomous_rows,
        "no episode closed on its own a week ago",
    ),
)
"""Vendors' definitions that every run gives."""


def _count(cohort: Cohort) -> Estimate:
    rows = list(_chatwoot_scope(cohort))
    if not cohort.rows:
        return unknown("there is no episode")
    n = len(cohort.rows)
    return Estimate(float(len(rows)), None, None, n, numerator=len(rows), reason="a count")


def _involved_tally(cohort: Cohort) -> Tally:
    return Tally([Entry(each.row, each.row.unit, 1.0) for each in _chatwoot_scope(cohort)])


def _mean_rating(name: str, meaning: str, among: Callable[[Cohort], Iterable[Ended]]) -> Metric:
    def tally(cohort: Cohort) -> Tally:
        rated = [each.row for each in among(cohort) if each.row.rating is not None]
        entries = [Entry(row, row.unit, float(row.rating or 0)) for row in rated]
        return Tally(entries, (), "nobody rated such an episode")

    return Metric(name, meaning, tally, ratio_estimate, Unit.SCORE)


def _assisted_rows(cohort: Cohort) -> Iterable[Ended]:
    return [each for each in _chatwoot_scope(cohort) if _assisted(each, cohort)]


def _human_rows(cohort: Cohort) -> Iterable[Ended]:
    return [each for each in cohort.rows if not _replied(each.row)]


FURTHER: tuple[Metric, ...] = (
    _share(
        "zendesk_contained",
        "No agent and no contact again.",
        _zendesk_contained,
    ),
    _share(
        "zendesk_verified",
        "The same, with a signal that it is done.",
        lambda e, c: _zendesk_contained(e, c) and e.row.confirmed_at is not None,
    ),
    share_of(
        "zendesk_unassisted",
        "Nothing was asked for.",
        lambda each: not each.row.engaged,
        involved,
        _NOBODY,
    ),
    _share(
        "ultimate_deflection",
        "No agent, default replies included.",
        lambda each, _: _no_agent(each.row),
    ),
    _share(
        "ultimate_bot_handled",
        "No agent, and no default reply.",
        _bot_handled,
    ),
    Metric(
        "chatwoot_involved",
        "Episodes in which the assistant replied or handed over.",
        _involved_tally,
        ratio_estimate,
        Unit.COUNT,
        _count,
    ),
    _mean_rating(
        "chatwoot_csat_autonomous", "Mean rating of those closed on its own.", _autonomous_rows
    ),
    _mean_rating("chatwoot_csat_assisted", "Mean rating of the other closed ones.", _assisted_rows),
    _mean_rating("chatwoot_csat_human", "Mean rating without the assistant.", _human_rows),
)
"""Further definitions, for ``--definitions``."""
