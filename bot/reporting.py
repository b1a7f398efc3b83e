"""What customers contact us for, from the records or a log, and the week's news for a mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import shorten

from bot.config import Settings
from bot.data_folder import INSIGHTS
from bot.decision import Risk
from bot.insights.costs import ContactCosts
from bot.insights.driver_marks import read_marks
from bot.insights.driver_tables import as_markdown, number
from bot.insights.drivers import UNKNOWN, DriverReport, find_drivers
from bot.insights.ends import Known
from bot.insights.gap import Gap
from bot.insights.gaps import GapReport
from bot.insights.health import ArticleHealth
from bot.insights.intent_figures import IntentFigures, intent_figures
from bot.insights.issue import Issue, IssueKind
from bot.insights.product_changes import known_changes
from bot.insights.snapshot import SnapshotFile
from bot.intents import parse_intents
from bot.knowledge import INTENTS_FILE, Knowledge
from bot.measure.ending import MeasureContext
from bot.measure.log import HALF_SURE
from bot.measure.replayed import ReplayedConversation, read_replayed
from bot.store import Store
from bot.store_gaps import CLOSED
from bot.wiring import Offline, knowledge_base
from retrieval.article import Article
from retrieval.errors import IndexMissingError
from retrieval.manifest import generation_folder

_IN_DIGEST = 5
_SHORT = 160


def contact_drivers(
    offline: Offline,
    store: Store,
    conversations: Path | None,
    days: int,
    now: datetime,
    gaps: Iterable[Gap] = (),
) -> DriverReport:
    """The drivers of a file of conversations, or of the service's own, the dearest first.

    Args:
        offline: The assistant over the index in use.
        store: The records.
        conversations: A file in the replay format; ``None`` takes the records.
        days: How far back the records are read.
        now: The time.
        gaps: Gaps of the same conversations, as far as they are known: owners may say of one who
            could end it.

    Raises:
        bot.errors.ConfigurationError: ``drivers.yaml`` or ``product_changes.yaml`` is malformed.
        bot.measure.replayed.ReplayFileError: The file can't be read.
    """
    knowledge = offline.knowledge.current()
    folder = knowledge_base(offline.settings)
    rows: Iterable[ReplayedConversation] = (
        read_replayed(conversations)
        if conversations is not None
        else store.replay.conversations(now - timedelta(days=days), now)
    )
    own = conversations is None  # then texts were redacted before they were stored
    driven = ((each, _driver_of(offline, knowledge, each, redacted=own)) for each in rows)
    known = Known(
        marks=read_marks(folder),
        gap_of={name: gap.id for gap in gaps for name in gap.conversation_ids},
        articles=_articles(knowledge),
        changes=known_changes(folder, store.changes.every()),
        now=now if own else None,
    )
    costs = ContactCosts.of(offline.settings.insights)
    return find_drivers(driven, _owners(knowledge), costs, known)


def gaps_kept(settings: Settings, conversations: Path | None) -> Sequence[Gap]:
    """The gaps of the service's own conversations, as they were reckoned last; none of a log's."""
    if conversations is not None:
        return ()
    snapshot = SnapshotFile(settings.data / INSIGHTS).read()
    return snapshot.report.gaps if snapshot is not None and snapshot.report is not None else ()


def _driver_of(
    offline: Offline, knowledge: Knowledge, conversation: ReplayedConversation, *, redacted: bool
) -> str:
    if conversation.intent:
        return conversation.intent
    if redacted and any(turn.word not in {None, "reply"} for turn in conversation.turns):
        return UNKNOWN  # the assistant decided on it, and was not half sure
    asked = next((t.text for t in conversation.turns if t.speaker == "customer"), "")
    embedder, model = knowledge.index.embedder, knowledge.intent_model
    if not asked.strip() or embedder is None or model is None:
        return UNKNOWN
    text = asked if redacted else offline.redactor.redact(asked).text
    seen = model.view(embedder.embed([text])[0])
    best = int(seen.probabilities.argmax())
    sure = seen.in_scope >= HALF_SURE and seen.probabilities[best] >= HALF_SURE
    return model.intents[best] if sure else UNKNOWN


def _owners(knowledge: Knowledge) -> dict[str, str]:
    """Who keeps the first article of each intent."""
    articles = knowledge.index.articles
    return {
        name: articles[intent.articles[0]].owner
        for name, intent in knowledge.catalogue.intents.items()
        if intent.articles and intent.articles[0] in articles
    }


def _articles(knowledge: Knowledge) -> dict[str, list[Article]]:
    """The articles of each intent."""
    articles = knowledge.index.articles
    return {
        name: [articles[each] for each in intent.articles if each in articles]
        for name, intent in knowledge.catalogue.intents.items()
    }


def digest(
    report: GapReport, health: Sequence[ArticleHealth], drivers: DriverReport, currency: str
) -> str:
    """What a content owner should know this week, as Markdown for a mail."""
    gaps = [gap for gap in report.gaps if gap.state not in CLOSED][:_IN_DIGEST]
    sick = [each for each in health if each.issues][:_IN_DIGEST]
    lines = [f"# This week in the help centre, {report.at:%d %B %Y}", ""]
    lines += [
        f"{report.misses:,} of {report.conversations:,} conversations in "
        f"{number(report.days, 'day')} ended without a right answer.",
        "",
        "## What to write",
        "",
    ]
    lines += [
        f"- **{gap.title}**: {_often(gap, report, currency)}; "
        f"{gap.state.value}; {gap.owner or 'nobody'} ({gap.id})"
        for gap in gaps
    ] or ["Nothing: several customers asked for nothing in vain."]
    if gaps and report.is_young:
        lines += ["", "These are the first days: a month's figures come after the first full week."]
    lines += ["", "## What to fix", ""]
    lines += [
        f"- **{each.article.title}** ({each.article.owner or 'nobody'}): {_to_fix(each)}"
        for each in sick
    ] or ["Nothing: no article has an issue."]
    lines += ["", "## Why customers contact us", "", as_markdown(drivers, currency), ""]
    return "\n".join(lines)


def _often(gap: Gap, report: GapReport, currency: str) -> str:
    if report.is_young:
        return f"{number(gap.contacts, 'contact')} so far"
    return f"{gap.monthly:.0f} a month, about {currency}{gap.cost_month:,.0f}"


def _to_fix(health: ArticleHealth) -> str:
    """The first issue of each kind in short, how many more there are, an overdue change first."""
    first: dict[IssueKind, Issue] = {}
    for issue in sorted(health.issues, key=lambda each: each.kind is not IssueKind.PRODUCT_CHANGE):
        first.setdefault(issue.kind, issue)
    more = len(health.issues) - len(first)
    told = "; ".join(
        f"{kind.value.replace('_', ' ')}: {shorten(issue.detail, _SHORT, placeholder=' …')}"
        for kind, issue in first.items()
    )
    return told + (f"; and {more} more of these kinds" if more else "")


def intents_report(
    settings: Settings, store: Store, days: int, now: datetime
) -> tuple[IntentFigures, ...]:
    """How every intent went in the last days, the most frequent first."""
    context = MeasureContext(now=now, since=now - timedelta(days=days))
    rows, _ = store.logged.measured(context)
    return intent_figures(rows, context, _tiers(settings.data))


def _tiers(data: Path) -> dict[str, Risk]:
    """The risk of each intent of the index in use; none where there is no index."""
    try:
        file = generation_folder(data) / INTENTS_FILE
    except IndexMissingError:
        return {}
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return parse_intents(text, file.name).tiers()
