"""What customers thought of it. ``docs/metrics.md``, satisfaction."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.measure.cohort import Cohort, Ended
from bot.measure.metric import (
    Entry,
    Metric,
    Tally,
    Unit,
    ratio_estimate,
    share_estimate,
    share_of,
    tally_of,
)

TOP_BOX = 4
"""A rating of this or better is a good one."""

UNHAPPY = 2
"""Who gives this or less is to be contacted."""

_CONTACT = timedelta(hours=48)


def _alone(cohort: Cohort) -> Iterable[Ended]:
    return [each for each in cohort.known if not each.row.has_agent]


def _assisted(cohort: Cohort) -> Iterable[Ended]:
    return [each for each in cohort.known if each.row.has_agent]


def _human(cohort: Cohort) -> Iterable[Ended]:
    return [each for each in cohort.rows if not each.row.involved]


def _csat(name: str, meaning: str, among: Callable[[Cohort], Iterable[Ended]]) -> Metric:
    """Good ratings among those given; who was asked and did not rate is unscored."""

    def tally(cohort: Cohort) -> Tally:
        rows = list(among(cohort))
        rated = [each.row for each in rows if each.row.rating is not None]
        silent = [
            each.row
            for each in rows
            if each.row.rating is None and each.row.rating_asked_at is not None
        ]
        entries = [Entry(r, r.unit, float((r.rating or 0) >= TOP_BOX)) for r in rated]
        return Tally(entries, silent, "nobody rated such an episode")

    return Metric(name, meaning, tally, share_estimate)


def _asked(cohort: Cohort) -> Iterable[Ended]:
    return [each for each in cohort.known if each.row.rating_asked_at is not None]


def _unhappy(cohort: Cohort) -> Tally:
    """Who was unhappy and whose ticket moved in time; unknown while there is time left."""
    now = cohort.context.now

    def contacted(each: Ended) -> bool | None:
        asked, moved = each.row.rating_asked_at, each.row.ticket_updated_at
        if asked is None:
            return None
        due = asked + _CONTACT
        if moved is not None and moved <= due:
            return True
        return False if due < now else None

    rows = [e for e in cohort.rows if e.row.rating is not None and e.row.rating <= UNHAPPY]
    return tally_of(rows, contacted, "no rating of 1 or 2 is old enough")


def _predicted(cohort: Cohort) -> Tally:
    known = [(each.row, each.row.predicted_csat) for each in cohort.known]
    entries = [Entry(row, row.unit, value) for row, value in known if value is not None]
    without = [row for row, value in known if value is None]
    return Tally(entries, without, "no episode has a predicted rating")


SATISFACTION: tuple[Metric, ...] = (
    _csat("bot_csat_bot_only", "Good ratings among those of episodes without an agent.", _alone),
    _csat("bot_csat_assisted", "Good ratings among those of episodes with an agent.", _assisted),
    _csat("csat_human_only", "Good ratings among those of episodes without the assistant.", _human),
    share_of(
        "csat_response_rate",
        "Ratings given among those asked for.",
        lambda each: each.row.rating is not None,
        _asked,
        "nobody was asked for a rating",
    ),
    Metric(
        "unhappy_contacted",
        "Ratings of 1 or 2 with a ticket that was updated within 48 hours.",
        _unhappy,
        share_estimate,
    ),
    Metric(
        "predicted_csat",
        "Predicted share of good ratings; an estimate, never mixed with real ones.",
        _predicted,
        ratio_estimate,
        Unit.SCORE,
    ),
)
