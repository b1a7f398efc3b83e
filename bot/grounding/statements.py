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
_YES_OR_NO = re.compile(r"(yes|no)\b[.,:]", re.IGNORECASE)


def statements(passage: Passage, title: str) -> Iterator[Statement]:
    """What a passage says, one after the other."""
    above = frozenset(stems(f"{title}. {passage.heading}"))
    before = Piece(())
    if passage.heading.endswith("?") and (said := _YES_OR_NO.match(passage.text)):
        asked = joined(clauses(passage.heading))
        denied = ("not",) if said[1].lower() == "no" else ()
        said_so = (Piece((*denied, *asked.words), asked.quantities),)
        words = frozenset(said_so[0].words)
        yield Statement(passage.id, said_so, said_so, above, above, (), passage.heading, words)
    for block in blocks(passage.text):
        if block.kind == "table":
            yield from table_rows(block.text, passage.id, above)
            continue
        lead = before if block.kind == "list" else None
        for line, begins in _sentences(block.text):
            cut = clauses(line)
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
        if name and not _ASKS.search(name):
            cut = clauses(name)
            yield Statement(
                passage.id, cut, cut, above, above, (), name, frozenset(joined(cut).words)
            )


def _sentences(block: str) -> Iterator[tuple[str, bool]]:
    joined = re.sub(r"\n(?!\s*(?:[-*+]|\d{1,2}[.)])\s)", " ", block)
    for line in joined.splitlines():
        begins = True
        for sentence in _SENTENCE.split(without_links(_ITEM.sub("", line))):
            if sentence.strip():
                yield sentence.strip(), begins
                begins = False


def plain_source(passage: Passage, title: str) -> str:
    """All that a reader sees of a passage."""
    return f"{title}\n{passage.heading}\n{plain_text(passage.text)}"
