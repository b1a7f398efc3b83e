"""``firstline-evals live`` and ``export``: the service's own records, measured or written out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.config import Settings, load_settings
from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow
from bot.measure.predicted_csat import HAND_SET
from bot.measure.predicted_csat_file import read_model
from bot.opening import open_store, recorded_store
from bot.queues import load_queues
from bot.store import Store
from bot.store_logged import BEGINNING
from bot.wiring import knowledge_base
from evals.cli_replay import (
    ContactCost,
    Csat,
    Definitions,
    Folder,
    InfraCost,
    MinuteCost,
    Now,
    SelfServiceCost,
    Since,
    Until,
    context_of,
    finish,
    time_of,
)
from evals.command import Data, or_exit
from evals.command import out as console_out
from evals.export import conversation_line, episode_lines, write_lines
from evals.live import measure_live
from evals.site_facts import site_facts


def live(  # noqa: PLR0913, PLR0917  each is an option of the command
    out: Folder,
    data: Data = Path("data"),
    since: Since = None,
    until: Until = None,
    now: Now = None,
    definitions: Definitions = False,
    agent_minute_cost: MinuteCost = None,
    agent_contact_cost: ContactCost = None,
    self_service_cost: SelfServiceCost = None,
    infra_cost: InfraCost = None,
    csat: Csat = None,
) -> None:
    """Measure the service's own conversations, by the same formulas as any log."""
    with or_exit(), _store(data) as (settings, store):
        at = time_of("--now", now) or datetime.now(UTC)
        contact = settings.insights.told_contact_cost
        facts = site_facts(knowledge_base(settings), store.changes.every())
        seen = replace(
            context_of(at, since, until),
            articles=facts.articles,
            changes=facts.changes,
            hours=load_queues(settings.desk.queues).queues[-1].hours,
            agent_minute_cost=agent_minute_cost,
            agent_contact_cost=contact if agent_contact_cost is None else agent_contact_cost,
            self_service_cost=self_service_cost,
            infra_cost=infra_cost,
        )
        model = read_model(csat) if csat else HAND_SET
        finish(measure_live(store, seen, compare=definitions, csat=model), out)


def export(
    out: Annotated[Path, typer.Option("--out", help="File of JSON lines; a new one.")],
    data: Data = Path("data"),
    since: Since = None,
    conversations: Annotated[
        bool, typer.Option("--conversations", help="Conversations instead of episodes, no texts.")
    ] = False,
) -> None:
    """Write the service's own records for `replay`."""
    with or_exit(), _store(data) as (_, store):
        context = context_of(datetime.now(UTC), since, None)
        if conversations:
            found = store.logged.conversations(context.since or BEGINNING, context.now)
            count = write_lines((conversation_line(each) for each in found), out)
        else:
            count = write_lines(episode_lines(_counted(store, context)), out)
        console_out.print(f"{count:,} lines: {out}", markup=False, soft_wrap=True)


def _counted(store: Store, context: MeasureContext) -> Iterator[EpisodeRow]:
    everyone = replace(context, with_tests=True)
    return (row for row in store.logged.episodes(context) if everyone.counts(row))


@contextmanager
def _store(data: Path) -> Iterator[tuple[Settings, Store]]:
    settings = load_settings({"data": data})
    recorded_store(settings).close()  # a wrong folder is an error, not a new database
    store = open_store(settings)
    try:
        yield settings, store
    finally:
        store.close()
