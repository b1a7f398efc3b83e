"""Gaps from run to run, and the messages that owners confirmed as their tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from sqlalchemy import Row, delete, insert, select, update

from bot.store_audit import record_audit
from bot.store_database import Database
from bot.store_errors import StoreError
from bot.store_tables import gap as gaps
from bot.store_tables import gap_case as cases
from retrieval.embedder import Floats


class GapState(StrEnum):
    """Where a gap stands."""

    OPEN = "open"
    DRAFTING = "drafting"
    PUBLISHED = "published"
    VERIFIED = "verified"
    DISMISSED = "dismissed"


A_RUN = "a run"
"""Who changed a state, on record, where nobody did."""

CLOSED = frozenset({GapState.VERIFIED, GapState.DISMISSED})


@dataclass(frozen=True, slots=True)
class KnownGap:
    """What is kept of a gap from run to run; no message of a customer.

    Attributes:
        id: Stays the same from week to week.
        source: ``live``, or ``export`` where it was found in a file.
        state: Where it stands.
        reason: Why it was dismissed, or opened again by a run; empty otherwise.
        centre: Mean embedding of its messages, shape (d,).
        model: SHA-256 of the embedding model.
        index_version: Index under which it was last found open.
        passing: Share of its messages that this index answered.
        contacts: How many contacts it had in the last run.
        first_seen: When it was found first.
        changed_at: When its state changed last.
        changed_by: Who changed it; empty where the run did.
    """

    id: str
    source: str
    state: GapState
    reason: str
    centre: Floats
    model: str
    index_version: str
    passing: float
    contacts: int
    first_seen: datetime
    changed_at: datetime
    changed_by: str = ""


class UnknownGap(StoreError):
    """There is no gap of that id."""

    def __init__(self, gap_id: str) -> None:
        super().__init__(f"no gap {gap_id}: run `firstline gaps` and take an id from it")


@dataclass(frozen=True, slots=True)
class GapCase:
    """A message that must be answered for a gap to be closed, in an owner's words.

    Attributes:
        text: The message, confirmed or rewritten by the owner.
        article_id: Article that must answer; empty takes any.
    """

    text: str
    article_id: str = ""


class GapStore:
    """Keeps gaps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, source: str) -> Sequence[KnownGap]:
        """All gaps of a source, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(gaps).where(gaps.c.source == source).order_by(gaps.c.first_seen, gaps.c.id)
            ).all()
        return tuple(_read(row) for row in rows)

    def get(self, gap_id: str) -> KnownGap:
        """One gap.

        Raises:
            UnknownGap: There is none of that id.
        """
        with self._database.read() as connection:
            row = connection.execute(select(gaps).where(gaps.c.id == gap_id)).one_or_none()
        if row is None:
            raise UnknownGap(gap_id)
        return _read(row)

    def keep(self, found: Sequence[KnownGap]) -> None:
        """Adds or replaces gaps; a state that somebody changed since they were read stays.

        A state that a run changes is on record as one that a person does.
        """
        moved: list[KnownGap] = []
        with self._database.write() as connection:
            now = {
                row.id: row
                for row in connection.execute(
                    select(
                        gaps.c.id, gaps.c.state, gaps.c.changed_by, gaps.c.changed_at
                    ).with_for_update()
                )
            }
            for each in found:
                values = _values(each)
                row = now.get(each.id)
                if row is None:
                    connection.execute(insert(gaps).values(**values))
                    continue
                if row.changed_by and row.changed_at > each.changed_at:
                    for name in ("state", "reason", "changed_at", "changed_by"):
                        values.pop(name)
                elif row.state != each.state.value:
                    moved.append(each)
                connection.execute(update(gaps).where(gaps.c.id == each.id).values(**values))
            for each in moved:
                detail = {"state": each.state.value}
                if each.reason:
                    detail["reason"] = each.reason  # a run's, so none of anybody's words
                object_ = f"gap:{each.id}"
                record_audit(connection, each.changed_at, A_RUN, "gap.state", object_, **detail)

    def move(self, gap_id: str, state: GapState, reason: str, by: str, now: datetime) -> None:
        """Puts a gap in another state, on record.

        Raises:
            UnknownGap: There is none of that id.
        """
        with self._database.write() as connection:
            done = connection.execute(
                update(gaps)
                .where(gaps.c.id == gap_id)
                .values(state=state.value, reason=reason, changed_at=now, changed_by=by)
            )
            if not done.rowcount:
                raise UnknownGap(gap_id)
            record_audit(connection, now, by, "gap.state", f"gap:{gap_id}", state=state.value)

    def confirm(self, gap_id: str, confirmed: Sequence[GapCase], by: str, now: datetime) -> None:
        """Takes these messages for the gap's tests, in place of earlier ones.

        Raises:
            UnknownGap: There is none of that id.
        """
        self.get(gap_id)
        with self._database.write() as connection:
            connection.execute(delete(cases).where(cases.c.gap_id == gap_id))
            for number, case in enumerate(confirmed):
                connection.execute(
                    insert(cases).values(
                        gap_id=gap_id,
                        number=number,
                        text=case.text,
                        article_id=case.article_id,
                        confirmed_by=by,
                        confirmed_at=now,
                    )
                )
            count = str(len(confirmed))
            record_audit(connection, now, by, "gap.tests", f"gap:{gap_id}", cases=count)

    def cases(self, gap_id: str) -> Sequence[GapCase]:
        """The tests of a gap, in order."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(cases).where(cases.c.gap_id == gap_id).order_by(cases.c.number)
            ).all()
        return tuple(GapCase(row.text, row.article_id) for row in rows)

    def every_case(self) -> Sequence[tuple[str, GapCase]]:
        """The tests of all gaps, each with its gap's id."""
        with self._database.read() as connection:
            rows = connection.execute(select(cases).order_by(cases.c.gap_id, cases.c.number)).all()
        return tuple((row.gap_id, GapCase(row.text, row.article_id)) for row in rows)


def _values(gap: KnownGap) -> dict[str, object]:
    return {
        "id": gap.id,
        "source": gap.source,
        "state": gap.state.value,
        "reason": gap.reason,
        "centre": gap.centre.astype(np.float16).tobytes(),
        "model": gap.model,
        "index_version": gap.index_version,
        "passing": gap.passing,
        "contacts": gap.contacts,
        "first_seen": gap.first_seen,
        "changed_at": gap.changed_at,
        "changed_by": gap.changed_by,
    }


def _read(row: Row[Any]) -> KnownGap:  # Any: every column of the table
    return KnownGap(
        row.id,
        row.source,
        GapState(row.state),
        row.reason,
        np.frombuffer(row.centre, np.float16).astype(np.float32),
        row.model,
        row.index_version,
        row.passing,
        row.contacts,
        row.first_seen,
        row.changed_at,
        row.changed_by,
    )
