"""Markdown as retrieval reads it: headings with anchors, blocks, plain text.

The web pages take their heading ids from here, so that a citation's anchor always exists.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.hidden import visible_html

_LINE = re.compile(r"\r\n?|\n")
_DROPPED = re.compile(r"[^\w\- ]")
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article.

    Attributes:
        level: 1 to 6.
        text: Plain text.
        anchor: Fragment on the article page, unique within the article.
        line: Line in the Markdown, counted from 0.
    """

    level: int
    text: str
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level piece of Markdown that isn't a heading.

    Attributes:
        kind: ``paragraph``, ``list``, ``table``, ``code``, ``quote`` or ``html``.
        text: Its source lines.
        heading: The heading above it, ``None`` before the first.
    """

    kind: str
    text: str
    heading: Heading | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is written.

    Attributes:
        target: The address, unescaped.
        line: Line of the paragraph that holds it, counted from 0.
    """

    target: str
    line: int


def slug(text: str) -> str:
    """The anchor of a heading, as GitHub makes it: ``Fees & limits`` gives ``fees--limits``."""
    return _DROPPED.sub("", text.strip().lower()).replace(" ", "-")


def heading_anchors(markdown: str) -> tuple[Heading, ...]:
    """All headings in reading order; a repeated anchor gets ``-1``, ``-2`` and so on."""
    return tuple(_headings(_PARSER.parse(markdown)))


def blocks(markdown: str) -> tuple[Block, ...]:
    """Top-level blocks in reading order, headings left out."""
    tokens = _PARSER.parse(markdown)
    lines = _LINE.split(markdown)  # as the parser counts: not at form feeds or U+2028
    above = {heading.line: heading for heading in _headings(tokens)}
    current: Heading | None = None
    found = []
    for token in tokens:
        if token.level != 0 or token.map is None:
            continue
        first, last = token.map
        if token.type == "heading_open":
            current = above.get(first, current)
        elif token.type in _KINDS:
            text = "\n".join(lines[first:last]).strip("\n")
            if text.strip():
                found.append(Block(_KINDS[token.type], text, current))
    return tuple(found)


def links(markdown: str) -> tuple[Link, ...]:
    """Links in reading order; pictures and bare addresses are no links."""
    found = []
    for token in _PARSER.parse(markdown):
        line = token.map[0] if token.map else 0
        for child in token.children or ():
            href = child.attrs.get("href") if child.type == "link_open" else None
            if href:
                found.append(Link(str(href), line))
    return tuple(found)


def plain_text(markdown: str) -> str:
    """What a reader sees, without markup; one line a block, list item or table row."""
    parts: list[str] = []
    for token in _PARSER.parse(markdown):
        if token.type == "inline":
            parts.append(_inline_text(token.children or ()))
        elif token.type in {"fence", "code_block"}:
            parts.append(f"\n{token.content}\n")
        elif token.type == "html_block":
            parts.append(f"\n{visible_html(token.content)}\n")
        elif token.type in {"td_close", "th_close"}:
            parts.append("  ")
        elif token.type in _LINE_ENDS:
            parts.append("\n")
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


_KINDS = {
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "blockquote_open": "quote",
    "html_block": "html",
}
_LINE_ENDS = {"paragraph_close", "heading_close", "list_item_close", "tr_close"}


def _headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    taken: set[str] = set()
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open" or opening.map is None or opening.level != 0:
            continue
        text = " ".join(_inline_text(inline.children or ()).split())
        anchor = _unique(slug(text) or "section", taken)
        taken.add(anchor)
        yield Heading(int(opening.tag[1]), text, anchor, opening.map[0])


def _unique(anchor: str, taken: set[str]) -> str:
    if anchor not in taken:
        return anchor
    number = 1
    while f"{anchor}-{number}" in taken:
        number += 1
    return f"{anchor}-{number}"


def _inline_text(tokens: Iterable[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            parts.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append("\n" if token.type == "hardbreak" else " ")
        elif token.type == "html_inline" and re.match(
            r"</?(br|p|li|div|td)\b", token.content, re.I
        ):
            parts.append(" ")
    return "".join(parts)
