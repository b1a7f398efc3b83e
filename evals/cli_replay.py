"""``firstline-evals replay`` and ``drill``: the metrics of a log, and the episodes behind them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.measure.catalogue import ALL, members
from bot.measure.ending import MeasureContext
from bot.measure.json_lines import in_utc
from bot.measure.predicted_csat import HAND_SET
from bot.measure.predicted_csat_file import read_model
from evals.command import or_exit, progress, show
from evals.command import out as console_out
from evals.errors import ReplayError
from evals.log_read import read_log
from evals.log_report import HEADLINE, definitions_table, table, write_report
from evals.log_run import LogRun, write_log
from evals.replay import replay as replay_log
from evals.site_facts import SiteFacts, site_facts

Folder = Annotated[
    Path, typer.Option("--out", help="Folder for run.json, cases.jsonl, report.html.")
]
Definitions = Annotated[
    bool,
    typer.Option("--definitions", help="Print and write the vendors' definitions beside ours."),
]
Now = Annotated[
    str | None, typer.Option("--now", metavar="TIME", help="Look at it from this time, ISO 8601.")
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Only episodes from then on; ISO 8601, or 30d."),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="Only episodes before then; ISO 8601.")
]
MinuteCost = Annotated[
    float | None, typer.Option(min=0, help="What a minute of an agent costs, all told.")
]
ContactCost = Annotated[
    float | None, typer.Option(min=0, help="What a contact costs that an agent handles.")
]
SelfServiceCost = Annotated[
    float | None,
    typer.Option(min=0, help="What a contact without agents costs, where the log doesn't say."),
]
InfraCost = Annotated[
    float | None,
    typer.Option(min=0, help="What all but models cost in the window; shared out over episodes."),
]


Csat = Annotated[
    Path | None, typer.Option("--csat", help="A model that csat fit wrote; what ships if none.")
]


def replay(  # noqa: PLR0913, PLR0917  each is an option of the command
    out: Folder,
    conversations: Annotated[
        Path | None, typer.Option("--conversations", help="JSON lines, a conversation each.")
    ] = None,
    episodes: Annotated[
        Path | None, typer.Option("--episodes", help="JSON lines, an episode each.")
    ] = None,
    definitions: Definitions = False,
    now: Now = None,
    since: Since = None,
    until: Until = None,
    agent_minute_cost: MinuteCost = None,
    agent_contact_cost: ContactCost = None,
    self_service_cost: SelfServiceCost = None,
    infra_cost: InfraCost = None,
    kb: Annotated[
        Path | None, typer.Option("--kb", help="Articles, for their domains and reviews.")
    ] = None,
    csat: Csat = None,
) -> None:
    """Measure a log of conversations or episodes, whoever's software wrote it."""
    with or_exit():
        seen = time_of("--now", now)
        if seen is None and since is not None and since.endswith("d"):
            raise ReplayError(f"--since {since} of a log needs --now: a log has no today")
        if kb is not None and not kb.is_dir():
            raise ReplayError(f"--kb {kb}: there is no such folder of articles")
        facts = site_facts(kb) if kb is not None else SiteFacts()
        context = replace(
            context_of(seen or datetime.now(UTC), since, until),
            agent_minute_cost=agent_minute_cost,
            agent_contact_cost=agent_contact_cost,
            self_service_cost=self_service_cost,
            infra_cost=infra_cost,
            articles=facts.articles,
            changes=facts.changes,
        )
        with progress("log") as report:
            run = replay_log(
                conversations=conversations,
                episodes=episodes,
                context=context,
                now=seen,
                compare=definitions,
                csat=read_model(csat) if csat else HAND_SET,
                report=report,
            )
        finish(run, out)


def drill(
    run: Annotated[Path, typer.Argument(help="Folder of a replayed or live log.")],
    metric: Annotated[str, typer.Argument(help="Name of the metric in run.json.")],
) -> None:
    """Name the episodes behind a number: + counted, - in its denominator alone, ? unscored."""
    with or_exit():
        rows, context = read_log(run)
        if metric not in ALL:
            raise ReplayError(f"no metric {metric!r}; known: {', '.join(ALL)}")
        found = members(metric, rows, context)
        above = set(found.numerator)
        for each in dict.fromkeys((*found.denominator, *found.numerator)):
            console_out.print(f"{'+' if each in above else '-'} {each}", markup=False)
        for each in found.unscored:
            console_out.print(f"? {each}", markup=False)


def context_of(now: datetime, since: str | None, until: str | None) -> MeasureContext:
    """What the options ask for.

    Raises:
        ReplayError: One is no time, or the window is empty.
    """
    begin, end = _since(since, now), time_of("--until", until)
    if begin is not None and end is not None and begin >= end:
        raise ReplayError(f"--since {since} is not before --until {until}: no episode fits")
    return MeasureContext(now, since=begin, until=end)


def _since(told: str | None, now: datetime) -> datetime | None:
    """A time, or so many days before now."""
    if told is not None and told.endswith("d") and told[:-1].isdigit():
        return now - timedelta(days=int(told[:-1]))
    return time_of("--since", told)


def time_of(option: str, told: str | None) -> datetime | None:
    """The time that an option names.

    Raises:
        ReplayError: It is none.
    """
    if told is None:
        return None
    try:
        return in_utc(datetime.fromisoformat(told))
    except ValueError:
        raise ReplayError(f"{option}: {told!r} is no time such as 2026-01-31T12:00Z") from None


def finish(run: LogRun, out: Path) -> None:
    """Write a measured log, and print what matters most."""
    write_log(run, out)
    write_report(run, out)
    show(table("Headline", run.figures.metrics, HEADLINE))
    console_out.print()
    if run.figures.compared:
        show(definitions_table(run.figures.compared))
        console_out.print()
    counts = run.figures.counts
    console_out.print(
        f"{counts['episodes']:,} episodes, {counts['assessed']:,} assessed, {counts['pending']:,} "
        f"pending, {counts['test']:,} test, in {run.seconds:.1f} s; {out / 'report.html'}",
        markup=False,
        soft_wrap=True,
    )
