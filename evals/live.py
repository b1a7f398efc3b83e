"""Measures the service's own conversations: the same rows and numbers as any log."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.config import Settings
from bot.measure.ending import MeasureContext
from bot.store import Store
from bot.store_logged import BEGINNING
from bot.wiring import knowledge_base
from evals.log_run import LogRun, Source, figures
from evals.record import new_run_id, this_revision
from retrieval.source import read_folder


def measure_live(store: Store, context: MeasureContext, *, compare: bool = False) -> LogRun:
    """Measure the records of a store.

    Args:
        store: The records.
        context: Window, time and settings.
        compare: Whether the vendors' definitions are wanted, too.

    Raises:
        bot.store_errors.StoreUnavailable: The database cannot be read now.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    rows = store.logged.episodes(context)
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


def domains_of(settings: Settings) -> Mapping[str, str]:
    """Domain of each article of the knowledge base; none where its folder is not there."""
    folder = knowledge_base(settings)
    if not folder.is_dir():
        return {}
    return {each.id: each.domain for each in read_folder(folder).articles if each.domain}
