"""Measures the service's own conversations: the same rows and numbers as any log."""

import time
from dataclasses import replace
from datetime import UTC, datetime

from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow
from bot.measure.predicted_csat import HAND_SET, CsatModel
from bot.store import Store
from bot.store_logged import BEGINNING
from evals.log_run import LogRun, Source, figures, require_features, uncollected
from evals.record import new_run_id, this_revision


def measure_live(
    store: Store,
    context: MeasureContext,
    *,
    compare: bool = False,
    csat: CsatModel = HAND_SET,
) -> LogRun:
    """Measure the records of a store.

    Args:
        store: The records.
        context: Window, time and settings.
        compare: Whether the vendors' definitions are wanted, too.
        csat: Predicts CSAT, from features alone.

    Raises:
        bot.store_errors.StoreUnavailable: The database cannot be read now.
        ReplayError: CSAT wants vectors.
    """
    require_features(csat)
    started, clock = datetime.now(UTC), time.perf_counter()
    with uncollected():
        rows = [_with_hours(row, context) for row in store.logged.episodes(context, csat)]
    votes = store.logged.votes(context.since or BEGINNING, context.until or context.now)
    seen = replace(context, votes=votes)
    return LogRun(
        id=new_run_id(),
        started=started,
        revision=this_revision(),
        source=Source("live", store.file.name if store.file else "postgresql"),
        rows=rows,
        context=seen,
        figures=figures(rows, seen, compare=compare),
        seconds=time.perf_counter() - clock,
    )


def _with_hours(row: EpisodeRow, context: MeasureContext) -> EpisodeRow:
    """The row, saying whether agents were there when it was handed over."""
    if row.handoff_at is None or context.hours is None:
        return row
    return replace(row, in_hours=context.hours.is_open(row.handoff_at))
