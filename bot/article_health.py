"""The health of a folder's articles, from the folder itself and the records of their use."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.importing.folder import look_into
from bot.insights.dismissed import without
from bot.insights.file_facts import FileFacts
from bot.insights.health import ArticleHealth, examine
from bot.insights.product_changes import known_changes
from bot.insights.use import uses_of
from bot.intents import parse_intents
from bot.knowledge import INTENTS_FILE
from bot.store import Store
from bot.store_dismissals import Dismissal
from bot.wiring import open_embedder
from retrieval.source import Library, read_folder


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
    changes = known_changes(kb, store.changes.every())
    files = _file_facts(kb, library)
    examined = examine(library, catalogue, embedder, changes, uses, now, files)
    return without(examined, store.dismissals.keys())


def _file_facts(kb: Path, library: Library) -> dict[str, FileFacts]:
    """When each article's file was written, and when it was imported, if it was."""
    imported = {each.path: each.imported_on for each in look_into(kb).present.values()}
    found = {}
    for article in library.articles:
        try:
            written = datetime.fromtimestamp((kb / article.path).stat().st_mtime, UTC)
        except OSError:  # it went away just now
            continue
        found[article.id] = FileFacts(imported.get(article.path), written)
    return found


def dismissed_lines(dismissed: Sequence[Dismissal]) -> Iterator[str]:
    """What owners dismissed, for a reader at a terminal."""
    if dismissed:
        yield ""
        yield f"{len(dismissed)} contradictions are dismissed; --name-again KEY takes one back:"
    for each in dismissed:
        yield f"  [{each.key}] {each.reason} ({each.by}, {each.at:%Y-%m-%d})"


def health_lines(health: Sequence[ArticleHealth]) -> Iterator[str]:
    """The articles with something to fix, for a reader at a terminal."""
    imported = [each for each in health if each.only_imported]
    if imported:
        days = sorted({each.file.imported_on for each in imported if each.file.imported_on})
        when = f"{days[0]}" if len(days) == 1 else f"{days[0]} to {days[-1]}"
        yield (
            f"{len(imported)} articles were imported ({when}) and never reviewed: put reviewed_on "
            "in the front matter of those that somebody read"
        )
    sick = [each for each in health if each.issues]
    yield f"{len(sick)} of {len(health)} articles have something to fix"
    for each in sick:
        yield ""
        used = f", cited {each.use.cited} times" if each.use else ""
        yield f"{each.article.id}  owner: {each.article.owner or 'nobody'}{used}"
        for issue in each.issues:
            key = f" [{issue.key}]" if issue.key else ""
            yield f"  {issue.kind.value.replace('_', ' ')}{key}: {issue.detail}"
