"""Article Markdown as safe HTML: no raw HTML gets through, and an allow-list comes last.

It reads Markdown as ``retrieval.markdown`` does, so that pages show what is indexed and the
anchor of every citation exists: raw HTML counts by its text alone, ``<br>`` breaks the line.

Images are never loaded: their alternative text stands in their place. Links go to other
articles, to ``https``, ``http``, ``mailto`` and ``tel``; any other link keeps only its words.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from bot.web.catalogue import Catalogue, article_url
from retrieval.article import Article, Audience
from retrieval.hidden import visible_html
from retrieval.markdown import heading_anchors

_EXTERNAL = frozenset({"http", "https", "mailto", "tel"})
_EXTERNAL_REL = "noopener noreferrer nofollow"
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_SITE_PAGES = frozenset({"/", "/privacy"})

_CLEANER = nh3.Cleaner(
    tags={
        "a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li",
        "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
    },
    attributes={
        "a": {"href"},
        "ol": {"start"},
        "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"},
    },
    tag_attribute_values={
        "a": {"rel": {_EXTERNAL_REL}},
        "div": {
            "class": {"table"},
            "tabindex": {"0"},
            "role": {"group"},
            "aria-label": {"Table"},
        },
        "th": {"scope": {"col"}, "class": {"end", "centre"}},
        "td": {"class": {"end", "centre"}},
    },
    clean_content_tags={"script", "style", "template", "svg", "math"},
    url_schemes=set(_EXTERNAL),
    link_rel=None,
)  # fmt: skip

Resolve = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the contents list.

    Attributes:
        level: 2 to 6.
        text: Plain text.
        anchor: Its id on the page, the same as the anchor of the passages under it.
    """

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class RenderedArticle:
    """An article as HTML.

    Attributes:
        lead: What stands before the first heading: the short answer; may be empty.
        rest: Everything else; may be empty.
        contents: The headings of ``rest``, in order.
    """

    lead: str
    rest: str
    contents: tuple[Heading, ...]


def render_article(article: Article, resolve: Resolve) -> RenderedArticle:
    """Render an article's body.

    Args:
        article: The article.
        resolve: Gives the address to use for a link target, ``None`` to drop the link.
    """
    tokens = _MARKDOWN.parse(article.body)
    contents = tuple(_anchor_headings(tokens, article.body))
    for token in tokens:
        if token.children:
            token.children = list(_safe_inline(token.children, resolve))
        _mark_cell(token)
    tokens = [plain for token in tokens for plain in _without_html(token)]
    tops = (i for i, token in enumerate(tokens) if token.type == "heading_open" and not token.level)
    split = next(tops, len(tokens))
    return RenderedArticle(_html(tokens[:split]), _html(tokens[split:]), contents)


def link_resolver(article: Article, catalogue: Catalogue, audience: Audience) -> Resolve:
    """How links in an article are resolved for an audience.

    Targets may be an ``id``, a path of a Markdown file relative to the article's own, or
    ``/articles/<id>``. Links to articles that this audience may not read are dropped.
    """
    folder = posixpath.dirname(article.path)
    staff = audience is Audience.INTERNAL

    def resolve(href: str) -> str | None:
        parts = urlsplit(href)
        if parts.scheme:
            return href if parts.scheme.lower() in _EXTERNAL else None
        if parts.netloc or "\\" in href:
            return None
        if not parts.path:
            return f"#{parts.fragment}" if parts.fragment else None
        if parts.path in _SITE_PAGES:
            return parts.path
        path = unquote(parts.path)
        target = _target(path, folder, catalogue, audience)
        return None if target is None else article_url(target.id, parts.fragment, staff=staff)

    return resolve


def _target(path: str, folder: str, catalogue: Catalogue, audience: Audience) -> Article | None:
    """The article a link without scheme means."""
    if path.startswith("/articles/"):
        return catalogue.article(path.removeprefix("/articles/"), audience)
    for base in (folder, ""):
        located = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
        for name in (located, f"{located}.md"):
            if (found := catalogue.at(name, audience)) is not None:
                return found
    plain = path.strip("./").removesuffix(".md")
    return catalogue.article(plain, audience)


def _anchor_headings(tokens: Sequence[Token], body: str) -> Iterator[Heading]:
    """Give every heading the id that its passages are cited by; shift ``h1`` to ``h2``."""
    anchored = {heading.line: heading for heading in heading_anchors(body)}
    for opening, closing in zip(tokens, tokens[2:], strict=False):
        if opening.type != "heading_open":
            continue
        level = max(2, int(opening.tag[1:]))
        opening.tag = closing.tag = f"h{level}"
        heading = anchored.get(opening.map[0]) if opening.map and not opening.level else None
        if heading is not None:
            opening.attrs = {"id": heading.anchor}
            yield Heading(level, heading.text, heading.anchor)


def _safe_inline(children: Sequence[Token], resolve: Resolve) -> Iterator[Token]:
    """Inline tokens without images and tags, with links that lead somewhere allowed."""
    dropped = False
    for token in children:
        if token.type == "image":
            yield Token("text", "", 0, content=token.content)
        elif token.type == "html_inline":
            if _BREAK.fullmatch(token.content):
                yield Token("hardbreak", "br", 0)
        elif token.type == "link_open":
            target = resolve(str(token.attrs.get("href", "")))
            dropped = target is None
            if target is not None:
                token.attrs = {"href": target}
                if urlsplit(target).scheme:
                    token.attrs["rel"] = _EXTERNAL_REL
                yield token
        elif token.type != "link_close" or not dropped:
            yield token


def _without_html(token: Token) -> Iterator[Token]:
    """A block of HTML as a paragraph of the text in it; any other token as it is."""
    if token.type != "html_block":
        yield token
        return
    text = Token("text", "", 0, content=" ".join(visible_html(token.content).split()))
    if text.content:
        yield Token("paragraph_open", "p", 1, block=True)
        yield Token("inline", "", 0, content=text.content, children=[text])
        yield Token("paragraph_close", "p", -1, block=True)


def _mark_cell(token: Token) -> None:
    """Alignment as a class (the policy forbids inline style), and scope for column headings."""
    if token.type not in {"th_open", "td_open"}:
        return
    align = str(token.attrs.get("style", "")).removeprefix("text-align:")
    token.attrs = {"scope": "col"} if token.type == "th_open" else {}
    if align in {"right", "center"}:
        token.attrs["class"] = "end" if align == "right" else "centre"


def _html(tokens: Sequence[Token]) -> str:
    return _CLEANER.clean(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})).strip()


def _table_open(_self: RendererHTML, *_: object) -> str:
    """A frame that scrolls by itself and can be reached by keyboard."""
    return '<div class="table" tabindex="0" role="group" aria-label="Table"><table>\n'


def _table_close(_self: RendererHTML, *_: object) -> str:
    return "</table></div>\n"


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    return markdown


_MARKDOWN = _markdown()
