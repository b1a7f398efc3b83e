"""What every command of ``firstline-evals`` shares: consoles, options, errors, progress."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from bot.errors import FirstlineError
from evals.errors import EvalError
from redaction.name_model import ModelHashError, ModelMissingError
from retrieval.errors import RetrievalError

CANNOT_START = 2
"""Exit code of every command that can't do what it is asked."""

out = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

_WIDEST = 1000
"""Columns of the widest table that is printed where no terminal bounds it."""

AT_A_TIME = min(4, os.cpu_count() or 1)

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


@contextmanager
def or_exit() -> Iterator[None]:
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
        errors.print(f"error: {error}", markup=False)
        raise typer.Exit(CANNOT_START) from error


def show(table: Table) -> None:
    """Print a table without losing a word of it, however narrow the terminal is.

    Whatever is piped or kept is as wide as it needs to be.
    """
    for column in table.columns:
        column.overflow = "fold"
    if out.is_terminal:
        out.print(table)
        return
    wide = Console(file=out.file, highlight=False, width=_WIDEST)
    wide.width = Measurement.get(wide, wide.options, table).maximum
    wide.print(table)


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


@contextmanager
def progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with counts, rate and time left, where somebody looks."""
    columns = (
        TextColumn(f"{name:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
