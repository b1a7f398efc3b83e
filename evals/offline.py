"""Opens the assistant over a data folder for a run, and says what the run was made with."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.config import load_settings
from bot.gate import Gate
from bot.wiring import Offline, build_offline, settings_hash
from evals.case import EvalCase
from evals.dataset import Suite
from evals.record import EvalRun, Setup, new_run_id, this_revision
from evals.run import Player, Report, run_cases
from evals.scorers import CaseResult

PATIENCE = 30.0
"""Seconds for redaction. A run is no place for the limit that protects a waiting customer: on a
busy machine it would withhold now and then, and a run would not repeat."""


def open_assistant(data: Path) -> Offline:
    """The assistant over the index of a data folder.

    Raises:
        bot.errors.FirstlineError: A setting is wrong, or there is no index yet.
    """
    return build_offline(load_settings({"data": data}))


def player_of(offline: Offline) -> Player:
    """Plays cases through this assistant."""
    return Player(Gate(offline.redactor, PATIENCE), offline.assistant)


def setup_of(suite: Suite, offline: Offline) -> Setup:
    """What a run of a suite through this assistant is made with."""
    knowledge = offline.knowledge.current()
    embedder = knowledge.index.embedder
    return Setup(
        suite=suite.name,
        sha256=suite.sha256,
        index_version=knowledge.version,
        policy_version=knowledge.policy.version,
        settings_hash=settings_hash(offline.settings),
        models={embedder.name: embedder.sha256} if embedder is not None else {},
    )


async def play(
    offline: Offline, cases: Sequence[EvalCase], concurrency: int, report: Report
) -> list[CaseResult]:
    """Play cases, completed by the index's catalogue of intents."""
    catalogue = offline.knowledge.current().catalogue
    golden = [case.resolve(catalogue) for case in cases]
    return await run_cases(player_of(offline), golden, concurrency=concurrency, report=report)


async def run_suite(suite: Suite, offline: Offline, concurrency: int, report: Report) -> EvalRun:
    """Run a whole suite."""
    started, clock = datetime.now(UTC), time.perf_counter()
    results = await play(offline, suite.cases, concurrency, report)
    return EvalRun(
        id=new_run_id(),
        started=started,
        seconds=time.perf_counter() - clock,
        revision=this_revision(),
        setup=setup_of(suite, offline),
        results=tuple(results),
    )
