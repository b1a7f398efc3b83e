"""Runs that nobody played: rows as a run would record them."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.recorded import RecordedRun, read_cases, read_run


def line(name: str, *, right: bool | None = True, **told: Any) -> dict[str, Any]:
    """A line of ``cases.jsonl``: a low-risk message that was answered, right or wrong."""
    outcome = {
        "case_id": name,
        "risk": "low",
        "intent": "pin",
        "engaged": True,
        "answerable": True,
        "needs_human": False,
        "first": "answer",
        "last": "answer",
        "answers": 1,
        "handed_off": False,
        "offered_agent": False,
        "right_article": right,
        "facts_present": None,
        "correct": right,
        **told.pop("outcome", {}),
    }
    return {
        "id": name,
        "intent": "pin",
        "tier": outcome["risk"],
        "tags": [],
        "passed": right,
        "error": "",
        "outcome": outcome,
        "scores": [] if right is None else [{"check": "article", "step": 0, "value": right}],
        "turns": [
            {
                "step": 0,
                "customer": f"message {name}",
                "decision": {"kind": "answer"},
                "evidence": {"support": 0.9, "rule": "supported"},
            }
        ],
        **told,
    }


def must_escalate(name: str, *, reached: bool = True) -> dict[str, Any]:
    """A high-risk message that was handed over, or not."""
    outcome = {
        "risk": "high",
        "answerable": None,
        "needs_human": True,
        "handed_off": reached,
        "answers": 0 if reached else 1,
        "right_article": None,
        "correct": reached,
    }
    return line(name, right=reached, outcome=outcome, tags=["must-hand-over"])


def written(folder: Path, lines: Sequence[dict[str, Any]], **head: Any) -> RecordedRun:
    """The run in a folder, read back."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {"id": folder.name, "suite": "s.yaml", "sha256": "d" * 64, "commit": "c" * 40, **head}
    (folder / "run.json").write_text(json.dumps(told))
    (folder / "cases.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    return read_run(folder)


def answered(count: int, wrong: Collection[int] = ()) -> list[dict[str, Any]]:
    """Low-risk messages of which those at some places are answered wrong."""
    return [line(f"c{place}", right=place not in wrong) for place in range(count)]


def flipped(run: RecordedRun, wrong: Collection[int]) -> RecordedRun:
    """A run as if other places of :func:`answered` were wrong, quicker than through files."""
    right, bad = (
        read_cases(json.dumps(line("x", right=each)), run.folder)[0] for each in (True, False)
    )
    cases = {
        name: replace(bad if int(name[1:]) in wrong else right, id=name, cluster=name)
        if name.startswith("c")
        else case
        for name, case in run.cases.items()
    }
    return replace(run, cases=cases)
