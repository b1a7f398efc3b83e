"""What vendors call resolution, computed from the same rows. ``docs/metrics.md``, vendors.

They follow the vendors' public pages; Chatwoot's follow its public code.
"""

from collections.abc import Iterable
from datetime import timedelta

from bot.measure.chatwoot import CHATWOOT, CHATWOOT_FURTHER
from bot.measure.cohort import Cohort, Ended
from bot.measure.ending import is_closed, is_quiet, was_silent
from bot.measure.episode_row import EpisodeRow
from bot.measure.metric import Metric, everything, involved, share_in, share_of

_FIN_QUIET = timedelta(hours=24)
_ZENDESK_QUIET = timedelta(hours=72)
_ADA_AGE = timedelta(hours=24)


def _no_agent(row: EpisodeRow) -> bool:
    return row.agent_turns == 0 and row.handoff_at is None


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
    """Whoever was not judged leaves both sides, as the definitions say of every judged column."""
    row = each.row
    if row.judged_relevant is None:
        return None
    good_end = row.last_feedback == "positive" or each.resolved
    quiet = is_quiet(row, _ZENDESK_QUIET, cohort.context.now)
    return row.judged_relevant and _no_agent(row) and quiet and good_end


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


VENDORS: tuple[Metric, ...] = (
    share_in(
        "fin_involvement",
        "Episodes that the assistant took part in.",
        lambda each, _: each.row.involved,
        everything,
        "there is no episode",
    ),
    share_in(
        "fin_answer_rate",
        "Of these, the episodes with an answer.",
        lambda each, _: each.row.answers >= 1,
    ),
    share_in(
        "fin_resolution",
        "An answer, no agent, no objection, confirmed or a day of silence.",
        _fin_resolved,
    ),
    share_in(
        "fin_automation",
        "The same among all episodes.",
        _fin_resolved,
        everything,
        "there is no episode",
    ),
    share_in(
        "fin_abandonment",
        "Closed without an agent, and without an answer that was liked.",
        _fin_abandoned,
    ),
    share_in("fin_pending", "Not closed, and no agent.", _fin_pending),
    share_in(
        "zendesk_automated_resolution",
        "No agent, three days of silence, judged relevant, a good end.",
        _zendesk,
        empty="nobody judged whether the answers were relevant",
    ),
    share_in(
        "ada_containment",
        "Engaged episodes without handoff, ticket or agent.",
        _ada_contained,
        _ada_scope,
        "nobody with a request met the assistant",
    ),
    share_in(
        "ada_automated_resolution",
        "Of a sample, episodes judged relevant, accurate and safe, without an agent.",
        _ada_resolved,
        _ada_sample,
        "no sampled episode carries all three labels",
    ),
    *CHATWOOT,
)
"""Vendors' definitions that every run gives."""


FURTHER: tuple[Metric, ...] = (
    share_in(
        "zendesk_contained",
        "No agent and no contact again.",
        _zendesk_contained,
    ),
    share_in(
        "zendesk_verified",
        "The same, with a signal that it is done.",
        lambda e, c: _zendesk_contained(e, c) and e.row.confirmed_at is not None,
    ),
    share_of(
        "zendesk_unassisted",
        "Nothing was asked for.",
        lambda each: not each.row.engaged,
        involved,
        "the assistant took part in no episode",
    ),
    share_in(
        "ultimate_deflection",
        "No agent, default replies included.",
        lambda each, _: _no_agent(each.row),
    ),
    share_in(
        "ultimate_bot_handled",
        "No agent, and no default reply.",
        _bot_handled,
    ),
    *CHATWOOT_FURTHER,
)
"""Further definitions, for ``--definitions``."""
