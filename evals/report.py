"""A run for people: a table at the terminal, and one HTML file that needs nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.table import Table

from bot.dialogue import decision_kind, decision_reason
from bot.estimate import Estimate
from bot.golden import shown
from bot.measure.catalogue import ALL
from bot.measure.metric import Unit
from evals.compare import Comparison, compare
from evals.drawings import drawings
from evals.errors import RunError
from evals.metrics import HEADLINE, PER_TIER, slices
from evals.record import EvalRun
from evals.recorded import RecordedRun, read_run
from evals.verdict import flip_line, flips, pairing, points
from evals.whole_file import write_whole

_MOST_FAILURES = 5000
"""Failing cases that a page lists; the rest stands in ``cases.jsonl``."""


@dataclass(frozen=True, slots=True)
class Bar:
    """An estimate drawn as a bar with whiskers, in percent of its width."""

    name: str
    meaning: str
    estimate: Estimate

    @property
    def value(self) -> float:
        """Length of the bar."""
        return 100 * (self.estimate.value or 0.0)

    @property
    def whiskers(self) -> tuple[float, float] | None:
        """Ends of the interval, ``None`` where there is none."""
        if self.estimate.low is None or self.estimate.high is None:
            return None
        return 100 * self.estimate.low, 100 * self.estimate.high

    @property
    def title(self) -> str:
        """The name in words."""
        return words(self.name)


def words(name: str) -> str:
    """A metric's name in words."""
    return name.replace("_", " ").replace("oos", "out of scope").capitalize()


def meaning(name: str) -> str:
    """What a metric says, in one sentence."""
    return ALL[name].meaning if name in ALL else ""


def terminal_table(title: str, metrics: Mapping[str, Estimate], names: Iterable[str]) -> Table:
    """Metrics with interval, counts and n."""
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("metric")
    for column in ("value", "95 % interval", "of", "unscored"):
        table.add_column(column, justify="right")
    for name in names:
        estimate = metrics[name]
        if estimate.value is None:
            table.add_row(words(name), "–", "", estimate.reason, str(estimate.unscored or ""))
            continue
        interval = (
            f"{100 * estimate.low:.1f}–{100 * estimate.high:.1f} %"
            if estimate.low is not None and estimate.high is not None
            else "too few"
        )
        table.add_row(
            words(name),
            f"{100 * estimate.value:.1f} %",
            interval,
            f"{estimate.numerator or 0:,.0f} / {estimate.denominator or 0:,.0f}",
            str(estimate.unscored or ""),
        )
    return table


def html_report(
    run: EvalRun, comparison: Comparison | None = None, most: int = _MOST_FAILURES
) -> str:
    """The whole report as one page: no script, no network.

    Args:
        run: What is told.
        comparison: With the last run, where there is one.
        most: Failing cases that are listed.
    """
    templates = PackageLoader("evals")
    environment = Environment(
        loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"words": words, "kind": decision_kind, "reason": decision_reason}
    metrics = run.metrics()
    shown_above = {*HEADLINE, *PER_TIER}
    known = [
        name
        for name, found in metrics.items()
        if name not in shown_above and found.value is not None and ALL[name].unit is Unit.SHARE
    ]
    return environment.get_template("report.html").render(
        run=run,
        drawn=drawings(run.results),
        comparison=comparison,
        flips=flips(comparison) if comparison else [],
        flip_line=flip_line,
        pairing=pairing(comparison) if comparison else "",
        points=points,
        headline=_bars(metrics, HEADLINE),
        per_tier=_bars(metrics, PER_TIER),
        others=_bars(metrics, known),
        slices=slices(run.results, run.domains),
        failing=run.failing[:most],
        more=max(0, len(run.failing) - most),
        shown=shown,
    )


def last_run(folder: Path) -> RecordedRun | None:
    """The run that a folder holds so far; ``None`` for none that can be compared with."""
    try:
        return read_run(folder)
    except RunError:
        return None


def compared(last: RecordedRun | None, folder: Path) -> Comparison | None:
    """The run that was just written, beside the last one; ``None`` where no case is in both."""
    try:
        return compare(last, read_run(folder)) if last is not None else None
    except RunError:
        return None


def write_report(run: EvalRun, folder: Path, comparison: Comparison | None = None) -> None:
    """Write ``report.html``.

    Raises:
        RunError: The folder can't be written.
    """
    try:
        write_whole(folder / "report.html", html_report(run, comparison))
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {error.strerror}") from error


def _bars(metrics: Mapping[str, Estimate], names: Iterable[str]) -> list[Bar]:
    return [Bar(name, meaning(name), metrics[name]) for name in names]
