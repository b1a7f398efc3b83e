"""Finding gaps over the records or a log, and drafting the article that one needs."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.conversation import Conversation
from bot.data_folder import EXPORT_VECTORS, INSIGHTS, VECTORS
from bot.dialogue import Judgement
from bot.errors import NotReadyError
from bot.estimate import share
from bot.insights.contradictions import find_contradictions
from bot.insights.costs import ContactCosts
from bot.insights.gap_states import indexed_at
from bot.insights.gaps import GapFinder, GapReport, Tell, quiet
from bot.insights.grouping import Ask, Grouper
from bot.insights.outcome import Judge
from bot.insights.outcome_words import outcome_lines
from bot.insights.product_changes import known_changes, untold
from bot.insights.vector_cache import VectorCache
from bot.keys import load_or_create
from bot.measure.replayed import read_replayed
from bot.store import Store
from bot.wiring import Offline, knowledge_base, open_redactor
from redaction.redactor import RedactedText
from retrieval.article import Article

_HALF = 0.5


def find_gaps(
    offline: Offline,
    store: Store,
    conversations: Path | None,
    days: int,
    now: datetime,
    *,
    anew: bool = False,
    tell: Tell = quiet,
) -> GapReport:
    """Find the gaps of a file of conversations, or of the service's own.

    Args:
        offline: The assistant over the index in use.
        store: The records; remembers gaps.
        conversations: A file in the replay format; ``None`` takes the records.
        days: How far back the records are read.
        now: The time of the run.
        anew: Whether to group all messages anew, not only those that came since the last run.
        tell: Told what goes on, and what of a file was left out.

    Raises:
        NotReadyError: There is no embedding model.
        bot.errors.ConfigurationError: ``product_changes.yaml`` is malformed.
        bot.measure.replayed.ReplayFileError: The file can't be read.
    """
    knowledge = offline.knowledge.current()
    if knowledge.index.embedder is None:
        raise NotReadyError(
            "gaps need the embedding model, and this index works without: see `firstline check`"
        )
    kept = VECTORS if conversations is None else EXPORT_VECTORS
    changes = known_changes(knowledge_base(offline.settings), store.changes.every())
    vectors = VectorCache(offline.settings.data / INSIGHTS, knowledge.index.embedder, kept)
    judge = judging(offline)
    dismissed = store.dismissals.keys()
    tell(f"comparing what {len(knowledge.index.articles):,} articles say")

    def redact(text: str) -> RedactedText:
        # What the records hold was redacted before it was stored.
        return RedactedText(text) if conversations is None else offline.redactor.redact(text).text

    finder = GapFinder(
        knowledge,
        Grouper(knowledge, vectors, redact, asking(offline), anew=anew),
        judge,
        store.gaps,
        ContactCosts.of(offline.settings.insights),
        contradicted={
            side.article_id
            for pair in find_contradictions(knowledge.index.articles.values(), vectors)
            if pair.key not in dismissed
            for side in (pair.first, pair.second)
        },
        unhelpful=_unhelpful(store, knowledge.index.articles.values()),
        outdated=untold(
            knowledge.index.articles.values(), changes, now, indexed_at(knowledge.version)
        ),
        tell=tell,
    )
    if conversations is not None:
        read = read_replayed(
            conversations, torn=lambda why: tell(f"left out, as the last line isn't whole: {why}")
        )
        report = finder.find(read, "export", now)
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


def judging(offline: Offline) -> Judge:
    """Asks the assistant what it would decide on first messages today, and by which rule."""

    async def judge(texts: Sequence[RedactedText]) -> list[Judgement]:
        return [await offline.assistant.decide(Conversation("gap"), text) for text in texts]

    return lambda texts: asyncio.run(judge(texts))


def asking(offline: Offline) -> Ask:
    """Asks the assistant what it would decide on first messages today."""
    judge = judging(offline)
    return lambda texts: [each.decision for each in judge(texts)]


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
        month = (
            ""
            if report.is_young
            else f", {gap.monthly:.0f} a month, about {currency}{gap.cost_month:,.0f} a month"
        )
        yield (
            f"  {gap.contacts} contacts{month}"
            + (f", {gap.trend:+.0%} against the week before" if gap.trend else "")
        )
        yield f"  words: {', '.join(gap.terms)}; owner: {gap.owner or 'nobody'}"
        yield "  nearest: " + (
            ", ".join(f"{n.article_id} ({n.why.value.replace('_', ' ')})" for n in gap.nearest)
            or "no article"
        )
        yield from outcome_lines(gap)
        yield from (f"  an agent said: {text}" for text in gap.told)
    if report.gaps and report.is_young:
        yield ""
        yield "these are the first days: a month's figures come after the first full week"
    if report.chatter:
        yield ""
        yield f"{len(report.chatter)} topics are none of ours: see --chatter"
