"""What stands in a line of Markdown: text, emphasis, code, links that may be followed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from bot.sources.html_tree import Element

BLOCKS = frozenset(
    "address article aside blockquote body caption dd details div dl dt figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table "
    "ul".split()
)
BREAK = "\x02"
"""Stands at the end of a line that the source broke; control characters were taken out of texts."""

_APART = BLOCKS | {"del", "ins", "td", "th", "tr"}
_MARKS = {"b": "**", "strong": "**", "em": "*", "i": "*", "cite": "*", "del": "~~", "s": "~~"}
_SPECIAL = re.compile(r"[\\`*\[\]<]|~~|&(?=#?\w{1,32};)|(?<![^\W_])_|_(?![^\W_])")
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_LONGEST_LINK = 2000
_BLANK = re.compile(r"[ \t\r\n\f\xa0]+")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line is written: in a table's cell, in one piece, with words in bold."""

    cell: bool = False
    apart: bool = False
    bold: bool = True


HEADING = Manner(apart=True, bold=False)


class Line:
    """Writes lines.

    Args:
        base: Address that relative links start from; without it they keep only their words.
    """

    def __init__(self, base: str) -> None:
        self._base = base

    def text(self, nodes: Sequence[Element | str], manner: Manner) -> str:
        """Neighbours as one text."""
        parts: list[str] = []
        for node in nodes:
            if isinstance(node, str):
                part = escape(_BLANK.sub(" ", node), cell=manner.cell)
            else:
                part = self._element(node, manner)
            if part.startswith("`") and parts and parts[-1].endswith("`"):
                parts.append(" ")  # two pieces of code side by side would become one
            parts += [part] if part else []
        text = "".join(parts)
        return re.sub(r"(?<!\\)\*{4}", "", re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text)))

    def _element(self, node: Element, manner: Manner) -> str:
        """An element within a line."""
        if node.tag == "br":
            return " " if manner.apart else f"{BREAK}\n"
        if node.tag in {"code", "kbd", "samp"}:
            return code(node.text(), cell=manner.cell)
        if node.tag == "button" and not manner.apart:
            return ""  # nothing can be pressed in an article
        inner = self.text(node.children, manner)
        if node.tag == "a":
            return self._link(inner, node.attributes.get("href", ""))
        mark = _MARKS.get(node.tag, "")
        if mark and (manner.bold or mark != "**"):
            return marked(inner, mark)
        return f" {inner} " if node.tag in _APART else inner

    def _link(self, words: str, href: str) -> str:
        target = absolute(href, self._base)
        words = " ".join(words.split())
        if not words or not target:
            return words
        if target.startswith(("tel:", "mailto:")) and plain(target.split(":", 1)[1]) == plain(
            words
        ):
            return words  # the address itself stands there
        return f"[{words}]({target})"


def escape(text: str, *, cell: bool = False) -> str:
    """Plain text as Markdown that shows it."""
    # A backslash before < would not keep it from being taken for hidden markup.
    told = _SPECIAL.sub(lambda m: "&lt;" if m[0] == "<" else f"\\{m[0]}", text)
    return told.replace("|", "\\|") if cell else told


def plain(text: str) -> str:
    """Letters and digits alone, to compare by."""
    return re.sub(r"[\W_]+", "", text.replace("\\", "")).casefold()


def absolute(href: str, base: str) -> str:
    """The whole address of a link that may be followed, empty for all others."""
    href = "".join(href.split())
    if not href or href.startswith("#") or len(href) > _LONGEST_LINK:
        return ""
    try:
        target = urljoin(base, href)
        parts = urlsplit(target)
        parts.port  # noqa: B018  a wrong port is found when it is read
    except ValueError:
        return ""
    if parts.scheme not in _SCHEMES or not (parts.netloc or parts.path) or parts.username:
        return ""
    if base and urljoin(base, "#") == target.split("#")[0] + "#" and parts.fragment:
        return ""  # a place of this page
    return quote(target, safe="!#$%&'*+,/:;=?@[]~-._").replace("[", "%5B").replace("]", "%5D")


def marked(text: str, mark: str) -> str:
    """Marked words; blanks stay outside, marks in marks are not doubled."""
    core = text.strip()
    if not core or mark in core or "\n" in core or not re.search(r"\w", core):
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{mark}{core}{mark}{after}"


def code(text: str, *, cell: bool = False) -> str:
    """A piece of code in a line."""
    if not text:
        return ""
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    told = text.replace("|", "\\|") if cell else text
    return f"{ticks}{pad}{told}{pad}{ticks}"
