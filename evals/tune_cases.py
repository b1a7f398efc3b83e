"""The labelled cases that ``tune`` chooses by: played, kept from an earlier time, or of a run."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.decision import Risk
from bot.knowledge import POLICY_FILE
from bot.policy import Policy, parse_policy
from evals.dataset import load_suite
from evals.ends import EVERY, CaseEnds, Reach, ends_of_run, read_ends, write_ends
from evals.errors import TuneError
from evals.offline import PATIENCE, open_assistant, setup_of
from evals.recorded import read_cases, read_run
from evals.run import Report
from evals.thresholds import ends_of, single_messages
from evals.tune import too_few
from evals.tune_target import Target
from retrieval.manifest import generation_folder

_NOTE = "holds while live messages resemble the cases; tune again after a change of index or model"
_NOTE_RUN = f"{_NOTE}; from a run's record: what is no longer answered is taken to be handed over"


@dataclass(frozen=True, slots=True)
class TuneCases:
    """The labelled cases under every threshold, and what they were asked of.

    Attributes:
        rows: Each case under every threshold.
        sha256: Of the labelled file.
        made_with: Index, settings and models that were asked.
        policy: What the thresholds are put into.
        note: What the promises assume.
        reach: Which thresholds the rows can tell of.
        played: Whether they were played just now, and nobody has kept them yet.
    """

    rows: list[CaseEnds]
    sha256: str
    made_with: dict[str, Any]
    policy: Policy
    note: str = _NOTE
    reach: Reach = EVERY
    played: bool = False

    def keep(self, path: Path) -> None:
        """Keep them for ``tune`` to read again.

        Raises:
            TuneError: The file can't be written.
        """
        told = {
            **self.made_with,
            "cases": self.sha256,
            "policy": self.policy.model_dump(mode="json"),
        }
        try:
            write_ends(path, told, self.rows)
        except OSError as error:
            raise TuneError(f"{path}: cannot be written: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class Playing:
    """How messages are played.

    Attributes:
        data: Data folder that holds the index.
        labels: File that gives each label its tier.
        limit: Only the first so many.
        concurrency: Cases at a time.
        report: Told of progress over all plays.
        told: Told what was left out.
    """

    data: Path
    labels: Path | None
    limit: int | None
    concurrency: int
    report: Report
    told: Callable[[str], None]


def read_tune_cases(cases: Path, target: Target, playing: Playing) -> TuneCases:
    """Read cases, and play them where nobody has yet.

    Args:
        cases: Labelled messages or a suite; or what tune kept; or a run's ``cases.jsonl``.
        target: What is to be promised: where the cases are too few for it, none is played.
        playing: How they are played.

    Raises:
        TuneError: They are too few, or not what tune kept.
        SuiteError: The labelled file is wrong.
        RunError: The run's record is wrong.
    """
    first = _first_line(cases)
    if "made_with" in first:
        return _kept(cases, playing.limit)
    if {"outcome", "turns"} <= set(first):
        return _of_run(cases, playing.data)
    return _played(cases, target, playing)


def _first_line(cases: Path) -> dict[str, Any]:
    """The first line where it is a JSON object, else nothing."""
    try:
        with cases.open(encoding="utf-8-sig") as file:
            told = json.loads(file.readline())
    except (OSError, ValueError):
        return {}  # the reader of suites says what is wrong
    return told if isinstance(told, dict) else {}


def _kept(cases: Path, limit: int | None) -> TuneCases:
    made_with, rows = read_ends(cases.read_text(encoding="utf-8"), cases.name)
    try:
        policy = Policy.model_validate(made_with.pop("policy"))
        return TuneCases(rows[:limit], str(made_with.pop("cases")), made_with, policy)
    except (KeyError, ValidationError) as error:
        raise TuneError(
            f"{cases.name}:1: not what tune wrote ({type(error).__name__}): "
            "give the labelled file, to play it again"
        ) from error


def _of_run(cases: Path, data: Path) -> TuneCases:
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
    return TuneCases(rows, digest, made_with, policy, _NOTE_RUN, reach)


def _played(cases: Path, target: Target, playing: Playing) -> TuneCases:
    suite = load_suite(str(cases), playing.labels, playing.limit)
    offline = open_assistant(playing.data)
    knowledge = offline.knowledge.current()
    golden = [case.resolve(knowledge.catalogue) for case in suite.cases]
    single = single_messages(golden)
    too_few(len(single), sum(case.risk is Risk.HIGH for case in single), target)
    rows = asyncio.run(
        ends_of(
            offline,
            golden,
            patience=PATIENCE,
            concurrency=playing.concurrency,
            report=playing.report,
            told=playing.told,
        )
    )
    setup = setup_of(suite, offline)
    made_with = {
        "index_version": setup.index_version,
        "settings_hash": setup.settings_hash,
        "models": setup.models,
        "suite": suite.name,
    }
    return TuneCases(rows, suite.sha256, made_with, knowledge.policy, played=True)
