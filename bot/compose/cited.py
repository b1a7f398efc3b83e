"""Sentences of a model's reply with the passages they cite."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A number in front of a line, as passages have it: whoever repeats them cites nothing.
_NUMBERED = re.compile(r"^[ \t]*(?:\[\d[\d,\s]*\][ \t]*)+(?=[^\s\[.])", re.MULTILINE)
_HALF_MARKER = re.compile(r"\s*\[[\d,\s]*$")
_MARKER = re.compile(r"\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
# A sentence ends at its full stop unless the next word is in lower case, as after "e.g.".
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s*\[\d|\s+[^a-z\s]|\s*$)|$)(?:\s*\[[\d,\s]+\]\.?)*", re.M)
# A line that a model broke in the middle of a sentence.
_BROKEN_LINE = re.compile(r"(?<![.!?:\]\s])[ \t]*\n(?!\s*(?:[-*+•]|\d{1,2}[.)])\s)[ \t]*(?=\S)")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\][]+)\]\(([^()\s]+)\)")


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence without its markers.

    Attributes:
        text: As shown; a link is reduced to its words.
        cites: Numbers of the passages it names, from 1; those that don't exist included.
        raw: With its links, as the model wrote it.
    """

    text: str
    cites: tuple[int, ...]
    raw: str


def cited_sentences(reply: str) -> Iterator[CitedSentence]:
    """Cut a reply into sentences and read their markers."""
    lines = _BROKEN_LINE.sub(" ", _NUMBERED.sub("", reply))
    for match in _SENTENCE.finditer(_BULLET.sub("", lines)):
        found = _MARKER.findall(match.group())
        cites = tuple(int(number) for group in found for number in group.split(","))
        raw = _MARKER.sub("", match.group()).strip()
        if raw.endswith(".."):
            raw = raw[:-1]
        if re.search(r"\w", raw):
            yield CitedSentence(_LINK.sub(r"\1", raw), tuple(dict.fromkeys(cites)), raw)


def whole_sentences(text: str) -> list[CitedSentence]:
    """Sentences of a reply that goes on: all that nothing further can change."""
    return list(cited_sentences(_HALF_MARKER.sub("", text)))[:-1]
