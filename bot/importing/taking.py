"""Takes the pages of a source in: those that are articles are masked, and all are journalled."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.importing.masking import Masker
from bot.importing.records import Entry, Journal, Taken
from bot.importing.worth import FEWEST_WORDS, why_no_article
from bot.language import identify
from bot.sources.source import Item, Page, Skipped, Source
from retrieval.markdown import plain_text

_ENOUGH_WORDS = 8
_LOOKED_AT = 2000

Progress = Callable[[int, int], None]


def take(
    source: Source,
    entries: Mapping[str, Entry],
    journal: Journal,
    masker: Masker,
    progress: Progress,
    fewest: int = FEWEST_WORDS,
) -> None:
    """Read everything of a source into the journal.

    Args:
        source: Where pages come from.
        entries: What is remembered of them; a page is only asked for again where this is.
        journal: Where they go; what it holds already is not read again.
        masker: Masks them.
        progress: Told how many of how many are done.
        fewest: Words that an article must have.

    Raises:
        bot.sources.source.SourceError: The source as a whole can't be read.
    """
    known = {key: entry.validators for key, entry in entries.items()}
    done = frozenset(journal.taken)
    for item in source.items(known, done):
        journal.add(_taken(item, masker, fewest))
        progress(len(journal.taken), source.total)


def _taken(item: Item, masker: Masker, fewest: int) -> Taken:
    if not isinstance(item, Page):
        return Taken(item)
    if reason := why_no_article(item.title, item.body, 1 if item.is_short else fewest):
        return Taken(Skipped(item.key, reason, item.validators))
    locale = item.locale or _language(f"{item.title}\n{plain_text(item.body)}")
    title, body, personal = masker.mask(item.title, item.body, locale)
    return Taken(replace(item, title=title, body=body, locale=locale), personal)


def _language(text: str) -> str:
    """The language of a page whose source names none; empty where it is English or too short."""
    if len(text.split()) < _ENOUGH_WORDS:
        return ""
    found = identify(text[:_LOOKED_AT])
    return found.code if found.sure and found.code != "en" else ""
