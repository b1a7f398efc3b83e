"""What content owners' pages read from the records: words by their turns, states, votes."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.store_audit import AuditEntry, read_entry
from bot.store_database import Database
from bot.store_gaps import GapState
from bot.store_retention import EXPIRED
from bot.store_tables import article_feedback as votes
from bot.store_tables import audit
from bot.store_tables import conversation as conversations
from bot.store_tables import gap as gaps
from bot.store_tables import turn as turns
from redaction.redactor import WITHHELD

_BATCH = 400


@dataclass(frozen=True, slots=True)
class GapStanding:
    """Where a gap stands now.

    Attributes:
        state: Its state.
        reason: Why it was dismissed; empty otherwise.
        first_seen: When it was found first.
        changed_at: When its state changed last.
        changed_by: Who changed it; empty where a run did.
    """

    state: GapState
    reason: str
    first_seen: datetime
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class RevisionVotes:
    """The votes on one revision of an article."""

    revision: str
    helpful: int
    unhelpful: int
    last_at: datetime


class InsightStore:
    """Reads for the pages; every method is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def texts(self, turn_ids: Collection[str]) -> dict[str, str]:
        """What these turns say, by id; those whose words are gone are left out."""
        found: dict[str, str] = {}
        with self._database.read() as connection:
            for some in _batches(sorted(set(turn_ids))):
                wanted = select(turns.c.id, turns.c.text).where(turns.c.id.in_(some))
                found.update((row.id, row.text) for row in connection.execute(wanted))
        return {id_: text for id_, text in found.items() if text != EXPIRED}

    def saying(self, texts: Collection[str], since: datetime) -> dict[str, str]:
        """For each text that a customer wrote since then, the newest turn that says it."""
        found: dict[str, str] = {}
        with self._database.read() as connection:
            for some in _batches(sorted(set(texts))):
                wanted = (
                    select(turns.c.id, turns.c.text)
                    .where(
                        turns.c.speaker == "customer",
                        turns.c.at >= since,
                        turns.c.text.in_(some),
                    )
                    .order_by(turns.c.at)
                )
                found.update((row.text, row.id) for row in connection.execute(wanted))
        return found

    def first_messages(self, since: datetime, limit: int) -> list[tuple[str, str]]:
        """Turn and text of what customers wrote first, each text once, the newest first."""
        wanted = (
            select(turns.c.id, turns.c.text)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .where(
                turns.c.speaker == "customer",
                turns.c.seq <= 1,  # an agent or a notice may have been there before
                turns.c.at >= since,
                turns.c.text.not_in((EXPIRED, WITHHELD)),
                conversations.c.is_test.is_(False),
            )
            .order_by(turns.c.at.desc())
            .limit(limit)
        )
        found: dict[str, str] = {}
        with self._database.read() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row.text, row.id)
        return [(turn_id, text) for text, turn_id in found.items()]

    def gap_standings(self, source: str = "live") -> dict[str, GapStanding]:
        """Where each gap of a source stands, by id."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(
                    gaps.c.id,
                    gaps.c.state,
                    gaps.c.reason,
                    gaps.c.first_seen,
                    gaps.c.changed_at,
                    gaps.c.changed_by,
                ).where(gaps.c.source == source)
            ).all()
        return {
            row.id: GapStanding(
                GapState(row.state), row.reason, row.first_seen, row.changed_at, row.changed_by
            )
            for row in rows
        }

    def gap_deeds(self, gap_id: str) -> Sequence[AuditEntry]:
        """What was done to a gap, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(audit).where(audit.c.object == f"gap:{gap_id}").order_by(audit.c.id.desc())
            ).all()
        return tuple(read_entry(row) for row in rows)

    def votes_by_revision(self, article_id: str) -> Sequence[RevisionVotes]:
        """The votes on each revision of an article, the newest first."""
        newest = func.max(votes.c.at).label("last_at")
        with self._database.read() as connection:
            rows = connection.execute(
                select(votes.c.revision, votes.c.helpful, func.count().label("n"), newest)
                .where(votes.c.article_id == article_id)
                .group_by(votes.c.revision, votes.c.helpful)
            ).all()
        found: dict[str, RevisionVotes] = {}
        for row in rows:
            old = found.get(row.revision, RevisionVotes(row.revision, 0, 0, row.last_at))
            found[row.revision] = RevisionVotes(
                row.revision,
                old.helpful + (row.n if row.helpful else 0),
                old.unhelpful + (0 if row.helpful else row.n),
                max(old.last_at, row.last_at),
            )
        return sorted(found.values(), key=lambda each: each.last_at, reverse=True)


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
