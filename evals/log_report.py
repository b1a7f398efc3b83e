"""A measured log for people: tables at the terminal, and one HTML file that needs nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from rich.table import Table

from bot.estimate import Estimate
from bot.measure.articles import ARTICLES
from bot.measure.catalogue import ALL
from bot.measure.effort import EFFORT
from bot.measure.handoffs import HANDOFFS
from bot.measure.metric import Metric, Unit, bounds
from bot.measure.outcomes import OUTCOMES
from bot.measure.satisfaction import SATISFACTION
from bot.measure.shown import amount, counted, interval, words
from bot.measure.vendors import VENDORS
from evals.errors import RunError
from evals.log_run import LogRun, context_record, vendor_of

GROUPS: Mapping[str, Sequence[Metric]] = {
    "How episodes end": OUTCOMES,
    "Handoff": HANDOFFS,
    "Satisfaction": SATISFACTION,
    "Articles": ARTICLES,
    "Time and cost": EFFORT,
    "By the vendors' definitions": VENDORS,
}
"""Tables of a report."""

HEADLINE = (
    "containment",
    "abandonment",
    "escalation_rate",
    "unmet_handoff",
    "resolution_strict",
    "resolution_assumed",
    "durable_7d",
    "bot_csat_bot_only",
)
"""What the terminal shows first."""


SLICED_HERE = (
    "containment",
    "abandonment",
    "escalation_rate",
    "resolution_assumed",
    "durable_7d",
    "false_containment",
    "bot_csat_bot_only",
    "article_helpfulness",
    "resolved_after_cited",
    "gap_rate",
)
"""Columns of a page's slices; ``run.json`` has more."""


def left_out(found: Estimate, unit: Unit) -> str:
    """How many rows are unscored, and the share if all of them failed, or passed."""
    ends = bounds(found) if unit is Unit.SHARE else None
    if ends is None:
        return f"{found.unscored:,}" if found.unscored else ""
    return f"{found.unscored:,} ({amount(ends[0], unit)} – {amount(ends[1], unit)})"


def table(title: str, metrics: Mapping[str, Estimate], names: Iterable[str]) -> Table:
    """Metrics with interval, counts and what was left out."""
    shown = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    shown.add_column("metric")
    for column in ("value", "95 % interval", "of", "unscored"):
        shown.add_column(column, justify="right")
    for name in names:
        found, unit = metrics[name], ALL[name].unit
        of = counted(found) if found.value is not None else ""
        shown.add_row(
            words(name),
            amount(found.value, unit),
            interval(found, unit),
            of,
            left_out(found, unit),
        )
    return shown


def definitions_table(compared: Mapping[str, Estimate]) -> Table:
    """Everybody's definition of success over the same log, the smallest share first."""
    shown = Table(title="One log, many definitions", title_justify="left", show_edge=False)
    shown.add_column("whose")
    shown.add_column("definition")
    for column in ("value", "95 % interval", "of"):
        shown.add_column(column, justify="right")
    for name in sorted(compared, key=lambda each: (ALL[each].unit, compared[each].value or 0.0)):
        found, unit = compared[name], ALL[name].unit
        shown.add_row(
            vendor_of(name),
            words(name),
            amount(found.value, unit),
            interval(found, unit),
            counted(found) if found.value is not None else "",
        )
    return shown


def _shares(metrics: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """Those that fit on one axis from 0 to 100 %."""
    return {name: each for name, each in metrics.items() if ALL[name].unit is Unit.SHARE}


def html_report(run: LogRun) -> str:
    """The whole report as one page: no script, no network."""
    from bot.charts import bars  # noqa: PLC0415  takes a second to load

    ends = {metric.name: run.figures.metrics[metric.name] for metric in OUTCOMES}
    drawn = {
        title: bars({words(name): each for name, each in found.items()}, title)
        for title, found in (
            ("How episodes end", _shares(ends)),
            ("One log, many definitions", _shares(run.figures.compared)),
        )
        if found
    }
    source = (files("evals") / "templates" / "log.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters.update(words=words)
    return environment.from_string(source).render(
        run=run,
        drawn=drawn,
        context=context_record(run.context),
        groups=GROUPS,
        metrics=ALL,
        amount=amount,
        interval=interval,
        counted=counted,
        left_out=left_out,
        vendor_of=vendor_of,
        sliced=SLICED_HERE,
    )


def write_report(run: LogRun, folder: Path) -> None:
    """Write ``report.html``.

    Raises:
        RunError: The folder can't be written.
    """
    try:
        (folder / "report.html").write_text(html_report(run), encoding="utf-8", newline="\n")
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {error.strerror}") from error
