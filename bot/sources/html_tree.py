"""HTML as a small tree without what its readers don't see.

nh3 reads it as browsers do and leaves what is on an allow-list; then everything goes that is
hidden by attribute, by style or by a class that the page's own style sheet hides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from retrieval.hidden import without_invisible

DEEPEST = 400
"""Elements within each other; a parser of HTML takes quadratic time for more."""

LARGEST = 5_000_000
"""Characters of HTML that are read."""

_KEPT = frozenset(
    "a abbr address article aside b blockquote body br button caption cite code dd del details div "
    "dl dt em figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr i ins kbd label li main "
    "mark nav ol p pre q s samp section small span strong sub summary sup table tbody td tfoot th "
    "thead tr u ul var".split()
)
_CONTENT_GONE = frozenset(
    "script style template noscript noembed noframes iframe object embed applet svg math canvas "
    "audio video select textarea input datalist head title meta link base dialog menu".split()
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_VOID = frozenset({"br", "hr", "img"})
_NESTING = re.compile(
    r"<(/?)(?!(?:area|base|br|col|hr|img|input|link|meta|param|source|wbr|p|li|dd|dt|h[1-6]|option"
    r"|colgroup|thead|tbody|tfoot|tr|td|th|html|head|body|title)\b)[a-z][\w-]*",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])|(?<![-\w])color\s*:\s*(?:white|#fff(?:fff)?\b|transparent)"
    r"|(?:text-indent|left|top)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*[01]|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.IGNORECASE,
)
_UNSEEN_CLASSES = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text screenreader-only d-none is-hidden "
    "hidden hide invisible print-only".split()
)
_STYLE_SHEET = re.compile(r"<style\b[^>]*>(.{0,200000}?)</style", re.IGNORECASE | re.DOTALL)
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,4000})\}")
_SIMPLE = re.compile(r"(?:[a-z]+)?([.#][\w-]+)")


class HtmlError(ValueError):
    """HTML that is too long or too deep to be read."""


@dataclass(slots=True)
class Element:
    """An element with what is in it: text and elements."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def names(self) -> frozenset[str]:
        """Its classes and its id, in small letters."""
        return frozenset(
            f"{self.attributes.get('class', '')} {self.attributes.get('id', '')}".lower().split()
        )

    def elements(self) -> "Iterator[Element]":
        """It and every element within, in reading order."""
        waiting: list[Element] = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(c for c in reversed(element.children) if isinstance(c, Element))

    def text(self) -> str:
        """Its text, white space folded."""
        waiting: list[Element | str] = [self]
        parts: list[str] = []
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                parts.append(node)
            else:
                waiting.extend(reversed(node.children))
        return " ".join("".join(parts).split())


def parse_html(html: str) -> Element:
    """The tree of a page or of a piece of one.

    Raises:
        HtmlError: It is too long or too deep.
    """
    if len(html) > LARGEST:
        raise HtmlError(f"holds more than {LARGEST:,} characters")
    if _depth(html) > DEEPEST:
        raise HtmlError(f"has more than {DEEPEST} elements within each other")
    hiding = _hiding_selectors(html)
    builder = _Builder()
    builder.feed(_CLEANER.clean(html))
    builder.close()
    opened = _opened(builder.root)
    _drop_hidden(builder.root, hiding, opened)
    return builder.root


def _depth(html: str) -> int:
    depth = deepest = 0
    for match in _NESTING.finditer(html):
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _hiding_selectors(html: str) -> frozenset[str]:
    """Classes ``.x`` and ids ``#x`` that the page's own style sheets hide, in small letters."""
    found = set()
    for sheet in _STYLE_SHEET.findall(html):
        for selectors, rules in _RULE.findall(sheet):
            if _HIDDEN_STYLE.search(rules):
                for selector in selectors.lower().split(","):
                    if match := _SIMPLE.fullmatch(selector.strip()):
                        found.add(match[1])
    return frozenset(found)


def _opened(root: Element) -> frozenset[str]:
    """Ids of what a reader unfolds by a button or heading: folded is not hidden."""
    return frozenset(
        name
        for element in root.elements()
        if element.tag in {"button", "a", "summary"} or element.tag[0] == "h"
        for name in element.attributes.get("aria-controls", "").split()
    )


def _drop_hidden(root: Element, hiding: frozenset[str], opened: frozenset[str]) -> None:
    for element in root.elements():
        element.children = [
            child
            for child in element.children
            if isinstance(child, str) or not _is_hidden(child, hiding, opened)
        ]


def _is_hidden(element: Element, hiding: frozenset[str], opened: frozenset[str]) -> bool:
    attributes = element.attributes
    if attributes.get("aria-hidden", "").strip().lower() == "true":
        return attributes.get("id", "") not in opened
    classes = frozenset(attributes.get("class", "").lower().split())
    if _HIDDEN_STYLE.search(attributes.get("style", "")) or "hidden" in attributes:
        return attributes.get("id", "") not in opened
    if classes & _UNSEEN_CLASSES or any(f".{name}" in hiding for name in classes):
        return attributes.get("id", "") not in opened
    return f"#{attributes.get('id', '').lower()}" in hiding and attributes["id"] not in opened


_CLEANER = nh3.Cleaner(
    tags=set(_KEPT),
    attributes={
        "*": {
            "id", "class", "style", "hidden", "aria-hidden", "aria-controls", "role", "itemprop",
        },
        "a": {"href"},
        "ol": {"start"},
        "td": {"colspan"},
        "th": {"colspan"},
    },
    clean_content_tags=set(_CONTENT_GONE),
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)  # fmt: skip


class _Builder(HTMLParser):
    """Makes the tree of what nh3 wrote, which is well formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("body")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """An element ends; so do those within it."""
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        """Text."""
        self._open[-1].children.append(_CONTROL.sub("", without_invisible(data)))
