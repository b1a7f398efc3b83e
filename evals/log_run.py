"""A log that was measured, replayed or live, as a record: ``run.json`` and ``cases.jsonl``."""

import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.estimate import Estimate
from bot.measure.catalogue import (
    ALL,
    DEFINITIONS,
    METRICS,
    Slices,
    dimensions,
    measure,
    slices,
)
from bot.measure.cohort import cohort_of
from bot.measure.ending import MeasureContext, ended_as
from bot.measure.episode_row import EpisodeRow
from bot.measure.metric import Unit, bounds
from bot.measure.predicted_csat import CsatModel
from bot.measure.row_json import row_json
from evals.errors import ReplayError, RunError
from evals.record import DEFINITIONS as DEFINITIONS_VERSION
from evals.record import FORMAT, Revision, estimate_record

Json = dict[str, Any]  # JSON, whose shape docs/metrics.md describes

PRICES = ("agent_minute_cost", "agent_contact_cost", "self_service_cost", "infra_cost")
"""What only the deployer knows, by its name in the context."""


Report = Callable[[int, int], None]  # done and all there is, for a progress bar


def silent(done: int, total: int) -> None:
    """Reports to nobody."""


def require_features(csat: CsatModel) -> None:
    """See that a model of CSAT needs no more than the features of a conversation.

    Raises:
        ReplayError: It wants vectors of texts.
    """
    if csat.embedding is not None:
        raise ReplayError(f"{csat.name}: wants vectors; fit a model without --embeddings for logs")


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave memory alone meanwhile: rows refer to nothing that refers to them, and are many."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows come from.

    Attributes:
        kind: ``replay`` or ``live``.
        name: Of the file, or of the database.
        sha256: Of the file; empty for a database.
    """

    kind: str
    name: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """All numbers of a log.

    Attributes:
        counts: How many rows there are and how they ended.
        metrics: Every number by name.
        compared: Ours and the vendors' definitions of success, where asked for.
        slices: A few numbers for each value of each dimension.
    """

    counts: Mapping[str, int]
    metrics: Mapping[str, Estimate]
    compared: Mapping[str, Estimate]
    slices: Slices


def figures(
    rows: Sequence[EpisodeRow],
    context: MeasureContext,
    *,
    compare: bool = False,
    report: Report = silent,
) -> Figures:
    """Computes every number.

    Args:
        rows: Episodes of one log.
        context: Window, time and settings.
        compare: Whether the vendors' definitions are wanted, too.
        report: Told after each kind of numbers.
    """
    steps, done = 1 + len(dimensions(context)), 0

    def step() -> None:
        nonlocal done
        done += 1
        report(done, steps)

    found = measure(rows, context, {**METRICS, **(DEFINITIONS if compare else {})})
    step()
    return Figures(
        cohort_of(rows, context).counts(),
        {name: found[name] for name in METRICS},
        {name: found[name] for name in DEFINITIONS} if compare else {},
        slices(rows, context, done=step),
    )


@dataclass(frozen=True, slots=True)
class LogRun:
    """A measured log.

    Attributes:
        id: Unique.
        started: UTC.
        seconds: How long it took.
        revision: What code ran.
        source: Where the rows come from.
        rows: Every row, those outside the window included.
        context: What they were looked at with.
        figures: All its numbers.
    """

    id: str
    started: datetime
    seconds: float
    revision: Revision
    source: Source
    rows: Sequence[EpisodeRow]
    context: MeasureContext
    figures: Figures


def vendor_of(name: str) -> str:
    """Whose definition it is."""
    vendor = name.partition("_")[0]
    known = {"fin": "Fin", "zendesk": "Zendesk", "ada": "Ada", "chatwoot": "Chatwoot"}
    return {**known, "ultimate": "Ultimate"}.get(vendor, "Firstline")


def log_record(run: LogRun) -> Json:
    """The content of ``run.json``."""
    compared = {
        "vendor_definitions": {
            name: {
                "vendor": vendor_of(name),
                "meaning": ALL[name].meaning,
                **estimate_record(found),
            }
            for name, found in run.figures.compared.items()
        }
    }
    return {
        "format": FORMAT,
        "definitions": DEFINITIONS_VERSION,
        "id": run.id,
        "started_at": run.started.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        **asdict(run.revision),
        "kind": run.source.kind,
        "suite": run.source.name,
        "sha256": run.source.sha256,
        "context": context_record(run.context),
        "content": content_record(run.context),
        "counts": dict(run.figures.counts),
        "metrics": {name: _told(name, found) for name, found in run.figures.metrics.items()},
        **(compared if run.figures.compared else {}),
        "slices": {
            dimension: {
                value: {name: estimate_record(found) for name, found in metrics.items()}
                for value, metrics in values.items()
            }
            for dimension, values in run.figures.slices.items()
        },
    }


def _told(name: str, found: Estimate) -> Json:
    """A number; a share with unscored rows also between all failing and all passing."""
    ends = bounds(found) if ALL[name].unit is Unit.SHARE else None
    return estimate_record(found) | ({"bounds": list(ends)} if ends else {})


def context_record(context: MeasureContext) -> Json:
    """What the rows were looked at with."""
    return {
        "now": context.now.isoformat(),
        "since": context.since.isoformat() if context.since else None,
        "until": context.until.isoformat() if context.until else None,
        "assume_after_hours": context.assume_after.total_seconds() / 3600,
        "durable_days": context.durable_days,
        "first_reply_target_seconds": context.first_reply_target.total_seconds(),
        "min_votes": context.min_votes,
        **{name: getattr(context, name) for name in PRICES},
        "with_tests": context.with_tests,
    }


def content_record(context: MeasureContext) -> Json:
    """What was known of the articles, for whoever asks again which rows a number counts."""
    return {
        "articles": {
            each.id: {
                "domain": each.domain,
                "reviewed_on": each.reviewed_on.isoformat() if each.reviewed_on else None,
            }
            for each in context.articles.values()
        },
        "changes": [
            {"id": each.id, "at": each.at.isoformat(), "articles": list(each.articles)}
            for each in context.changes
        ],
    }


def episode_record(row: EpisodeRow, context: MeasureContext) -> Json:
    """One line of ``cases.jsonl``: the columns, how it ended, and whether it counts."""
    told = row_json(row)
    return {**told, "ended_as": ended_as(row, context).value, "counted": context.counts(row)}


def write_log(run: LogRun, folder: Path) -> None:
    """Write ``run.json`` and ``cases.jsonl``.

    Raises:
        RunError: The folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "cases.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            for row in run.rows:
                line = json.dumps(episode_record(row, run.context), ensure_ascii=False)
                file.write(line + "\n")
        text = json.dumps(log_record(run), ensure_ascii=False, indent=1)
        (folder / "run.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {error.strerror}") from error
