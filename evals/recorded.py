"""Reads a run's folder back: what ``compare`` and ``gate`` look at."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.outcome import CaseOutcome
from evals.errors import RunError

_OUTCOME = TypeAdapter(CaseOutcome)


class _Check(BaseModel):
    check: str
    value: bool | None
    reason: str = ""


class _Line(BaseModel):
    """The fields of a line of ``cases.jsonl`` that are looked at."""

    model_config = ConfigDict(extra="ignore")

    id: str
    intent: str | None = None
    tier: str | None = None
    tags: tuple[str, ...] = ()
    passed: bool | None = None
    error: str = ""
    outcome: dict[str, Any] | None = None
    scores: tuple[_Check, ...] = ()
    turns: tuple[dict[str, Any], ...] = ()


class _Head(BaseModel):
    """The fields of ``run.json`` that are looked at."""

    model_config = ConfigDict(extra="ignore")

    id: str
    started_at: str = ""
    suite: str = ""
    sha256: str = ""
    commit: str | None = None
    dirty: bool | None = None
    version: str = ""
    index_version: str = ""
    policy_version: str = ""
    settings_hash: str = ""
    models: Mapping[str, str | None] = {}
    repeat: dict[str, Any] | None = None
    kind: str = "run"
    counts: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """One case of a run.

    Attributes:
        id: Of the case.
        intent: Labelled intent.
        tier: Labelled risk.
        tags: For slices and for rules.
        passed: Whether every check passed; ``None`` when nothing could be checked.
        error: Why it crashed.
        outcome: The row that the formulas count; ``None`` when it crashed.
        leaks: Failing checks for planted personal data; ``None`` without such a check.
        failures: Checks that failed, in words.
        cluster: Cases of the same words stand and fall together.
        decisions: What was decided, turn by turn.
        support: Confidence at the last message of the case.
        high_risk: Summed probability of the high-risk intents there.
        rule: The rule that decided there.
    """

    id: str
    intent: str | None
    tier: str | None
    tags: tuple[str, ...]
    passed: bool | None
    error: str
    outcome: CaseOutcome | None
    leaks: int | None
    failures: tuple[str, ...]
    cluster: str
    decisions: tuple[str, ...]
    support: float | None = None
    high_risk: float = 0.0
    rule: str = ""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run that was written before.

    Attributes:
        folder: Where it lies.
        head: What ``run.json`` says of how it was made.
        cases: By id, in the order of the suite.
    """

    folder: Path
    head: _Head
    cases: Mapping[str, RecordedCase]

    @property
    def revision(self) -> str:
        """Its code in a few characters."""
        commit = (self.head.commit or "")[:9] or self.head.version
        return f"{commit} with changes" if self.head.dirty else commit


def read_run(folder: Path) -> RecordedRun:
    """Read a run.

    Raises:
        RunError: The folder holds no run, an unfinished or torn one, a log, or another shape.
    """
    try:
        head = _Head.model_validate_json((folder / "run.json").read_text(encoding="utf-8"))
        text = (folder / "cases.jsonl").read_text(encoding="utf-8")
    except OSError as error:
        raise RunError(
            f"{folder}: holds no finished run ({error.strerror}): make one with "
            f"`firstline-evals run --out {folder}`"
        ) from error
    except ValidationError as error:
        raise RunError(f"{folder / 'run.json'}: not a run's record: {_first(error)}") from error
    if head.kind in {"replay", "live"}:
        raise RunError(
            f"{folder}: holds a log ({head.kind} of {head.suite}), whose rows are no cases that "
            "could be paired: give a run made by `firstline-evals run`"
        )
    cases = read_cases(text, folder)
    counted = head.counts.get("cases", len(cases))
    if counted != len(cases):
        raise RunError(
            f"{folder}: cases.jsonl holds {len(cases):,} cases, run.json counts {counted:,}: a "
            "part is missing; run the suite anew"
        )
    return RecordedRun(folder, head, {case.id: case for case in cases})


def read_cases(text: str, folder: Path) -> list[RecordedCase]:
    """The lines of a run's ``cases.jsonl``.

    Raises:
        RunError: A line has another shape, or an id stands twice; names it.
    """
    cases: list[RecordedCase] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line:
            continue
        try:
            cases.append(_case(_Line.model_validate(json.loads(line))))
        except (ValidationError, ValueError) as error:
            why = _first(error) if isinstance(error, ValidationError) else "not JSON"
            raise RunError(
                f"{folder / 'cases.jsonl'}:{number}: {why}; run the suite anew"
            ) from None
        first = seen.setdefault(cases[-1].id, number)
        if first != number:
            raise RunError(
                f"{folder / 'cases.jsonl'}:{number}: id {cases[-1].id!r} stands in line {first}, "
                "too; run the suite anew"
            )
    return cases


def _case(line: _Line) -> RecordedCase:
    checks = [score for score in line.scores if score.check == "leak"]
    words = " ".join(str(turn.get("customer", "")) for turn in line.turns) or line.id
    aim = _aim(line)
    return RecordedCase(
        id=line.id,
        intent=line.intent,
        tier=line.tier,
        tags=line.tags,
        passed=line.passed,
        error=line.error,
        outcome=_OUTCOME.validate_python(line.outcome) if line.outcome else None,
        leaks=sum(score.value is False for score in checks) if checks else None,
        failures=tuple(f"{s.check}: {s.reason}" for s in line.scores if s.value is False),
        cluster=" ".join(words.lower().split()),
        decisions=tuple(str(turn.get("decision", {}).get("kind", "")) for turn in line.turns),
        support=aim.get("support"),
        high_risk=float(aim.get("high_risk") or 0.0),
        rule=str(aim.get("rule") or ""),
    )


def _aim(line: _Line) -> Mapping[str, Any]:
    """Evidence of the first turn at the last message."""
    last = max((turn.get("step", 0) for turn in line.turns), default=0)
    turn = next((turn for turn in line.turns if turn.get("step", 0) == last), {})
    evidence: Mapping[str, Any] = turn.get("evidence") or {}
    return evidence


def _first(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
