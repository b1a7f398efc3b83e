"""Opens the assistant over a data folder for a run, and says what the run was made with."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.config import load_settings
from bot.gate import Gate
from bot.llm.chat_model import ChatModel
from bot.wiring import Offline, build_offline, settings_hash
from evals.case import EvalCase
from evals.dataset import Suite
from evals.journal import Journal
from evals.personas import played_by, scripted
from evals.record import EvalRun, Setup, new_run_id, this_revision
from evals.repeats import repeats_of
from evals.run import AT, Player, Report, run_cases
from evals.scorers import CaseResult
from evals.states import states
from retrieval.embedder import Embedder

Told = Callable[[str], None]

PATIENCE = 30.0
"""Seconds for redaction. A run is no place for the limit that protects a waiting customer: on a
busy machine it would withhold now and then, and a run would not repeat."""


def open_assistant(data: Path, policy: Path | None = None) -> Offline:
    """The assistant over the index of a data folder.

    Args:
        data: The folder.
        policy: A policy file that leads over the index's own.

    Raises:
        bot.errors.FirstlineError: A setting is wrong, or there is no index yet.
    """
    return build_offline(load_settings({"data": data, **({"policy": policy} if policy else {})}))


def player_of(offline: Offline, customer: ChatModel | None = None) -> Player:
    """Plays cases through this assistant.

    Args:
        offline: The assistant.
        customer: Plays the simulated customers; by rule without one.
    """
    return Player(
        Gate(offline.redactor, PATIENCE),
        offline.assistant,
        scripted if customer is None else played_by(customer),
        states(offline, PATIENCE),
    )


def setup_of(suite: Suite, offline: Offline, repeat: int = 1) -> Setup:
    """What a run of a suite through this assistant is made with."""
    knowledge = offline.knowledge.current()
    embedder = knowledge.index.embedder
    return Setup(
        suite=suite.name,
        sha256=suite.sha256,
        index_version=knowledge.version,
        policy_version=knowledge.policy.identity,
        settings_hash=settings_hash(offline.settings),
        models=_models(offline, embedder),
        repeat=repeat,
    )


def _models(offline: Offline, embedder: Embedder | None) -> dict[str, str | None]:
    """The models that decide or word, with the SHA-256 of their weights where they are here."""
    models: dict[str, str | None] = {}
    if embedder is not None:
        models[embedder.name] = embedder.sha256
    if offline.settings.llm.model:
        models[offline.settings.llm.model] = None
    return models


async def play(
    offline: Offline, cases: Sequence[EvalCase], concurrency: int, report: Report
) -> list[CaseResult]:
    """Play cases, completed by the index's catalogue of intents."""
    catalogue = offline.knowledge.current().catalogue
    golden = [case.resolve(catalogue) for case in cases]
    return await run_cases(player_of(offline), golden, concurrency=concurrency, report=report)


async def run_suite(
    suite: Suite,
    offline: Offline,
    concurrency: int,
    report: Report,
    *,
    folder: Path,
    repeat: int = 1,
    told: Told = lambda line: None,
    customer: ChatModel | None = None,
) -> EvalRun:
    """Run a whole suite; go on where an attempt before was interrupted.

    Args:
        suite: The cases.
        offline: The assistant.
        concurrency: Cases at a time.
        report: Told of progress, over all repeats.
        folder: The run's folder, which keeps what is done so far.
        repeat: How often each case is played.
        told: Told in a line what is going on.
        customer: Plays the simulated customers; by rule without one.

    Raises:
        RunError: The folder holds an unfinished run of another kind, or can't be written.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    catalogue = offline.knowledge.current().catalogue
    cases = [case.resolve(catalogue) for case in suite.cases]
    setup, revision = setup_of(suite, offline, repeat), this_revision()
    if customer is not None:
        models = {**setup.models, f"customer {customer.name}": None}
        setup = replace(setup, models=models)
    made_with = {**asdict(setup), **asdict(revision), "cases": len(cases)}
    rounds: list[list[CaseResult]] = []
    with Journal(folder, made_with, cases, AT) as journal:
        if journal.resumed:
            told(f"resuming: {journal.resumed:,} of {len(cases) * repeat:,} plays were done before")
        player = player_of(offline, customer)
        for number in range(repeat):
            this_round = partial(_reported, report, number, repeat)
            results = await run_cases(
                player,
                cases,
                concurrency=concurrency,
                report=this_round,
                known=journal.known(number),
                keep=partial(journal.keep, number),
            )
            rounds.append(results)
    return EvalRun(
        id=new_run_id(),
        started=started,
        seconds=time.perf_counter() - clock,
        revision=revision,
        setup=setup,
        results=tuple(rounds[0]),
        repeats=repeats_of(rounds),
        domains=domains_of(offline),
    )


def domains_of(offline: Offline) -> dict[str, str]:
    """The domain of each article of the index in use."""
    return {each.id: each.domain for each in offline.knowledge.current().index.articles.values()}


def _reported(report: Report, number: int, repeat: int, done: int, total: int) -> None:
    report(number * total + done, repeat * total)
