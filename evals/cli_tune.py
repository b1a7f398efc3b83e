"""``firstline-evals tune``: thresholds that keep a promise, with the evidence."""

import asyncio
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.knowledge import POLICY_FILE
from bot.policy import Policy, parse_policy
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
)
from evals.command import out as console_out
from evals.dataset import load_suite
from evals.ends import EVERY, CaseEnds, Reach, ends_of_run, read_ends, write_ends
from evals.errors import TuneError
from evals.recorded import read_cases, read_run
from evals.tune import Choice, choose
from evals.tune_target import read_target
from evals.tuned import curves, policy_text, tuned_policy
from retrieval.manifest import generation_folder

CANNOT_PROMISE = 1
_NOTE = "holds while live messages resemble the cases; tune again after a change of index or model"
_NOTE_RUN = f"{_NOTE}; from a run's record: what is no longer answered is taken to be handed over"


@dataclass(frozen=True, slots=True)
class _Cases:
    """The labelled cases under every threshold, and what they were asked of."""

    rows: list[CaseEnds]
    sha256: str
    made_with: dict[str, Any]
    policy: Policy
    note: str = _NOTE
    reach: Reach = EVERY


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

    Exits with 1 where it can't be promised.
    """
    with or_exit():
        wanted = read_target(target)
        found = _read(cases, data, labels, limit, out, concurrency)
        try:
            choice = choose(found.rows, wanted, found.policy, seed=seed, reach=found.reach)
        except TuneError as error:
            errors.print(f"can't promise it: {error}", markup=False)
            raise typer.Exit(CANNOT_PROMISE) from error
        made_with = found.made_with
        policy = tuned_policy(
            found.policy,
            choice,
            wanted,
            cases=found.sha256,
            seed=seed,
            index_version=str(made_with.get("index_version", "")),
            settings_hash=str(made_with.get("settings_hash", "")),
            note=found.note,
        )
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(policy_text(policy), encoding="utf-8", newline="\n")
        except OSError as error:
            raise TuneError(f"{out}: cannot be written: {error.strerror}") from error
    _print(choice, curves(choice.calibration, choice.high_risk), out)


def _read(
    cases: Path,
    data: Path,
    labels: Path | None,
    limit: int | None,
    out: Path,
    concurrency: int,
) -> _Cases:
    first = _first_line(cases)
    if "made_with" in first:
        content = cases.read_text(encoding="utf-8")
        made_with, rows = read_ends(content, cases.name)
        policy = Policy.model_validate(made_with.pop("policy"))
        return _Cases(rows[:limit], str(made_with.pop("cases")), made_with, policy)
    if {"outcome", "turns"} <= set(first):
        return _of_run(cases, data)
    return _played(cases, data, labels, limit, out, concurrency)


def _first_line(cases: Path) -> dict[str, Any]:
    """The first line where it is a JSON object, else nothing."""
    try:
        with cases.open(encoding="utf-8-sig") as file:
            told = json.loads(file.readline())
    except (OSError, ValueError):
        return {}  # the reader of suites says what is wrong
    return told if isinstance(told, dict) else {}


def _of_run(cases: Path, data: Path) -> _Cases:
    text = cases.read_text(encoding="utf-8")
    rows, reach = ends_of_run(read_cases(text, cases.parent))
    made_with: dict[str, Any] = {}
    if (cases.parent / "run.json").is_file():
        made_with = read_run(cases.parent).head.model_dump(mode="json")
    path = generation_folder(data) / POLICY_FILE
    policy = (
        parse_policy(path.read_text(encoding="utf-8"), path.name) if path.is_file() else Policy()
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    return _Cases(rows, digest, made_with, policy, _NOTE_RUN, reach)


def _played(
    cases: Path,
    data: Path,
    labels: Path | None,
    limit: int | None,
    out: Path,
    concurrency: int,
) -> _Cases:
    from evals.offline import PATIENCE, open_assistant, setup_of  # noqa: PLC0415  --help stays quick
    from evals.thresholds import ends_of  # noqa: PLC0415

    suite = load_suite(str(cases), labels, limit)
    offline = open_assistant(data)
    knowledge = offline.knowledge.current()
    golden = [case.resolve(knowledge.catalogue) for case in suite.cases]
    with progress("plays") as report:
        playing = ends_of(
            offline,
            golden,
            patience=PATIENCE,
            concurrency=concurrency,
            report=report,
            told=errors.print,
        )
        rows = asyncio.run(playing)
    setup = setup_of(suite, offline)
    made_with = {
        "index_version": setup.index_version,
        "settings_hash": setup.settings_hash,
        "models": setup.models,
        "suite": suite.name,
    }
    kept = out.with_suffix(".cases.jsonl")
    told = {
        **made_with,
        "cases": suite.sha256,
        "policy": knowledge.policy.model_dump(mode="json"),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    write_ends(kept, told, rows)
    return _Cases(rows, suite.sha256, made_with, knowledge.policy)


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
    console_out.print(table)
    for name, curve in drawn.items():
        console_out.print(
            f"risk and coverage, {name}: AURC {curve.aurc:.4f} (ideal {curve.ideal:.4f}), "
            f"{curve.points[-1].answered:,} of {curve.n:,} could be answered",
            markup=False,
        )
    console_out.print(
        f"answer {choice.answer:g}, high_risk {choice.high_risk:g}: {100 * choice.coverage:.1f} % "
        f"of {len(choice.calibration):,} calibration cases are answered "
        f"({choice.development:,} cases narrowed what was tried); {out}",
        markup=False,
        soft_wrap=True,
    )
