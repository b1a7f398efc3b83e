"""What a passage says, cut into statements."""

import re
from collections.abc import Iterator

from bot.grounding.lexicon import stem
from bot.grounding.pieces import Piece, clauses, joined, merged, names, stems
from bot.grounding.statement import Statement, without_links
from bot.grounding.tables import table_rows
from retrieval.article import Passage
from retrieval.markdown import blocks, plain_text

_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[^\sa-z])|\s*;\s*|\n")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,2}[.)])\s+")
_POINTS_BACK = re.compile(
    r"\b(?:its?|they|them|their|these|those|there|then|this|both|here|such|otherwise|instead|he|she|yes|no"
    r"|(?:after|above|below|before|with|that|for|until|than) (?:that|this))\b"
    r"|^(?:that|one|the|each|after|for)\b",
    re.IGNORECASE,
)
_OF_THAT = re.compile(
    r"\b(?:above|below|over|under|beyond|after|before|than|until|exceeds?) (?:that|this|it)\b", re.I
)
_BACK = re.compile(r"^then\b|\b(?:its?|they|them|their|this|that)\b", re.I)
_ASKS = re.compile(
    r"^(?:if|how|why|when|what|where|which|who|can|is|are|do|does|may|should)\b|\?$", re.I
)
_NONE = re.compile(r"^(?:\w+ ){1,3}(?:none|neither)[.!]$", re.IGNORECASE)
_YES_OR_NO = re.compile(r"(yes|no)\b[.,:]", re.IGNORECASE)


def statements(passage: Passage, title: str) -> Iterator[Statement]:
    """What a passage says, one after the other."""
    above = frozenset(stems(f"{title}. {passage.heading}"))
    before = Piece(())
    under = ""
    yield from _answered(passage.heading, passage.text, passage.id, above)
    for block in blocks(passage.text):
        if block.heading is not None and block.heading.text != under:
            under = block.heading.text
            above |= frozenset(stems(under))
            yield from _answered(under, block.text, passage.id, above)
            yield from _named(under, passage.id, above)
        if block.kind == "table":
            yield from table_rows(block.text, passage.id, above)
            continue
        lead = before if block.kind == "list" else None
        for line, begins in _sentences(block.text):
            cut = clauses(line)
            if _NONE.search(line):
                cut = (joined((Piece(before.words), *cut)),)  # "We set none."
            whole = joined(cut)
            back = lead or (before if _POINTS_BACK.search(line) else Piece(()))
            if lead is not None and (not begins or _BACK.search(line)):
                back = joined((lead, before))
            counted = back.quantities if _OF_THAT.search(line) else ()
            yield Statement(
                passage.id,
                cut,
                merged(cut),
                above | set(back.words),
                above,
                counted,
                line,
                frozenset(whole.words),
                names=frozenset(stem(word) for name in names(line) for word in name.split()),
            )
            before = whole
    for name in {title, passage.heading}:
        yield from _named(name, passage.id, above)


def _answered(heading: str, text: str, passage: str, above: frozenset[str]) -> Iterator[Statement]:
    """What a heading asks, where the text begins with yes or no."""
    said = _YES_OR_NO.match(text)
    if said is None or not heading.endswith("?"):
        return
    asked = joined(clauses(heading))
    denied = ("not",) if said[1].lower() == "no" else ()
    piece = (Piece((*denied, *asked.words), asked.quantities),)
    yield Statement(passage, piece, piece, above, above, (), heading, frozenset(piece[0].words))


def _named(heading: str, passage: str, above: frozenset[str]) -> Iterator[Statement]:
    """A title or a heading as a statement, where it asks nothing."""
    if heading and not _ASKS.search(heading):
        cut = clauses(heading)
        words = frozenset(joined(cut).words)
        yield Statement(passage, cut, cut, above, above, (), heading, words)


def _sentences(block: str) -> Iterator[tuple[str, bool]]:
    joined = re.sub(r"\n(?!\s*(?:[-*+]|\d{1,2}[.)])\s)", " ", block)
    for line in joined.splitlines():
        begins = True
        for sentence in _SENTENCE.split(without_links(_ITEM.sub("", line))):
            if sentence.strip():
                yield sentence.strip(), begins
                begins = False


def headed(passage: Passage, title: str) -> str:
    """A passage as the learnt veto reads it, title and heading before its text."""
    heads = " / ".join(each for each in dict.fromkeys((title, passage.heading)) if each)
    text = without_links(passage.text)
    return f"{heads}: {text}" if heads else text


def plain_source(passage: Passage, title: str) -> str:
    """All that a reader sees of a passage."""
    return f"{title}\n{passage.heading}\n{plain_text(passage.text)}"
