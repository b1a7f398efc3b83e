"""Links between articles that lead nowhere."""

import posixpath
from collections.abc import Collection, Iterator
from urllib.parse import unquote, urlsplit

from retrieval.article import Article, Audience
from retrieval.markdown import heading_anchors, links
from retrieval.source import Library, Problem, Severity


def check_links(library: Library) -> tuple[Problem, ...]:
    """A problem for each link to an article or heading that doesn't exist.

    Checked are relative links to ``.md`` files and ``#anchors``. A customer article that links
    to an internal one is an error too: its readers can't follow, and its name would leak.
    """
    by_path = {article.path: article for article in library.articles}
    anchors = {
        article.path: {heading.anchor for heading in heading_anchors(article.body)}
        for article in library.articles
    }
    found = []
    for article in library.articles:
        start = library.body_lines.get(article.id, 1)
        for line, message in _dangling(article, by_path, anchors):
            found.append(Problem(article.path, start + line, message, Severity.ERROR))
    return tuple(sorted(found))


def _dangling(
    article: Article, by_path: dict[str, Article], anchors: dict[str, set[str]]
) -> Iterator[tuple[int, str]]:
    folder = posixpath.dirname(article.path)
    for link in links(article.body):
        parts = urlsplit(link.target)
        if parts.scheme or parts.netloc or parts.path.startswith("/"):
            continue
        path = unquote(parts.path)
        if path and not path.lower().endswith(".md"):
            continue
        target = posixpath.normpath(posixpath.join(folder, path)) if path else article.path
        anchor = unquote(parts.fragment)
        if target not in by_path:
            yield link.line, f"link `{link.target}` leads to no article{_meant(target, by_path)}"
        elif article.audience is not by_path[target].audience is Audience.INTERNAL:
            yield link.line, f"link `{link.target}` leads customers to an internal article"
        elif anchor and anchor not in anchors[target]:
            yield link.line, f"link `{link.target}`: no heading has the anchor #{anchor}"


def _meant(target: str, by_path: Collection[str]) -> str:
    """What else the link may mean: a file of the same name elsewhere in the folder."""
    name = posixpath.basename(target)
    alike = sorted(path for path in by_path if posixpath.basename(path) == name)
    return f" (`{alike[0]}` is one)" if len(alike) == 1 else ""
