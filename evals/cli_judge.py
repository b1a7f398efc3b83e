"""``firstline-evals compare`` and ``gate``: what changed, and whether it may go on."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from evals.command import errors, or_exit, show
from evals.command import out as console_out
from evals.compare import compare as compare_runs
from evals.errors import RunError
from evals.gate import judge
from evals.gate_policy import read_gate_policy
from evals.recorded import read_run
from evals.verdict import (
    comparison_markdown,
    comparison_record,
    comparison_table,
    flip_line,
    flips,
    gate_line,
    gate_markdown,
    gate_record,
    gate_table,
    junit,
    pairing,
)
from evals.whole_file import write_whole

GATE_FAILED = 1
_MOST_SHOWN = 40

Format = Annotated[
    Literal["table", "json", "markdown"], typer.Option("--format", help="What is printed.")
]


def compare(
    baseline: Annotated[Path, typer.Argument(metavar="RUN_A", help="Folder of the run before.")],
    run: Annotated[Path, typer.Argument(metavar="RUN_B", help="Folder of the new run.")],
    format_: Format = "table",
) -> None:
    """Pair two runs case by case: what changed, how sure that is, which cases flipped."""
    with or_exit():
        found = compare_runs(read_run(baseline), read_run(run))
    if format_ == "json":
        _plain(json.dumps(comparison_record(found), ensure_ascii=False, indent=1))
        return
    if format_ == "markdown":
        _plain(comparison_markdown(found))
        return
    show(comparison_table(found))
    console_out.print(pairing(found), markup=False, soft_wrap=True)
    lines = [flip_line(*each) for each in flips(found)]
    for line in lines[:_MOST_SHOWN]:
        console_out.print(line, markup=False, soft_wrap=True)
    if len(lines) > _MOST_SHOWN:
        console_out.print(f"and {len(lines) - _MOST_SHOWN:,} more: --format markdown lists all")


def gate(
    run: Annotated[Path, typer.Option("--run", help="Folder of the run to judge.")],
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", help="Folder of the run before; without it, absolute rules."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="The gate file; the shipped one if empty.")
    ] = None,
    junit_to: Annotated[
        Path | None, typer.Option("--junit", help="Where JUnit XML goes; RUN/gate.xml if empty.")
    ] = None,
    summary: Annotated[
        Path | None, typer.Option("--summary", help="Where Markdown goes; RUN/gate.md if empty.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="A rule that can't be judged fails.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Hold a run against the gate file. Exits with 1 where it fails, 2 where it can't tell."""
    with or_exit():
        before = read_run(baseline) if baseline else None
        verdict = judge(read_run(run), before, read_gate_policy(policy), strict=strict)
        _write(junit_to or run / "gate.xml", junit(verdict))
        _write(summary or run / "gate.md", gate_markdown(verdict))
    if as_json:
        _plain(json.dumps(gate_record(verdict), ensure_ascii=False, indent=1))
    else:
        show(gate_table(verdict))
        console_out.print(gate_line(verdict), markup=False, soft_wrap=True)
    for ruled in verdict.failed:
        for name in ruled.cases[:_MOST_SHOWN]:
            errors.print(f"failed {ruled.rule}: {name}", markup=False)
    if not verdict.passed:
        raise typer.Exit(GATE_FAILED)


def _plain(text: str) -> None:
    console_out.print(text, markup=False, soft_wrap=True)


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror}") from error
