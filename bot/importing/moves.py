"""Recognises pages that a source moved: gone at one address, new at another, with the same title.

They keep their id and file, so that links, intents and tests which name them stay true.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from bot.importing.article_file import Present
from bot.sources.source import Page


def moves(
    pages: Iterable[Page], gone: Collection[Present], known: Collection[str]
) -> dict[str, Present]:
    """The articles that moved, by the new keys of their pages.

    Args:
        pages: Everything that the source has.
        gone: Articles whose pages it has no more.
        known: Keys that were seen before.
    """
    new = [page for page in pages if page.key not in known]
    titles = Counter(_folded(page.title) for page in new)
    before = Counter(_folded(each.title) for each in gone)
    once = {title for title in titles if titles[title] == before[title] == 1}
    places = {_folded(each.title): each for each in gone}
    return {page.key: places[title] for page in new if (title := _folded(page.title)) in once}


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
