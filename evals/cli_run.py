"""``firstline-evals run`` and ``crossval``: cases through the assistant, and their record."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.config import load_settings
from evals.chat_models import open_chat_model
from evals.claim import claimed
from evals.command import (
    AT_A_TIME,
    Concurrency,
    Data,
    Labels,
    Limit,
    Out,
    errors,
    or_exit,
    progress,
    show,
)
from evals.command import out as console_out
from evals.dataset import BUILT_IN, load_suite
from evals.journal import UNFINISHED
from evals.leaks import leaks_in
from evals.metrics import HEADLINE, PER_TIER
from evals.record import EvalRun, write_run
from evals.recorded import RecordedRun, read_run
from evals.report import compared, last_run, terminal_table, write_report

CASES_CRASHED = 1
_MOST_SHOWN = 20


def run(  # noqa: PLR0913, PLR0917  each is an option of the command
    out: Out,
    suite: Annotated[
        str, typer.Option("--suite", help=f"{BUILT_IN}, or a .yaml, .jsonl, .csv or .tsv file.")
    ] = BUILT_IN,
    data: Data = Path("data"),
    labels: Labels = None,
    limit: Limit = None,
    repeat: Annotated[
        int, typer.Option("--repeat", min=1, max=100, help="Play each case so often: pass^k.")
    ] = 1,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="A policy file that leads over the index's.")
    ] = None,
    customer: Annotated[
        str, typer.Option("--customer", help="provider:model that plays personas; rules if empty.")
    ] = "",
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", help="Run to compare with in the report; if empty, the one in --out."
        ),
    ] = None,
    concurrency: Concurrency = AT_A_TIME,
) -> None:
    """Run a suite of cases or a set of labelled messages. An interrupted run goes on."""
    from evals.offline import open_assistant, run_suite  # noqa: PLC0415  --help stays quick

    with or_exit(), claimed(out):
        last = read_run(against) if against else last_run(out)
        cases = load_suite(suite, labels, limit)
        offline = open_assistant(data, policy)
        with progress("cases") as report:
            playing = run_suite(
                cases,
                offline,
                concurrency,
                report,
                folder=out,
                repeat=repeat,
                told=errors.print,
                customer=open_chat_model(customer) if customer else None,
            )
            _write(finished := asyncio.run(playing), out, last)
        _tell(finished, out)


def crossval(
    out: Out,
    examples: Annotated[Path, typer.Option("--examples", help="CSV of text and intent.")],
    data: Data = Path("data"),
    kb: Annotated[Path | None, typer.Option(help="Knowledge base; built-in if empty.")] = None,
    labels: Labels = None,
    limit: Limit = None,
    folds: Annotated[int, typer.Option(min=2, max=20, help="Parts, each left out once.")] = 5,
    concurrency: Concurrency = AT_A_TIME,
) -> None:
    """Measure what labelled messages buy: index with most of them, run on the rest, in turn."""
    from evals.crossval import cross_validate  # noqa: PLC0415  --help stays quick

    with or_exit(), claimed(out):
        cases = load_suite(str(examples), labels, limit)
        settings = load_settings({"data": data, **({"kb": kb} if kb else {})})
        with progress("messages") as report:
            playing = cross_validate(cases, settings, folds, concurrency, errors.print, report)
            _write(finished := asyncio.run(playing), out, last_run(out))
        _tell(finished, out)


def _write(finished: EvalRun, out: Path, last: RecordedRun | None) -> None:
    write_run(finished, out)
    write_report(finished, out, compared(last, out))
    (out / UNFINISHED).unlink(missing_ok=True)


def _tell(finished: EvalRun, out: Path) -> None:
    metrics = finished.metrics()
    show(terminal_table("Headline", metrics, HEADLINE))
    console_out.print()
    show(terminal_table("First message, by risk tier", metrics, PER_TIER))
    console_out.print()
    for result in finished.failing[:_MOST_SHOWN]:
        why = "; ".join(f"{s.check}: {s.reason}" for s in result.failures)
        console_out.print(f"failed {result.case.id}  {why}", markup=False, soft_wrap=True)
    hidden = len(finished.failing) - _MOST_SHOWN
    if hidden > 0:
        console_out.print(f"and {hidden:,} more: {out / 'report.html'}", markup=False)
    console_out.print(
        f"{len(finished.results):,} cases in {finished.seconds:.1f} s, {len(finished.failing):,} "
        f"failing, {finished.unscored:,} unscored; {out / 'report.html'}",
        markup=False,
        soft_wrap=True,
    )
    for result in finished.crashed[:_MOST_SHOWN]:
        errors.print(f"crashed {result.case.id}: {result.error}", markup=False)
    if finished.repeats is not None:
        every = finished.repeats.pass_hat(finished.repeats.k)
        console_out.print(
            f"pass^{finished.repeats.k} {every}; "
            f"{len(finished.repeats.differing):,} cases were not decided the same each time",
            markup=False,
            soft_wrap=True,
        )
    leaks = leaks_in(out, [result.case for result in finished.results])
    for leak in leaks[:_MOST_SHOWN]:
        errors.print(f"leak: {leak.file} holds planted data of {leak.case_id}", markup=False)
    if finished.crashed or leaks:
        raise typer.Exit(CASES_CRASHED)
