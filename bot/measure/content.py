"""Whether articles are kept true. ``docs/metrics.md``, articles."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.estimate import Estimate, unknown
from bot.measure.cohort import Cohort
from bot.measure.episode_row import EpisodeRow
from bot.measure.facts import ArticleFacts
from bot.measure.metric import Entry, Metric, Tally, Unit, ratio_estimate, share_estimate

REVIEW = timedelta(days=183)
"""After this, an article is due for review."""
UPDATE = timedelta(hours=48)
"""Within this after a change, the articles that tell of it are updated."""
_NO_CONTENT = "the knowledge base was not looked at"


def _due(facts: ArticleFacts, day: date) -> bool:
    return facts.reviewed_on is None or facts.reviewed_on + REVIEW < day


def _review(cohort: Cohort) -> Tally:
    today = cohort.context.now.date()
    facts = cohort.context.articles.values()
    entries = [Entry(None, each.id, float(not _due(each, today))) for each in facts]
    return Tally(entries, (), _NO_CONTENT)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A change and an article that tells of it; the last review is its last known update."""

    facts: ArticleFacts
    at: datetime

    def kept(self, now: datetime) -> bool | None:
        """Whether it was updated in time; unknown before that, or where it was reviewed later."""
        reviewed, due = self.facts.reviewed_on, self.at + UPDATE
        if reviewed is None or reviewed < self.at.date():
            return False if due < now else None
        return True if reviewed <= due.date() else None


def _update(cohort: Cohort) -> Tally:
    known = cohort.context.articles
    entries = []
    for change in cohort.context.changes:
        for article in change.articles:
            if article not in known or change.at > cohort.context.now:
                continue
            kept = _Pair(known[article], change.at).kept(cohort.context.now)
            if kept is not None:
                entries.append(Entry(None, f"{change.id} {article}", float(kept)))
    return Tally(entries, (), "no change of the product is known whose 48 hours have passed")


def _stale(cohort: Cohort) -> Tally:
    """Answers that cite an article that was due; one reviewed since may have been due or not."""
    known = cohort.context.articles
    entries, unscored = [], []
    for each in cohort.rows:
        answers: dict[int, list[bool | None]] = {}
        for cited in each.row.citations:
            facts = known.get(cited.article_id)
            was = None if facts is None else _was_due(facts, each.row)
            answers.setdefault(cited.turn, []).append(was)
        for due in answers.values():
            if True in due:
                entries.append(Entry(each.row, each.row.unit, 1.0))
            elif None in due:
                unscored.append(each.row)
            else:
                entries.append(Entry(each.row, each.row.unit, 0.0))
    return Tally(entries, unscored, "no answer cites an article whose last review is known")


def _was_due(facts: ArticleFacts, row: EpisodeRow) -> bool | None:
    at = row.last_answer_at or row.started_at
    if at is None or (facts.reviewed_on is not None and facts.reviewed_on > at.date()):
        return None
    return _due(facts, at.astimezone(UTC).date())


def never(name: str, meaning: str, reason: str, unit: Unit = Unit.SHARE) -> Metric:
    """A number that is defined and that no row can give."""

    def tally(_: Cohort) -> Tally:
        return Tally((), (), reason)

    def nothing(_: Tally) -> Estimate:
        return unknown(reason)

    return Metric(name, meaning, tally, nothing, unit)


_LAG = "no row says when a revision was published and when it was first served"
CONTENT: tuple[Metric, ...] = (
    Metric(
        "review_sla",
        "Published articles that were reviewed in the last 183 days.",
        _review,
        share_estimate,
    ),
    Metric(
        "update_sla",
        "Articles that were updated within 48 hours of a change that they tell of.",
        _update,
        share_estimate,
    ),
    Metric(
        "stale_answer_rate",
        "Answers that cite an article whose review was due.",
        _stale,
        ratio_estimate,
    ),
    never("index_lag_p50", "From publishing a revision to serving it.", _LAG, Unit.SECONDS),
    never("index_lag_p95", "The same, 95th percentile.", _LAG, Unit.SECONDS),
    never(
        "help_centre_deflection",
        "Visits that opened an article and led to no contact within a day.",
        "page views are not counted: that would need every visitor's consent",
    ),
    never(
        "predicted_helpfulness",
        "What a judge thinks of the answers; an estimate, never mixed with votes.",
        "a judge rates played cases: see firstline-evals judge",
        Unit.SCORE,
    ),
)
