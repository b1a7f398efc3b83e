"""The article in a web page: its title and main part, without what surrounds every page."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from bot.sources.html_markdown import to_markdown
from bot.sources.html_tree import Element, parse_html

_AROUND_TAGS = frozenset({"nav", "aside", "footer", "form"})
_AROUND_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alertdialog menu".split()
)
_AROUND_NAMES = re.compile(
    r"(?:^|[-_])(?:breadcrumbs?|sidebar|cookies?|consent|share|sharing|social|related|pagination|pager"
    r"|toc|table-of-contents|votes?|feedback|was-this|comments?|newsletter|recently|promoted|navbar"
    r"|sub-?nav|skip-?(?:link|to|nav)|page-?metadata|pagesection)(?:$|[-_s])"
)
_FEW = 40
"""Characters under which a main part looks like the wrong one."""


@dataclass(frozen=True, slots=True)
class MainText:
    """What a page says.

    Attributes:
        title: Plain text, empty where there is none.
        body: Markdown.
        locale: As ``html lang`` says.
        canonical: The address that the page itself names as its own; may be relative.
        noindex: Whether it asks not to be found.
    """

    title: str
    body: str
    locale: str
    canonical: str
    noindex: bool


def read_page(html: str, base: str) -> MainText:
    """Take a page apart.

    Args:
        html: The whole page.
        base: Its address.

    Raises:
        bot.sources.html_tree.HtmlError: It is too long or too deep.
    """
    head = _Head()
    head.feed(html[:200_000])
    root = parse_html(html)
    main = _main(root)
    title = _heading(main) or _title(root, head)
    _drop_around(main)
    body = to_markdown(main, base, title=title)
    if len(body) < _FEW and main is not root:
        _drop_around(root)
        body = to_markdown(root, base, title=title)
    return MainText(title, body, head.locale, head.canonical, head.noindex)


def _main(root: Element) -> Element:
    """The part that holds the article: as the page says, else all of it."""
    every = list(root.elements())
    chosen = (
        [e for e in every if "articlebody" in e.attributes.get("itemprop", "").lower()],
        [e for e in every if e.names & {"main-content", "article-body", "article__body"}],
        [e for e in every if e.tag == "article"],
        [e for e in every if e.tag == "main" or e.attributes.get("role", "") == "main"],
        [e for e in every if e.names & {"content", "maincontent", "page-content"}],
    )
    for found in chosen:
        if found:
            best = max(found, key=lambda element: len(element.text()))
            if len(best.text()) >= _FEW:
                return best
    return root


def _drop_around(main: Element) -> None:
    for element in main.elements():
        element.children = [
            child for child in element.children if isinstance(child, str) or not _is_around(child)
        ]


def _is_around(element: Element) -> bool:
    if element.tag == "header" and not _heading(element):  # with a heading it is an article's
        return True
    return (
        element.tag in _AROUND_TAGS
        or element.attributes.get("role", "").lower() in _AROUND_ROLES
        or any(_AROUND_NAMES.search(name) for name in element.names)
    )


def _heading(element: Element) -> str:
    return next((e.text() for e in element.elements() if e.tag == "h1" and e.text()), "")


def _title(root: Element, head: "_Head") -> str:
    """The title of a page whose article has none: of its headings one may be the site's name."""
    told = head.heading or " ".join(head.title.split())
    headings = [e.text() for e in root.elements() if e.tag == "h1"]
    fitting = [each for each in headings if each and told.startswith(each)]
    return max(fitting, key=len, default="") or _without_site(told) or _heading(root)


def _without_site(title: str) -> str:
    """``Pay abroad – Example Help`` without the name of the site."""
    return re.split(r"\s+[|–—·»-]\s+", title.strip())[0]


class _Head(HTMLParser):
    """Reads what the head of a page says of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = self.heading = self.locale = self.canonical = ""
        self.noindex = False
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Title, language, canonical address, wishes to robots."""
        said = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.locale = self.locale or said.get("lang", "").strip()
        elif tag == "title":
            self._in_title = not self.title
        elif tag == "link" and said.get("rel", "").lower() == "canonical":
            self.canonical = self.canonical or said.get("href", "").strip()
        elif tag == "meta":
            name = (said.get("name") or said.get("property", "")).lower()
            content = said.get("content", "")
            if name == "robots":
                self.noindex |= bool({"noindex", "none"} & set(re.findall(r"\w+", content.lower())))
            elif name == "og:title":
                self.heading = self.heading or " ".join(content.split())

    def handle_endtag(self, tag: str) -> None:
        """The title ends."""
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        """The title's words."""
        if self._in_title:
            self.title += data
