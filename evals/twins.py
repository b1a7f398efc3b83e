"""Reads pairs that stand beside their passage: true sentences and false ones, often twins.

A file holds blocks of a title (``# …``), the passage, and its sentences, one a line::

    + free: What the passage supports, in quite other words.
    - number: The same with one small fault.
"""

import re
from collections.abc import Iterator

from retrieval.article import Passage

NAMES = tuple(f"twins_{author}" for author in "abcdefgh")
"""The built-in sets, each by one author who didn't know the check."""

_SENTENCE = re.compile(r"([+-]) ?([a-z]+) ?: ?(\S.*)")
_TITLE = re.compile(r"# *(\S.*)")

Row = tuple[str, Passage, bool, str]
"""Sentence, passage, whether it supports the sentence, kind."""


def read_twins(name: str, text: str) -> tuple[list[Row], dict[str, str]]:
    """The pairs of a file and the titles of its passages.

    Args:
        name: Of the file; ids of passages begin with it.
        text: Its content.

    Raises:
        ValueError: A line is no title, passage or sentence where it stands.
    """
    rows: list[Row] = []
    titles: dict[str, str] = {}
    for number, (title, passage, sentences) in enumerate(_blocks(text), 1):
        article = f"{name}-{number}"
        titles[article] = title
        home = Passage(f"{article}#0", article, "", "", passage)
        rows += ((sentence, home, sign == "+", kind) for sign, kind, sentence in sentences)
    return rows, titles


def _blocks(text: str) -> Iterator[tuple[str, str, list[tuple[str, str, str]]]]:
    """Title, passage and sentences of each block."""
    title = ""
    passage: list[str] = []
    sentences: list[tuple[str, str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        sentence = _SENTENCE.fullmatch(line.strip())
        opens = _TITLE.fullmatch(line)
        if sentence and passage:
            sentences.append((sentence[1], sentence[2], sentence[3]))
        elif opens and (sentences or not title):
            if sentences:
                yield title, "\n".join(passage).strip(), sentences
            title, passage, sentences = opens[1], [], []
        elif line.strip() and (sentences or not title):
            raise ValueError(f"a place for line {number}: {line[:60]!r}")
        elif not sentences:
            passage.append(line)
    if title and not sentences:
        raise ValueError(f"sentences for {title!r}")
    if sentences:
        yield title, "\n".join(passage).strip(), sentences
