"""What Chatwoot calls autonomous, by its public code. ``docs/metrics.md``, vendors."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.estimate import Estimate, unknown
from bot.measure.cohort import Cohort, Ended
from bot.measure.ending import closed_since, is_closed, within
from bot.measure.episode_row import EpisodeRow
from bot.measure.metric import Entry, Metric, Tally, Unit, ratio_estimate, share_in

_CHATWOOT_DURABLE = timedelta(days=7)


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


CHATWOOT: tuple[Metric, ...] = (
    share_in(
        "chatwoot_autonomous",
        "Closed, the assistant replied, no handoff and no agent before the end.",
        _autonomous,
        _chatwoot_scope,
    ),
    share_in("chatwoot_assisted", "Closed, and not on its own.", _assisted, _chatwoot_scope),
    share_in(
        "chatwoot_reopen",
        "Of those closed on its own, the reopened.",
        lambda each, _: each.row.reopened_at is not None,
        _autonomous_rows,
        "no episode closed on its own",
    ),
    share_in(
        "chatwoot_durable",
        "Of those closed on its own a week ago, those not reopened in a week.",
        _durable,
        _autonomous_rows,
        "no episode closed on its own a week ago",
    ),
)
"""What every run gives."""


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


CHATWOOT_FURTHER: tuple[Metric, ...] = (
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
"""What a comparison of definitions gives besides."""
