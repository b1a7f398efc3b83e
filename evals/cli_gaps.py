"""``firstline-evals gap-set``: whether gaps find the topics that were taken out."""

import csv
import json
from pathlib import Path
from typing import Annotated

import typer
import yaml

from evals import gap_set
from evals.command import or_exit, out

app = typer.Typer(no_args_is_help=True, help="Do gaps find the topics that were taken out?")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the experiment.")]


@app.command()
def prepare(
    folder: Folder,
    kb: Annotated[Path, typer.Option(help="Knowledge base with intents.")],
    labelled: Annotated[Path, typer.Option(help="CSV: text, category.")],
    tiers: Annotated[Path, typer.Option(help="TSV: label, tier.")],
    outside: Annotated[Path, typer.Option(help="JSON lines: text, intent, domain.")],
    seed: Annotated[int, typer.Option(help="Odd and even draw from different topics.")] = 0,
    topics: Annotated[int, typer.Option(min=1, help="How many are taken out.")] = 16,
    total: Annotated[int, typer.Option(min=1, help="Conversations.")] = 5000,
) -> None:
    """Write a knowledge base without some topics (kb/) and messages (messages.jsonl)."""
    with or_exit():
        intents = yaml.safe_load((kb / "intents.yaml").read_text(encoding="utf-8"))["intents"]
        gone = gap_set.choose(intents, bool(seed % 2), seed, topics)
        missing = gap_set.knock_out(kb, folder / "kb", gone)
        with tiers.open(encoding="utf-8", newline="") as rows:
            tier = {row["label"]: row["tier"] for row in csv.DictReader(rows, delimiter="\t")}
        told = gap_set.messages(labelled, outside, missing, seed, total, total * 7 // 50)
        _write(folder / "messages.jsonl", told)
        high = sorted(label for label in missing if tier.get(label) == "high")
        what = {"missing": sorted(missing), "high": high, "articles": sorted(gone)}
        (folder / "missing.json").write_text(json.dumps(what, indent=1), encoding="utf-8")
        out.print(f"{len(missing)} topics and {len(gone)} articles taken out, {len(told)} messages")


@app.command()
def log(folder: Folder) -> None:
    """Make conversations.jsonl of messages.jsonl and of the answers in answers.jsonl."""
    with or_exit():
        answers = {row["id"]: row for row in _read(folder / "answers.jsonl")}
        rows = [
            gap_set.conversation(place, message, answers[message["id"]])
            for place, message in enumerate(_read(folder / "messages.jsonl"))
            if message["id"] in answers
        ]
        _write(folder / "conversations.jsonl", rows)


@app.command()
def score(
    folder: Folder,
    gaps: Annotated[Path, typer.Option(help="What `firstline gaps --json` printed.")],
) -> None:
    """Say how well the gaps match what was taken out."""
    with or_exit():
        labels = {row["id"]: row["label"] for row in _read(folder / "messages.jsonl")}
        what = json.loads((folder / "missing.json").read_text(encoding="utf-8"))
        found = json.loads(gaps.read_text(encoding="utf-8"))
        out.print(gap_set.score(found, labels, set(what["missing"]), set(what["high"])))


def _read(path: Path) -> list[gap_set.Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _write(path: Path, rows: list[gap_set.Row]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
