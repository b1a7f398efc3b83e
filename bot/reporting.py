"""Reports for content owners, put together from the index, the records and the assistant."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.conversation import Conversation
from bot.decision import Decision
from bot.errors import NotReadyError
from bot.insights.gaps import GapFinder, GapReport
from bot.insights.grouping import Ask, Grouper
from bot.insights.health import ArticleHealth, examine
from bot.insights.product_changes import read_changes
from bot.insights.use import uses_of
from bot.insights.vector_cache import VectorCache
from bot.intents import parse_intents
from bot.keys import load_or_create
from bot.knowledge import INTENTS_FILE
from bot.measure.replayed import read_replayed
from bot.store import Store
from bot.wiring import Offline, open_embedder, open_redactor
from redaction.redactor import RedactedText
from retrieval.source import read_folder

FOLDER = "insights"
"""Folder of the data folder with what reports keep: digests and vectors, no text."""


def find_gaps(
    offline: Offline, store: Store, conversations: Path | None, days: int, now: datetime
) -> GapReport:
    """Find the gaps of a file of conversations, or of the service's own.

    Args:
        offline: The assistant over the index in use.
        store: The records; remembers gaps.
        conversations: A file in the replay format; ``None`` takes the records.
        days: How far back the records are read.
        now: The time of the run.

    Raises:
        NotReadyError: There is no embedding model.
        bot.measure.replayed.ReplayFileError: The file can't be read.
    """
    knowledge = offline.knowledge.current()
    if knowledge.index.embedder is None:
        raise NotReadyError(
            "gaps need the embedding model, and this index works without: see `firstline check`"
        )
    vectors = VectorCache(offline.settings.data / FOLDER, knowledge.index.embedder)
    ask = asking(offline)
    finder = GapFinder(
        knowledge,
        Grouper(knowledge, vectors, lambda text: offline.redactor.redact(text).text, ask),
        ask,
        store.gaps,
        offline.settings.insights.contact_cost,
    )
    if conversations is not None:
        report = finder.find(read_replayed(conversations), "export", now)
    else:
        since = now - timedelta(days=days)
        report = finder.find(store.replay.conversations(since, now), "live", now)
    vectors.save()
    return report


def article_health(
    settings: Settings, kb: Path, store: Store, days: int, now: datetime
) -> tuple[ArticleHealth, ...]:
    """Examine the articles of a folder, what to fix first leading.

    Args:
        settings: Where the embedding model is.
        kb: The knowledge base folder.
        store: The records of how articles were used.
        days: How far back they are read.
        now: The time.

    Raises:
        retrieval.errors.KnowledgeBaseError: There is no such folder.
        bot.errors.ConfigurationError: ``intents.yaml`` or ``product_changes.yaml`` is malformed.
    """
    library = read_folder(kb)
    intents = kb / INTENTS_FILE
    text = intents.read_text(encoding="utf-8") if intents.is_file() else ""
    votes = {}
    for article in library.articles:
        counted = store.feedback.article_votes(article.id, article.revision)
        if counted.helpful or counted.unhelpful:
            votes[article.id] = (counted.helpful, counted.unhelpful)
    uses = uses_of(store.replay.conversations(now - timedelta(days=days), now), votes)
    embedder = open_embedder(settings, settings.data)
    catalogue = parse_intents(text, INTENTS_FILE)
    return examine(library, catalogue, embedder, read_changes(kb), uses, now)


def health_lines(health: Sequence[ArticleHealth]) -> Iterator[str]:
    """The articles with something to fix, for a reader at a terminal."""
    sick = [each for each in health if each.issues]
    yield f"{len(sick)} of {len(health)} articles have something to fix"
    for each in sick:
        yield ""
        used = f", cited {each.use.cited} times" if each.use else ""
        yield f"{each.article.id}  owner: {each.article.owner or 'nobody'}{used}"
        for issue in each.issues:
            yield f"  {issue.kind.value.replace('_', ' ')}: {issue.detail}"


def asking(offline: Offline) -> Ask:
    """Asks the assistant what it would decide on first messages today."""

    async def decide(texts: Sequence[RedactedText]) -> list[Decision]:
        return [
            (await offline.assistant.decide(Conversation("gap"), text)).decision for text in texts
        ]

    return lambda texts: asyncio.run(decide(texts))


def masked(settings: Settings) -> Callable[[str], RedactedText]:
    """Masks personal data in what an owner writes, by which Git could not forget it."""
    redactor = open_redactor(settings, load_or_create(settings.data))
    return lambda text: redactor.redact(text).text


def gap_lines(report: GapReport, currency: str) -> Iterator[str]:
    """The gaps for a reader at a terminal."""
    yield (
        f"{report.misses} of {report.conversations} conversations in {report.days:.0f} days ended "
        f"without a right answer; {report.alone} of these are like no other"
    )
    if not report.gaps:
        yield "no gap: nothing that several customers asked went without an answer"
    for gap in report.gaps:
        yield ""
        yield f"{gap.id}  {gap.state.value}  {gap.title}"
        yield (
            f"  {gap.contacts} contacts, {gap.monthly:.0f} a month, about "
            f"{currency}{gap.cost_month:,.0f} a month"
            + (f", {gap.trend:+.0%} against the week before" if gap.trend else "")
        )
        yield f"  words: {', '.join(gap.terms)}; owner: {gap.owner or 'nobody'}"
        yield "  nearest: " + (
            ", ".join(f"{n.article_id} ({n.why.value.replace('_', ' ')})" for n in gap.nearest)
            or "no article"
        )
    if report.chatter:
        yield ""
        yield f"{len(report.chatter)} topics are none of ours: see --chatter"
