"""``firstline-evals tune``: thresholds that keep a promise, with the evidence."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.selective import RiskCurve
from evals.command import (
    AT_A_TIME,
    Concurrency,
    Data,
    Labels,
    Limit,
    errors,
    or_exit,
    progress,
    show,
)
from evals.command import out as console_out
from evals.errors import NoPromiseError, TuneError
from evals.tune import Choice, choose
from evals.tune_target import read_target
from evals.tuned import curves, policy_text, tuned_policy
from evals.whole_file import write_whole

CANNOT_PROMISE = 1


def tune(
    cases: Annotated[
        Path,
        typer.Option(
            "--cases",
            help="Labelled messages or a suite, which are played; or what tune kept beside an "
            "earlier policy; or a run's cases.jsonl.",
        ),
    ],
    target: Annotated[Path, typer.Option("--target", help="YAML that says what is promised.")],
    out: Annotated[Path, typer.Option("--out", help="Policy file to write.")],
    data: Data = Path("data"),
    labels: Labels = None,
    limit: Limit = None,
    seed: Annotated[int, typer.Option(help="Of the split into two parts.")] = 0,
    concurrency: Concurrency = AT_A_TIME,
) -> None:
    """Choose thresholds that keep a promise on unseen messages; write them with the evidence.

    Exits with 1 where it can't be promised: then there is no policy file.
    """
    from evals.tune_cases import Playing, read_tune_cases  # noqa: PLC0415  --help stays quick

    with or_exit():
        wanted = read_target(target)
        kept: Path | None = None
        try:
            with progress("plays") as report:
                playing = Playing(data, labels, limit, concurrency, report, errors.print)
                found = read_tune_cases(cases, wanted, playing)
            if found.played:
                kept = out.with_suffix(".cases.jsonl")
                found.keep(kept)
            choice = choose(found.rows, wanted, found.policy, seed=seed, reach=found.reach)
        except NoPromiseError as error:
            errors.print(f"can't promise it: {error}", markup=False)
            if kept:
                errors.print(f"another target takes a second with --cases {kept}", markup=False)
            raise typer.Exit(CANNOT_PROMISE) from error
        policy = tuned_policy(
            found.policy,
            choice,
            wanted,
            cases=found.sha256,
            seed=seed,
            index_version=str(found.made_with.get("index_version", "")),
            settings_hash=str(found.made_with.get("settings_hash", "")),
            note=found.note,
        )
        try:
            write_whole(out, policy_text(policy))
        except OSError as error:
            raise TuneError(f"{out}: cannot be written: {error.strerror}") from error
    _print(choice, curves(choice.calibration, choice.high_risk), out)


def _print(choice: Choice, drawn: dict[str, RiskCurve], out: Path) -> None:
    table = Table(title="Promises", title_justify="left", show_edge=False, pad_edge=False)
    for column in ("promise", "limit", "found", "bound"):
        table.add_column(column, justify="left" if column == "promise" else "right")
    for promise in choice.promises:
        least = promise.metric == "high_risk_handed_over"
        table.add_row(
            promise.metric.replace("_", " "),
            f"{'≥' if least else '≤'} {100 * promise.limit:g} %",
            f"{promise.count:,} of {promise.total:,}",
            f"{100 * promise.bound:.2f} %",
        )
    show(table)
    for name, curve in drawn.items():
        console_out.print(
            f"risk and coverage, {name}: AURC {curve.aurc:.4f} (ideal {curve.ideal:.4f}), "
            f"{curve.points[-1].answered:,} of {curve.n:,} could be answered",
            markup=False,
            soft_wrap=True,
        )
    console_out.print(
        f"answer {choice.answer:g}, high_risk {choice.high_risk:g}: {100 * choice.coverage:.1f} % "
        f"of {len(choice.calibration):,} calibration cases are answered "
        f"({choice.development:,} cases narrowed what was tried); {out}",
        markup=False,
        soft_wrap=True,
    )
