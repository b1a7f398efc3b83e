"""``firstline insights reckon``: all that content owners' pages show, put together and kept."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.article_health import article_health
from bot.config import Settings
from bot.data_folder import INSIGHTS
from bot.errors import NotReadyError
from bot.gap_finding import find_gaps
from bot.insights.board_desk import BoardsFile, draw_all
from bot.insights.boards import Board
from bot.insights.citations import citations_of
from bot.insights.costs import ContactCosts
from bot.insights.drivers import DriverReport
from bot.insights.gaps import GapReport, Tell, quiet
from bot.insights.intent_figures import intent_figures
from bot.insights.played_words import played_names
from bot.insights.product_changes import read_changes
from bot.insights.snapshot import Seen, Snapshot, SnapshotFile
from bot.measure.ending import MeasureContext
from bot.opening import open_store
from bot.reckoner import ReckoningFolder
from bot.reporting import contact_drivers
from bot.store import Store
from bot.wiring import Offline, build_offline, knowledge_base
from retrieval.article import Article

_CHATTER = 50


def reckon(
    settings: Settings,
    days: int,
    clock: Callable[[], datetime],
    *,
    anew: bool = False,
    tell: Tell = quiet,
) -> Snapshot:
    """Reckon everything, and keep it in the data folder.

    Args:
        settings: What is wanted.
        days: How far back the records are read.
        clock: Tells the time.
        anew: Whether to group all messages anew, not only those that came since the last run.
        tell: Told what goes on.

    Raises:
        NotReadyError: There is no index.
        bot.reckoner.ReckoningUnderWay: Another run has the folder.
    """
    begun = time.monotonic()
    folder = settings.data / INSIGHTS
    file = SnapshotFile(folder)
    with ReckoningFolder(folder).run():
        offline = build_offline(settings)
        store = open_store(settings)
        try:
            now = clock()
            gaps = _gaps(offline, store, days, now, anew=anew, tell=tell)
            snapshot, boards = _reckoned(offline, store, days, now, file.read(), gaps)
        finally:
            store.close()
        snapshot = replace(snapshot, seconds=time.monotonic() - begun)
        file.write(snapshot)
        BoardsFile(folder).write(boards)
    return snapshot


def _reckoned(
    offline: Offline,
    store: Store,
    days: int,
    now: datetime,
    before: Snapshot | None,
    gaps_found: tuple[GapReport | None, str],
) -> tuple[Snapshot, list[Board]]:
    settings = offline.settings
    since = now - timedelta(days=days)
    report, why = gaps_found
    gaps = report.gaps if report is not None else ()
    drivers = contact_drivers(offline, store, None, days, now, gaps)
    said, played, chatter_said = _said(report, store, since)
    knowledge = offline.knowledge.current()
    context = MeasureContext(
        now=now, since=since, agent_contact_cost=settings.insights.told_contact_cost
    )
    rows = store.logged.episodes(context)
    boards = draw_all(rows, context, store.logged, days)
    snapshot = Snapshot(
        at=now,
        days=days,
        index_version=knowledge.version,
        costs=ContactCosts.of(settings.insights),
        currency=settings.insights.currency,
        conversations=_all(drivers) if report is None else report.conversations,
        report=report,
        why_no_gaps=why,
        said=said,
        played=played,
        chatter_said=chatter_said,
        health=article_health(settings, knowledge_base(settings), store, days, now),
        drivers=drivers,
        citations=citations_of(store.replay.conversations(since, now)),
        intents=intent_figures(rows, context, knowledge.catalogue.tiers()),
        changes=read_changes(knowledge_base(settings)),
        revisions=_revisions(knowledge.index.articles, before, now.date()),
        seconds=0.0,
    )
    return snapshot, boards


def _all(found: DriverReport) -> int:
    return sum(each.contacts for each in found.drivers)


def _gaps(
    offline: Offline, store: Store, days: int, now: datetime, *, anew: bool, tell: Tell
) -> tuple[GapReport | None, str]:
    try:
        return find_gaps(offline, store, None, days, now, anew=anew, tell=tell), ""
    except NotReadyError as error:
        return None, str(error)


def _said(
    report: GapReport | None, store: Store, since: datetime
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The turns with the words of gaps, of the messages played for them, and of chatter."""
    if report is None:
        return {}, {}, ()
    chatter = [each.text for each in report.chatter[:_CHATTER]]
    texts = {text for gap in report.gaps for text in gap.examples}
    texts |= {each.text for gap in report.gaps for each in gap.outcomes}
    turns = store.insights.saying({*texts, *chatter}, since)
    said = {
        gap.id: tuple(turns[text] for text in gap.examples if text in turns) for gap in report.gaps
    }
    played = {gap.id: played_names(gap, turns) for gap in report.gaps}
    return said, played, tuple(turns.get(text, "") for text in chatter)


def _revisions(
    articles: Mapping[str, Article], before: Snapshot | None, today: date
) -> dict[str, tuple[Seen, ...]]:
    """The revisions that runs saw, the present one last."""
    known = before.revisions if before is not None else {}
    found = {}
    for name, article in articles.items():
        seen = known.get(name, ())
        if not seen or seen[-1].revision != article.revision:
            seen = (*seen, Seen(article.revision, today))
        found[name] = tuple(seen)
    return found
