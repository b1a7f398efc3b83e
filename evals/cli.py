"""``firstline-evals``: run · crossval · redaction.

Exit codes: 0 done, 1 cases failed to run, 2 can't start.
"""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from bot.config import load_settings
from bot.errors import FirstlineError
from evals.dataset import BUILT_IN, load_suite
from evals.errors import EvalError
from evals.metrics import HEADLINE, PER_TIER
from evals.record import EvalRun, write_run
from evals.redaction_set import PARTS, as_part, read_mapping, read_set
from evals.report import terminal_table, write_report
from evals.run import Report
from redaction.name_model import ModelHashError, ModelMissingError
from retrieval.errors import RetrievalError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Firstline's evaluation: the assistant that runs live, on cases, with intervals.",
)

_out = Console(highlight=False)
_errors = Console(stderr=True, highlight=False, soft_wrap=True)

CASES_CRASHED = 1
CANNOT_START = 2
_MOST_SHOWN = 20

Data = Annotated[Path, typer.Option("--data", help="Data folder that holds the index.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for run.json, cases.jsonl, report.html.")]
Labels = Annotated[
    Path | None,
    typer.Option("--labels", help="CSV, TSV or JSON that gives each label its tier."),
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first so many.")]
Concurrency = Annotated[
    int, typer.Option("--concurrency", min=1, max=64, help="Cases at a time; changes no result.")
]
_AT_A_TIME = min(4, os.cpu_count() or 1)


@app.command()
def run(
    out: Out,
    suite: Annotated[
        str, typer.Option("--suite", help=f"{BUILT_IN}, or a .yaml, .jsonl, .csv or .tsv file.")
    ] = BUILT_IN,
    data: Data = Path("data"),
    labels: Labels = None,
    limit: Limit = None,
    concurrency: Concurrency = _AT_A_TIME,
) -> None:
    """Run a suite of cases or a set of labelled messages."""
    from evals.offline import open_assistant, run_suite  # noqa: PLC0415  --help stays quick

    with _or_exit():
        cases = load_suite(suite, labels, limit)
        offline = open_assistant(data)
        with _progress("cases") as report:
            finished = asyncio.run(run_suite(cases, offline, concurrency, report))
        _finish(finished, out)


@app.command()
def crossval(
    out: Out,
    examples: Annotated[Path, typer.Option("--examples", help="CSV of text and intent.")],
    data: Data = Path("data"),
    kb: Annotated[Path | None, typer.Option(help="Knowledge base; built-in if empty.")] = None,
    labels: Labels = None,
    limit: Limit = None,
    folds: Annotated[int, typer.Option(min=2, max=20, help="Parts, each left out once.")] = 5,
    concurrency: Concurrency = _AT_A_TIME,
) -> None:
    """Measure what labelled messages buy: index with most of them, run on the rest, in turn."""
    from evals.crossval import cross_validate  # noqa: PLC0415  --help stays quick

    with _or_exit():
        cases = load_suite(str(examples), labels, limit)
        settings = load_settings({"data": data, **({"kb": kb} if kb else {})})
        with _progress("messages") as report:
            finished = asyncio.run(
                cross_validate(cases, settings, folds, concurrency, _errors.print, report)
            )
        _finish(finished, out)


@app.command()
def redaction(
    out: Annotated[Path, typer.Option("--out", help="Folder for redaction.json, redaction.md.")],
    suite: Annotated[
        list[str] | None,
        typer.Option("--suite", help=f"{BUILT_IN}, or a .jsonl file of text and spans; repeat it."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="YAML or JSON that gives each label its kind, or KEEP."),
    ] = None,
    part: Annotated[
        str, typer.Option("--part", help=f"Which half by a hash of the text: {', '.join(PARTS)}.")
    ] = "all",
    limit: Limit = None,
    presidio: Annotated[
        bool, typer.Option(help="Measure default presidio in the same run.")
    ] = True,
    hostile: Annotated[bool, typer.Option(help="Measure how the cost grows.")] = True,
) -> None:
    """Measure the redactor that runs live on texts with labelled personal data."""
    from evals import redaction as measuring  # noqa: PLC0415  --help stays quick
    from evals import redaction_report as page  # noqa: PLC0415  --help stays quick

    with _or_exit():
        kinds = read_mapping(mapping)
        sets = [read_set(each, kinds, as_part(part), limit) for each in suite or [BUILT_IN]]
        settings = load_settings().redaction
        sides = measuring.redactors(settings, kinds, presidio=presidio)
        measured = []
        for each in sets:
            with _progress("texts") as report:
                measured.append(measuring.measure(each, sides, report))
            for name in sides:
                _out.print(page.terminal_table(measured[-1], name))
                _out.print(page.summary(measured[-1], name), markup=False, soft_wrap=True)
                _out.print()
        growth = measuring.hostile_growth(sides[measuring.OURS]) if hostile else ()
        page.write(measured, growth, out)
        _out.print(f"{out / 'redaction.md'}", markup=False, soft_wrap=True)


def _finish(finished: EvalRun, out: Path) -> None:
    write_run(finished, out)
    write_report(finished, out)
    metrics = finished.metrics()
    _out.print(terminal_table("Headline", metrics, HEADLINE))
    _out.print()
    _out.print(terminal_table("First message, by risk tier", metrics, PER_TIER))
    _out.print()
    for result in finished.failing[:_MOST_SHOWN]:
        why = "; ".join(f"{s.check}: {s.reason}" for s in result.failures)
        _out.print(f"failed {result.case.id}  {why}", markup=False, soft_wrap=True)
    hidden = len(finished.failing) - _MOST_SHOWN
    if hidden > 0:
        _out.print(f"and {hidden:,} more: {out / 'report.html'}", markup=False)
    _out.print(
        f"{len(finished.results):,} cases in {finished.seconds:.1f} s, {len(finished.failing):,} "
        f"failing, {finished.unscored:,} unscored; {out / 'report.html'}",
        markup=False,
        soft_wrap=True,
    )
    for result in finished.crashed[:_MOST_SHOWN]:
        _errors.print(f"crashed {result.case.id}: {result.error}", markup=False)
    if finished.crashed:
        raise typer.Exit(CASES_CRASHED)


@contextmanager
def _or_exit() -> Iterator[None]:
    """Turn the errors that we raise on purpose into one clear line and exit code 2."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    try:
        yield
    except (
        EvalError,
        FirstlineError,
        RetrievalError,
        ModelHashError,
        ModelMissingError,
    ) as error:
        _errors.print(f"error: {error}", markup=False)
        raise typer.Exit(CANNOT_START) from error


@contextmanager
def _progress(name: str) -> Iterator[Report]:
    columns = (
        TextColumn(f"{name:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_errors, disable=not _errors.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


if __name__ == "__main__":
    app()
