"""A run as a record that explains itself: ``run.json`` and ``cases.jsonl``.

Everything but times, durations and the run's id repeats byte for byte.
"""

import json
import shutil
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bot.estimate import Estimate
from bot.golden import Played, shown
from bot.record import decision_record, evidence_record
from evals.errors import RunError
from evals.metrics import measure, rows_of, slices
from evals.repeats import Repeats
from evals.scorers import CaseResult
from evals.whole_file import write_whole

FORMAT = 1
"""Version of the shapes of ``run.json`` and ``cases.jsonl``."""

DEFINITIONS = "1"
"""Version of the definitions in ``docs/metrics.md``."""

_MOST_UNSCORED = 0.05

Json = dict[str, Any]  # JSON, whose shape docs/metrics.md describes


@dataclass(frozen=True, slots=True)
class Revision:
    """What was run: version of the package, and the commit where it is a git checkout.

    Attributes:
        version: Of the installed distribution.
        commit: Full hash, ``None`` outside a checkout.
        dirty: Whether files differ from the commit, ``None`` outside a checkout.
    """

    version: str
    commit: str | None
    dirty: bool | None


@dataclass(frozen=True, slots=True)
class Setup:
    """What a run was made with.

    Attributes:
        suite: Name of the suite.
        sha256: Of the suite and the labels.
        index_version: Generation of the index; for cross-validation, of every fold.
        policy_version: Of the policy file.
        settings_hash: Of the settings that steer decisions.
        models: Name of each model and SHA-256 of its weights; ``None`` for one that is elsewhere.
        kind: ``run`` or ``crossval``.
        folds: Folds of the cross-validation, else 0.
        repeat: How often each case is played.
    """

    suite: str
    sha256: str
    index_version: str
    policy_version: str
    settings_hash: str
    models: Mapping[str, str | None]
    kind: str = "run"
    folds: int = 0
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class EvalRun:
    """A finished run.

    Attributes:
        id: Unique.
        started: UTC.
        seconds: How long it took.
        revision: What code ran.
        setup: What it was made with.
        results: In the order of the cases; of the first play where they are repeated.
        repeats: What the repeats say, ``None`` without any.
        domains: The domain of each article of the index.
    """

    id: str
    started: datetime
    seconds: float
    revision: Revision
    setup: Setup
    results: tuple[CaseResult, ...]
    repeats: Repeats | None = None
    domains: Mapping[str, str] = field(default_factory=dict)

    @property
    def crashed(self) -> tuple[CaseResult, ...]:
        """Cases that could not be played."""
        return tuple(result for result in self.results if result.error)

    @property
    def failing(self) -> tuple[CaseResult, ...]:
        """Cases of which a check did not pass."""
        return tuple(r for r in self.results if r.passed is False)

    @property
    def unscored(self) -> int:
        """Cases that could not be checked at all, crashed ones included."""
        return sum(r.passed is None for r in self.results)

    @property
    def healthy(self) -> bool:
        """No case crashed and few are unscored."""
        return not self.crashed and self.unscored <= _MOST_UNSCORED * len(self.results)

    def metrics(self) -> dict[str, Estimate]:
        """Every metric over the run's rows."""
        return measure(rows_of(self.results))


def new_run_id() -> str:
    """A fresh id."""
    return uuid.uuid4().hex[:12]


def this_revision() -> Revision:
    """The code that is running."""
    try:
        installed = version("firstline")
    except PackageNotFoundError:
        installed = "0+unknown"
    commit = _git("rev-parse", "HEAD")
    status = _git("status", "--porcelain", "--untracked-files=no") if commit else None
    return Revision(installed, commit, bool(status) if status is not None else None)


def _git(*arguments: str) -> str | None:
    git = shutil.which("git")
    root = Path(__file__).parent.parent
    if git is None or not (root / ".git").exists():
        return None
    done = subprocess.run(  # noqa: S603  fixed arguments, no shell
        [git, "-C", str(root), *arguments], capture_output=True, text=True, check=False, timeout=30
    )
    return done.stdout.strip() if done.returncode == 0 else None


def estimate_record(estimate: Estimate) -> Json:
    """An estimate as JSON; ``reason`` and ``method`` stand in it where there are any."""
    record = asdict(estimate)
    return {key: value for key, value in record.items() if value != "" or key == "value"}


def run_record(run: EvalRun) -> Json:
    """The content of ``run.json``."""
    return {
        "format": FORMAT,
        "definitions": DEFINITIONS,
        "id": run.id,
        "started_at": run.started.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        **asdict(run.revision),
        **{key: value for key, value in asdict(run.setup).items() if key != "repeat"},
        "repeat": _repeat_record(run.repeats),
        "counts": {
            "cases": len(run.results),
            "passed": sum(r.passed is True for r in run.results),
            "failed": len(run.failing),
            "crashed": len(run.crashed),
            "unscored": run.unscored,
        },
        "healthy": run.healthy,
        "metrics": {name: estimate_record(e) for name, e in run.metrics().items()},
        "slices": {
            dimension: {
                value: {name: estimate_record(e) for name, e in metrics.items()}
                for value, metrics in values.items()
            }
            for dimension, values in slices(run.results, run.domains).items()
        },
    }


def _repeat_record(repeats: Repeats | None) -> Json | None:
    if repeats is None:
        return None
    return {
        "k": repeats.k,
        "pass": {str(k): estimate_record(repeats.pass_hat(k)) for k in range(1, repeats.k + 1)},
        "differing": list(repeats.differing),
    }


def case_record(result: CaseResult) -> Json:
    """One line of ``cases.jsonl``; its texts are redacted."""
    return {
        "id": result.case.id,
        "intent": result.case.intent,
        "tier": result.case.risk,
        "tags": list(result.case.tags),
        "passed": result.passed,
        "error": result.error,
        "outcome": asdict(result.outcome) if result.outcome else None,
        "scores": [asdict(score) for score in result.scores],
        "turns": [_turn_record(one) for one in result.played],
        "milliseconds": result.milliseconds,
    }


def _turn_record(one: Played) -> Json:
    evidence = one.assistant.evidence
    told = evidence_record(evidence) if evidence else {}
    return {
        "step": one.step,
        "customer": one.customer.text,
        "assistant": shown(one.decision),
        "decision": decision_record(one.decision),
        "evidence": {key: value for key, value in told.items() if key != "timings"},
    }


def write_run(run: EvalRun, folder: Path) -> None:
    """Write ``run.json`` and ``cases.jsonl``.

    Raises:
        RunError: The folder can't be written.
    """
    try:
        lines = _lines([_line(run, place) for place in range(len(run.results))])
        write_whole(folder / "cases.jsonl", lines)
        text = json.dumps(run_record(run), ensure_ascii=False, indent=1)
        write_whole(folder / "run.json", text + "\n")
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {error.strerror}") from error


def _line(run: EvalRun, place: int) -> Json:
    record = case_record(run.results[place])
    if run.repeats is not None:
        record["passes"] = run.repeats.passes[place]
    return record


def _lines(rows: Sequence[Json]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
