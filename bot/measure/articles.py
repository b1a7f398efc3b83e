"""Whether articles help. ``docs/metrics.md``, articles."""

from collections.abc import Iterable

from bot.decision import HandoffReason
from bot.estimate import Estimate, unknown
from bot.measure.cohort import Cohort, Ended
from bot.measure.content import CONTENT
from bot.measure.ending import Ending
from bot.measure.episode_row import EpisodeRow, Vote
from bot.measure.metric import (
    Entry,
    Metric,
    Tally,
    ratio_estimate,
    share_estimate,
    share_of,
    tally_of,
)

_GAPS = frozenset(
    {HandoffReason.NO_ARTICLE, HandoffReason.LOW_CONFIDENCE, HandoffReason.NOT_GROUNDED}
)
_NEEDS_CASES = "only written cases say which article is right"


def votes_of(cohort: Cohort) -> list[tuple[Vote, EpisodeRow | None]]:
    """The votes that count: the last of each customer on each revision of an article."""
    last: dict[tuple[str, str, str | None], tuple[Vote, EpisodeRow | None, str]] = {}
    for vote, row, voter in sorted(_votes(cohort), key=lambda each: each[0].at):
        last[voter, vote.article_id, vote.revision] = vote, row, voter
    return [(vote, row) for vote, row, _ in last.values()]


def _votes(cohort: Cohort) -> Iterable[tuple[Vote, EpisodeRow | None, str]]:
    context = cohort.context
    for each in cohort.rows:
        for vote in each.row.votes:
            if (context.with_tests or not vote.is_test) and cohort.speaks_of(vote.article_id):
                yield vote, each.row, voter_of(vote, each.row)
    for vote in context.votes if cohort.apart else ():
        inside = (context.since is None or vote.at >= context.since) and (
            context.until is None or vote.at < context.until
        )
        if (
            inside
            and (context.with_tests or not vote.is_test)
            and cohort.speaks_of(vote.article_id)
        ):
            yield vote, None, voter_of(vote, None)


def voter_of(vote: Vote, row: EpisodeRow | None) -> str:
    """Who voted: the customer, or the conversation of an anonymous one."""
    if vote.customer_key is not None:
        return f"customer {vote.customer_key}"
    return row.unit if row is not None else "nobody known"


def _helpfulness(cohort: Cohort) -> Tally:
    entries = [Entry(row, voter_of(vote, row), float(vote.up)) for vote, row in votes_of(cohort)]
    return Tally(entries, (), "nobody voted on an article")


def _helpful(cohort: Cohort) -> Estimate:
    """Of a single article, only where enough customers voted on it."""
    found = share_estimate(_helpfulness(cohort))
    fewest, alone = cohort.context.min_votes, cohort.articles is not None
    if alone and found.value is not None and found.n < fewest:
        return unknown(f"too few votes: {found.n}, at least {fewest} needed")
    return found


def _vote_rate(cohort: Cohort) -> Tally:
    """Votes given in episodes on the articles shown there: who reads a page is not counted."""
    shown = [
        Entry(each.row, each.row.unit, 0.0)
        for each in cohort.rows
        for cited in each.row.citations
        if cohort.speaks_of(cited.article_id)
    ]
    votes = [
        Entry(row, row.unit, 1.0, 0.0) for _, row in votes_of(cohort) if shown and row is not None
    ]
    return Tally([*shown, *votes], (), "no answer shows an article")


def _after_cited(cohort: Cohort, *, last: bool) -> Tally:
    entries = []
    for each in cohort.known:
        cited = each.row.cited_articles
        if last:
            cited = tuple(each.article_id for each in each.row.citations[-1:])
        counted = [article for article in cited if cohort.speaks_of(article)]
        entries += [Entry(each.row, each.row.unit, float(each.resolved)) for _ in counted]
    return Tally(entries, (), "no assessed episode cites an article")


def _gap(each: Ended) -> bool:
    """It ended without a right answer, as far as the row can tell."""
    row = each.row
    return (
        row.handoff_reason in _GAPS
        or row.last_feedback == "negative"
        or (each.ending is Ending.ABANDONED and row.last_decision == "clarify")
        or row.recontact_at is not None
    )


def _right(cohort: Cohort) -> Tally:
    rows = [
        each
        for each in cohort.rows
        if each.row.checks is not None and each.row.answers > 0 and each.row.answerable
    ]
    return tally_of(rows, _cited_right, _NEEDS_CASES)


def _cited_right(each: Ended) -> bool | None:
    return each.row.checks.right_article if each.row.checks else None


def _offline_helpfulness(cohort: Cohort) -> Tally:
    def helped(each: Ended) -> bool | None:
        checks = each.row.checks
        if each.row.answers == 0 or checks is None:
            return False
        if checks.right_article is None:
            return None
        return checks.right_article and checks.facts_present is not False

    rows = [
        each
        for each in cohort.rows
        if each.row.checks is not None and each.row.answerable and not each.row.needs_human
    ]
    return tally_of(rows, helped, _NEEDS_CASES)


def _outside(cohort: Cohort) -> Tally:
    rows = [
        each
        for each in cohort.involved
        if each.row.answerable is False and not each.row.needs_human
    ]
    return tally_of(
        rows, lambda each: each.row.answers > 0, "no episode is known to be out of scope"
    )


ARTICLES: tuple[Metric, ...] = (
    Metric(
        "article_helpfulness",
        "Of the votes on articles, those that found it helpful.",
        _helpfulness,
        share_estimate,
        whole=_helpful,
    ),
    Metric(
        "vote_rate",
        "Votes on the articles that answers showed, by how often they were shown.",
        _vote_rate,
        ratio_estimate,
    ),
    Metric(
        "offline_helpfulness",
        "Answerable cases with an accepted article cited and every required fact in its passages.",
        _offline_helpfulness,
        share_estimate,
    ),
    Metric(
        "resolved_after_cited",
        "Episodes that cite an article and were resolved; one that cites two counts twice.",
        lambda cohort: _after_cited(cohort, last=False),
        share_estimate,
    ),
    Metric(
        "resolved_after_last_cited",
        "Episodes that cite an article and were resolved, counted for the last article alone.",
        lambda cohort: _after_cited(cohort, last=True),
        share_estimate,
    ),
    Metric(
        "right_article",
        "Of the answered cases with a known right article, those whose answer cited one.",
        _right,
        share_estimate,
    ),
    Metric(
        "oos_answered",
        "Episodes that no article is about, answered from an article.",
        _outside,
        share_estimate,
    ),
    share_of(
        "gap_rate",
        "Episodes that ended without a right answer: nothing fit, an objection, a contact again.",
        _gap,
        empty="no episode has been assessed",
    ),
    *CONTENT,
)
