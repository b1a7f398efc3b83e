"""Splits an article into passages to cite, and a passage into the texts that are embedded."""

import math
import re
from collections.abc import Iterator
from itertools import groupby

from retrieval.article import Article, Passage
from retrieval.config import RetrievalSettings
from retrieval.markdown import Block, blocks, plain_text
from retrieval.passage_text import lead_in

_SLACK = 1.25  # a section this much over the limit stays whole: better than a tail of a few words
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})")
_WORD = re.compile(r"\S*\w\S*")  # rulers and bars of tables are no words
_SENTENCE_ENDS = r"(?<=[.!?…。！？])[\"'”’)\]]*\s+(?=\S)"
_CUTS = {
    "paragraph": [r"\n", _SENTENCE_ENDS, " ", ""],
    "quote": [r"\n", _SENTENCE_ENDS, " ", ""],
    "list": [r"\n(?=(?:[-*+]|\d{1,9}[.)])\s)", r"\n", _SENTENCE_ENDS, " ", ""],
    "table": [r"\n", " ", ""],
    "code": [r"\n\s*\n", r"\n", " ", ""],
    "html": [r"\n", _SENTENCE_ENDS, " ", ""],
}


def word_count(text: str) -> int:
    """Words, where a long one such as an address or identifier counts once per 12 letters."""
    return sum(1 + len(word) // 12 for word in _WORD.findall(text))


def split_article(article: Article, settings: RetrievalSettings) -> tuple[Passage, ...]:
    """Passages in reading order: whole blocks under one heading, up to the word limit.

    An introduction that ends in a colon stays with what it introduces. Pictures are left out.
    An article without text has one passage, its title.
    """
    passages: list[Passage] = []
    for heading, section in groupby(blocks(article.body), key=lambda block: block.heading):
        for text in _pack(list(section), settings):
            passages.append(
                Passage(
                    id=f"{article.id}#{len(passages)}",
                    article_id=article.id,
                    heading=heading.text if heading else article.title,
                    anchor=heading.anchor if heading else "",
                    text=text,
                )
            )
    if passages:
        return tuple(passages)
    return (Passage(f"{article.id}#0", article.id, article.title, "", article.title),)


def split_windows(article: Article, passage: Passage, settings: RetrievalSettings) -> list[str]:
    """The texts behind a passage's dense vectors: title, heading, and a run of sentences each."""
    text = plain_text(passage.text)
    words = word_count(text)
    count = max(1, math.ceil(words / (settings.window_words * _SLACK)))
    pieces = _cut(text, "paragraph", math.ceil(words / count * 1.1)) if count > 1 else [text]
    lead = lead_in(article, passage)
    return [f"{lead}\n{piece}" for piece in pieces or [""]]


def _pack(section: list[Block], settings: RetrievalSettings) -> Iterator[str]:
    limit = settings.passage_words
    units = [unit for unit in _units(section, settings) if unit.strip()]
    if word_count("\n\n".join(units)) <= limit * _SLACK:
        limit = math.ceil(limit * _SLACK)
    held: list[str] = []
    for unit in units:
        if held and word_count("\n\n".join([*held, unit])) > limit:
            yield "\n\n".join(held)
            held = []
        held.append(unit.rstrip())
    if held:
        yield "\n\n".join(held)


def _units(section: list[Block], settings: RetrievalSettings) -> Iterator[str]:
    introduction = ""
    for position, block in enumerate(section):
        text = block.text if block.kind == "code" else _PICTURE.sub("", block.text)
        if block.kind == "html":
            text = plain_text(text)
        last = position == len(section) - 1
        if block.kind == "paragraph" and text.rstrip().endswith(":") and not last:
            introduction = f"{introduction}{text}\n\n"
            continue
        yield from _fit(introduction + text, text, block.kind, settings)
        introduction = ""


def _fit(whole: str, text: str, kind: str, settings: RetrievalSettings) -> Iterator[str]:
    limit = settings.passage_words * _SLACK
    if kind in {"list", "table", "code"}:
        limit = settings.whole_words
    if word_count(whole) <= limit:
        yield whole
        return
    introduction = whole[: len(whole) - len(text)].strip()
    if introduction:
        yield introduction
    if kind == "table":
        yield from _table_parts(text, settings.passage_words)
    elif kind == "code" and (fence := _FENCE.match(text)):
        yield from _code_parts(text, fence["mark"], settings.passage_words)
    else:
        yield from _cut(text, kind, settings.passage_words)


def _table_parts(text: str, limit: int) -> Iterator[str]:
    """Rows in order, each part with the table's own header so that it stays readable."""
    head, ruler, *rows = text.split("\n")
    held: list[str] = []
    for row in rows:
        if held and word_count("\n".join([*held, row])) > limit:
            yield "\n".join([head, ruler, *held])
            held = []
        held.append(row)
    yield "\n".join([head, ruler, *held])


def _code_parts(text: str, mark: str, limit: int) -> Iterator[str]:
    """Parts of a fenced block, each between fences of its own; the last one may be open."""
    opening, *lines = text.split("\n")
    if lines and lines[-1].strip().startswith(mark):
        lines.pop()
    for part in _cut("\n".join(lines), "code", limit):
        yield "\n".join([opening, part.strip("\n"), mark])


def _cut(text: str, kind: str, limit: int) -> list[str]:
    # Needed to build, not to serve: half a second and 40 MB that a server saves.
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415  slow

    splitter = RecursiveCharacterTextSplitter(
        separators=_CUTS[kind],
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=max(limit, 1),
        chunk_overlap=0,
        length_function=word_count,
        strip_whitespace=kind != "code",
    )
    return splitter.split_text(text)
