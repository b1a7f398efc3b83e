"""What the customer of an episode did afterwards, in the same log."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.measure.episode_row import EpisodeRow

Groups = Iterable[list[EpisodeRow]]


def linked(rows: Sequence[EpisodeRow]) -> list[EpisodeRow]:
    """The rows, each with the next contact and ticket of the same customer on the same matter.

    Who states no request has not contacted us again. A contact on a matter that the log doesn't
    name may be one on the same: it is told apart.
    """
    real = [row for row in rows if row.engaged and row.started_at and not row.is_test]
    again = _again(_grouped((row.issue_id, row) for row in real))
    unclear = _unclear(_grouped((row.customer_key, row) for row in real))
    found = []
    for row in rows:
        recontact, ticket = again.get(row.episode_id, (None, None))
        perhaps = unclear.get(row.episode_id)
        if recontact or perhaps:
            row = replace(  # noqa: PLW2901  the same row, with what came of it
                row,
                recontact_at=recontact,
                ticket_after_at=ticket,
                unclear_contact_at=perhaps,
            )
        found.append(row)
    return found


def _grouped(pairs: Iterable[tuple[str | None, EpisodeRow]]) -> Groups:
    """Rows by what they share, if anything; the oldest first."""
    groups: dict[str, list[EpisodeRow]] = defaultdict(list)
    for name, row in pairs:
        if name is not None:
            groups[name].append(row)
    for each in groups.values():
        each.sort(key=lambda row: row.started_at.timestamp() if row.started_at else 0.0)
    return groups.values()


def _again(issues: Groups) -> dict[str, tuple[datetime | None, datetime | None]]:
    """By episode, the next contact on the same issue, and the next ticket."""
    after: dict[str, tuple[datetime | None, datetime | None]] = {}
    for same in issues:
        ticket: datetime | None = None
        following: EpisodeRow | None = None
        for row in reversed(same):
            if following is not None:
                after[row.episode_id] = following.started_at, ticket
            following = row
            ticket = (row.handoff_at or row.started_at) if row.ticket_id is not None else ticket
    return after


def _unclear(customers: Groups) -> dict[str, datetime]:
    """By episode, the next contact that may be on the same matter, one of the two being unknown."""
    after: dict[str, datetime] = {}
    for own in customers:
        following: datetime | None = None
        unnamed: datetime | None = None
        for row in reversed(own):
            perhaps = following if row.intent is None else unnamed
            if perhaps is not None:
                after[row.episode_id] = perhaps
            following = row.started_at
            unnamed = row.started_at if row.intent is None else unnamed
    return after
