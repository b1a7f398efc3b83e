"""Reports for content owners, put together from the index, the records and the assistant."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.conversation import Conversation
from bot.data_folder import EXPORT_VECTORS, INSIGHTS, VECTORS
from bot.decision import Decision
from bot.errors import NotReadyError
from bot.estimate import share
from bot.insights.contradictions import find_contradictions
from bot.insights.draft import Draft, draft_article
from bot.insights.drivers import UNKNOWN, Driver, as_markdown, find_drivers
from bot.insights.gaps import GapFinder, GapReport
from bot.insights.grouping import Ask, Grouper
from bot.insights.health import ArticleHealth, examine
from bot.insights.intent_figures import IntentFigures, intent_figures
from bot.insights.product_changes import read_changes
from bot.insights.use import uses_of
from bot.insights.vector_cache import VectorCache
from bot.intents import parse_intents
from bot.keys import load_or_create
from bot.knowledge import INTENTS_FILE, Knowledge
from bot.measure.ending import MeasureContext
from bot.measure.replayed import ReplayedConversation, read_replayed
from bot.store import Store
from bot.store_gaps import CLOSED, GapState
from bot.wiring import Offline, open_embedder, open_redactor
from redaction.redactor import RedactedText
from retrieval.article import Article
from retrieval.manifest import index_folder
from retrieval.source import read_folder

_SURE = 0.5
_HALF = 0.5
_IN_DIGEST = 5


def find_gaps(
    offline: Offline,
    store: Store,
    conversations: Path | None,
    days: int,
    now: datetime,
    *,
    anew: bool = False,
) -> GapReport:
    """Find the gaps of a file of conversations, or of the service's own.

    Args:
        offline: The assistant over the index in use.
        store: The records; remembers gaps.
        conversations: A file in the replay format; ``None`` takes the records.
        days: How far back the records are read.
        now: The time of the run.
        anew: Whether to group all messages anew, not only those that came since the last run.

    Raises:
        NotReadyError: There is no embedding model.
        bot.measure.replayed.ReplayFileError: The file can't be read.
    """
    knowledge = offline.knowledge.current()
    if knowledge.index.embedder is None:
        raise NotReadyError(
            "gaps need the embedding model, and this index works without: see `firstline check`"
        )
    kept = VECTORS if conversations is None else EXPORT_VECTORS
    vectors = VectorCache(offline.settings.data / INSIGHTS, knowledge.index.embedder, kept)
    ask = asking(offline)

    def redact(text: str) -> RedactedText:
        # What the records hold was redacted before it was stored.
        return RedactedText(text) if conversations is None else offline.redactor.redact(text).text

    finder = GapFinder(
        knowledge,
        Grouper(knowledge, vectors, redact, ask, anew=anew),
        ask,
        store.gaps,
        offline.settings.insights.contact_cost,
        contradicted={
            side.article_id
            for pair in find_contradictions(knowledge.index.articles.values(), vectors)
            for side in (pair.first, pair.second)
        },
        unhelpful=_unhelpful(store, knowledge.index.articles.values()),
    )
    if conversations is not None:
        report = finder.find(read_replayed(conversations), "export", now)
    else:
        since = now - timedelta(days=days)
        report = finder.find(store.replay.conversations(since, now), "live", now)
    vectors.save()
    return report


def _unhelpful(store: Store, articles: Iterable[Article]) -> set[str]:
    """Articles that most readers' votes are against, chance left out."""
    found = set()
    for article in articles:
        votes = store.feedback.article_votes(article.id, article.revision)
        total = votes.helpful + votes.unhelpful
        if total and (share(votes.helpful, total, empty="no votes").high or 1.0) < _HALF:
            found.add(article.id)
    return found


def contact_drivers(
    offline: Offline, store: Store, conversations: Path | None, days: int, now: datetime
) -> tuple[Driver, ...]:
    """The drivers of a file of conversations, or of the service's own, the dearest first.

    Args:
        offline: The assistant over the index in use.
        store: The records.
        conversations: A file in the replay format; ``None`` takes the records.
        days: How far back the records are read.
        now: The time.
    """
    knowledge = offline.knowledge.current()
    rows: Iterable[ReplayedConversation] = (
        read_replayed(conversations)
        if conversations is not None
        else store.replay.conversations(now - timedelta(days=days), now)
    )
    own = conversations is None  # then texts were redacted before they were stored
    driven = ((each, _driver_of(offline, knowledge, each, redacted=own)) for each in rows)
    return find_drivers(driven, _owners(knowledge), offline.settings.insights.contact_cost)


def _driver_of(
    offline: Offline, knowledge: Knowledge, conversation: ReplayedConversation, *, redacted: bool
) -> str:
    if conversation.intent:
        return conversation.intent
    asked = next((t.text for t in conversation.turns if t.speaker == "customer"), "")
    embedder, model = knowledge.index.embedder, knowledge.intent_model
    if not asked.strip() or embedder is None or model is None:
        return UNKNOWN
    text = asked if redacted else offline.redactor.redact(asked).text
    seen = model.view(embedder.embed([text])[0])
    best = int(seen.probabilities.argmax())
    sure = seen.in_scope >= _SURE and seen.probabilities[best] >= _SURE
    return model.intents[best] if sure else UNKNOWN


def _owners(knowledge: Knowledge) -> dict[str, str]:
    """Who keeps the first article of each intent."""
    articles = knowledge.index.articles
    return {
        name: articles[intent.articles[0]].owner
        for name, intent in knowledge.catalogue.intents.items()
        if intent.articles and intent.articles[0] in articles
    }


def digest(
    report: GapReport, health: Sequence[ArticleHealth], drivers: Sequence[Driver], currency: str
) -> str:
    """What a content owner should know this week, as Markdown for a mail."""
    gaps = [gap for gap in report.gaps if gap.state not in CLOSED][:_IN_DIGEST]
    sick = [each for each in health if each.issues][:_IN_DIGEST]
    lines = [f"# This week in the help centre, {report.at:%d %B %Y}", ""]
    lines += [
        f"{report.misses} of {report.conversations} conversations in {report.days:.0f} days ended "
        "without a right answer.",
        "",
        "## What to write",
        "",
    ]
    lines += [
        f"- **{gap.title}**: {gap.monthly:.0f} a month, about {currency}{gap.cost_month:,.0f}; "
        f"{gap.state.value}; {gap.owner or 'nobody'} ({gap.id})"
        for gap in gaps
    ] or ["Nothing: several customers asked for nothing in vain."]
    lines += ["", "## What to fix", ""]
    lines += [
        f"- **{each.article.title}** ({each.article.owner or 'nobody'}): {each.issues[0].detail}"
        for each in sick
    ] or ["Nothing: no article has an issue."]
    lines += ["", "## Why customers contact us", "", as_markdown(drivers, currency), ""]
    return "\n".join(lines)


def intents_report(store: Store, days: int, now: datetime) -> tuple[IntentFigures, ...]:
    """How every intent went in the last days, the most frequent first."""
    context = MeasureContext(now=now, since=now - timedelta(days=days))
    rows, _ = store.logged.measured(context)
    return intent_figures(rows, context)


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
    read = store.views.since((now - timedelta(days=days)).date())
    uses = uses_of(store.replay.conversations(now - timedelta(days=days), now), votes, read)
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


def draft_for(
    offline: Offline,
    store: Store,
    gap_id: str,
    title: str,
    notes: Sequence[str],
    by: str,
    now: datetime,
) -> Draft:
    """Draft the article that a gap needs; an open gap becomes ``drafting``.

    Args:
        offline: The assistant over the index in use.
        store: The records.
        gap_id: The gap.
        title: The article's heading.
        notes: What to do, in the owner's words, a step each.
        by: Who asked for it.
        now: The time.

    Raises:
        bot.store_gaps.UnknownGap: There is none of that id.
        bot.insights.draft.DraftError: Nothing is confirmed, or there is such an article.
    """
    known = store.gaps.get(gap_id)
    knowledge = offline.knowledge.current()
    file = index_folder(offline.settings.data) / knowledge.version / INTENTS_FILE
    intents = file.read_text(encoding="utf-8") if file.is_file() else ""
    draft = draft_article(knowledge, gap_id, store.gaps.cases(gap_id), title, notes, intents)
    if known.state is GapState.OPEN:
        store.gaps.move(gap_id, GapState.DRAFTING, "", by, now)
    return draft


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
        yield from (f"  an agent said: {text}" for text in gap.told)
    if report.chatter:
        yield ""
        yield f"{len(report.chatter)} topics are none of ours: see --chatter"
