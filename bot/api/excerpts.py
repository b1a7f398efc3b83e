"""The sentence under a search result: prose that says something about the query."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.markdown import plain_text
from retrieval.words import index_terms, query_terms

EXCERPT_CHARACTERS = 200
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_OPEN, _CLOSE = "\x02", "\x03"
_LINKED = re.compile(f"{_OPEN}(.*?){_CLOSE}")
_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence, or a heading, cell or list item that is none.

    Attributes:
        text: Plain text.
        linked: Share of its words that are links, 0 to 1.
    """

    text: str
    linked: float

    @property
    def is_prose(self) -> bool:
        """Whether it is a whole sentence that says more than where to read on."""
        whole = self.text.endswith((".", "!", "…")) and len(self.text.split()) > 2
        return whole and not self.leads_away

    @property
    def leads_away(self) -> bool:
        """Whether it is little but links: “More: fees, limits”."""
        return self.linked > 0.5


def telling(passage: str, body: str, query: str) -> str:
    """A sentence of the passage; of the whole article where the passage is a table or links."""
    for markdown in (passage, body):
        lines = list(_lines(markdown))
        if any(line.is_prose for line in lines):
            return _best(lines, query)
    return excerpt(passage, query)


def excerpt(markdown: str, query: str) -> str:
    """The sentence of a passage that shares most words with the query, as plain text.

    Sentences go before cells, headings and list items, and those before lines of links.
    """
    return _best(list(_lines(markdown)), query)


def _best(lines: list[_Line], query: str) -> str:
    if not lines:
        return ""
    wanted = set(query_terms(query, _LANGUAGE))

    def worth(line: _Line) -> tuple[bool, bool, int]:
        shared = len(wanted & set(index_terms(line.text, _LANGUAGE)))
        return line.is_prose, not line.leads_away, shared

    best = max(lines, key=worth).text
    if len(best) <= EXCERPT_CHARACTERS:
        return best
    return best[:EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + " …"


def _lines(markdown: str) -> Iterator[_Line]:
    marked = _LINK.sub(rf"{_OPEN}\1{_CLOSE}", markdown.replace(_OPEN, "").replace(_CLOSE, ""))
    for line in _SENTENCE.split(plain_text(marked)):
        text = line.replace(_OPEN, "").replace(_CLOSE, "").strip()
        if not text:
            continue
        linked = sum(len(words.split()) for words in _LINKED.findall(line))
        yield _Line(text, linked / len(text.split()))
