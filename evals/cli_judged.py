"""``firstline-evals judge``: a chat model's opinion of a run, with its agreement with people."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.estimate import Estimate
from evals.chat_models import open_chat_model
from evals.command import or_exit, progress, show
from evals.errors import JudgeError
from evals.judge import (
    FEWEST_LABELS,
    Judged,
    judge_cases,
    judged_record,
    read_cases,
    read_human_labels,
)
from evals.whole_file import write_whole


def judge(
    run: Annotated[Path, typer.Option("--run", help="Folder of a run.")],
    model: Annotated[str, typer.Option("--model", help="provider:model, as LangChain names it.")],
    labels: Annotated[
        Path | None, typer.Option("--labels", help="What people think: CSV of id, right, score.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first.")] = None,
) -> None:
    """Ask a model what it thinks of a run's cases. It informs; it decides nothing."""
    with or_exit():
        opened = open_chat_model(model)
        human = read_human_labels(labels) if labels else {}
        with progress("cases") as report:
            judged = asyncio.run(judge_cases(read_cases(run)[:limit], opened, human, report))
        text = json.dumps(judged_record(judged), ensure_ascii=False, indent=1)
        try:
            write_whole(run / "judged.json", text + "\n")
        except OSError as error:
            raise JudgeError(f"{run}: cannot be written: {error.strerror}") from error
        show(judged_table(judged))


def judged_table(judged: Judged) -> Table:
    """The judge's figure, with its agreement beside it."""
    table = Table("", "value (95 %)", box=None, title=f"judged by {judged.model}, {judged.prompt}")
    table.add_row("judged right", str(judged.judged_right))
    table.add_row("kappa with people, right or wrong", _shown(judged.kappa))
    table.add_row("Spearman with people, score", _shown(judged.correlation))
    few = judged.labels < FEWEST_LABELS
    table.add_row("cases that people labelled", f"{judged.labels:,}{' (too few)' if few else ''}")
    return table


def _shown(estimate: Estimate) -> str:
    if estimate.value is None:
        return f"unknown: {estimate.reason}"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.2f} ({estimate.reason})"
    return f"{estimate.value:.2f} ({estimate.low:.2f}–{estimate.high:.2f})"
