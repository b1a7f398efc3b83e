"""What a passage says, cut into statements, and statements into the pieces that belong together.

A statement is a sentence, an item of a list or a row of a table. A piece is as much of it as holds
one number, or one clause; a row's pieces are its cells, each with the row's name and its column's.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.grounding.lexicon import LIGHT, bound, plain, stem
from bot.grounding.quantities import MARK, Quantity, read_quantities
from retrieval.article import Passage
from retrieval.markdown import blocks, plain_text

_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[^\sa-z])|\s*;\s*|\n")
_PIECE = re.compile(
    r"\s*([,:()–]|\b(?:and|but|so|because|while|whereas|unless|although)\b|(?=\bthen\b))\s*"
)
_WORD = re.compile(rf"{MARK}|[^\W_]+(?:['’&.+][^\W_]+)*")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,2}[.)])\s+")
_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")
_PATH = re.compile(r"`([^`]+)`")
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
_NUMBERED_NAME = re.compile(
    r"(?<=[a-z,] )(?!(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December)\b)([A-Z][a-z]+) (\d{1,2})(?=\s+[A-Za-z]|[.,]|$)"
)
_NAME = re.compile(r"(?<![.!?:] )(?<!^)\b(?:[A-Z][\w&+-]*|\w*[a-z][A-Z]\w*)")
_FREE = Quantity(0, 0, "free", "free")
_LIMITLESS = Quantity(float("inf"), float("inf"), "limitless", "no limit")
_NEEDLESS = Quantity(0, 0, "needless", "no need")
_WORDED_QUANTITIES = {"free": _FREE, "limitless": _LIMITLESS, "needless": _NEEDLESS}
_ASKS = re.compile(
    r"^(?:if|how|why|when|what|where|which|who|can|is|are|do|does|may|should)\b|\?$", re.I
)
_PARTS = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+(?=[^\sa-z])|\s*;\s*|,\s+(?=(?:and|but|so)\s)|\s+(?=but\s)"
)
_YES_OR_NO = re.compile(r"(yes|no)\b[.,:]", re.IGNORECASE)
_LISTED = 3
_STARTS_CLAUSE = frozenset("sinc since they it you we he she if when this that".split())
NEGATIONS = frozenset({"not", "nor", "no", "without"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One number or clause.

    Attributes:
        words: Stems in order, light ones and negations included.
        quantities: With how each is bounded: ``most``, ``least`` or nothing.
        opening: How many words stand before the first number.
    """

    words: tuple[str, ...]
    quantities: tuple[tuple[Quantity, str], ...] = ()
    opening: int = 0

    @property
    def content(self) -> frozenset[str]:
        """The words that claim something."""
        return frozenset(content(self.words))

    @property
    def subject(self) -> str:
        """The first word that claims something; empty without one."""
        return next(iter(content(self.words)), "")

    @property
    def negations(self) -> int:
        """How often it denies."""
        needless = sum(quantity.unit == "needless" for quantity, _ in self.quantities)
        return needless + sum(word in NEGATIONS for word in self.words)


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a passage says.

    Attributes:
        passage: Id of the passage.
        clauses: In reading order, each as short as it can be cut.
        pieces: Clauses without a number joined to a neighbour that has one.
        context: Stems that hold for all of it: title, heading, what it points back to.
        above: Those of title and heading.
        context_quantities: Those of what it points back to.
        text: As written, without markup.
        words: Stems of all pieces.
        rivals: Pieces of the other rows of its table.
        denied_label: Whether it is a row whose name denies something.
        names: Stems of the names in it.
    """

    passage: str
    clauses: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    context: frozenset[str]
    above: frozenset[str]
    context_quantities: tuple[tuple[Quantity, str], ...]
    text: str
    words: frozenset[str]
    rivals: tuple[Piece, ...] = ()
    denied_label: bool = False
    names: frozenset[str] = frozenset()


def content(words: Iterable[str]) -> list[str]:
    """The words among stems that claim something, once each."""
    return list(dict.fromkeys(w for w in words if w not in LIGHT and w not in NEGATIONS))


def stems(text: str) -> list[str]:
    """Stems of a text in order, numbers left out."""
    reading = read_quantities(_unmarked(text))
    return [stem(w) for w in _WORD.findall(plain(reading.text)) if w != MARK]


def clauses(text: str) -> tuple[Piece, ...]:
    """The clauses of a sentence, in reading order; one that claims nothing joins the next."""
    reading = read_quantities(_unmarked(text))
    waiting = iter(reading.quantities)
    found: list[Piece] = []
    idle = Piece(())
    cut = _PIECE.split(plain(reading.text))
    for part, mark in zip(cut[::2], [":", *cut[1::2]], strict=True):
        piece = joined((idle, _piece(part, waiting)))
        if not piece.content and not piece.quantities:
            idle = piece
            continue
        idle = Piece(())
        listed = mark in (",", "and") and len(piece.words) <= _LISTED and not piece.quantities
        listed = listed and not _STARTS_CLAUSE & set(piece.words[:1])
        if listed and found and found[-1].negations % 2 and not piece.negations:
            piece = Piece(("nor", *piece.words))  # no subscriptions, hotels, shops
        found.append(piece)
    if idle.words:
        found = [*found[:-1], joined((*found[-1:], idle))]
    return tuple(found)


def merged(found: Sequence[Piece]) -> tuple[Piece, ...]:
    """The clauses, those without a number joined to the next that has one."""
    if not any(piece.quantities for piece in found):
        return tuple(found)
    held = Piece(())
    made: list[Piece] = []
    for piece in found:
        held = joined((held, piece))
        if piece.quantities:
            made.append(held)
            held = Piece(())
    if held.words:
        made[-1] = joined((made[-1], held))
    return tuple(made)


def joined(found: Iterable[Piece]) -> Piece:
    """Several pieces as one."""
    found = tuple(found)
    opening = 0
    for piece in found:
        opening += piece.opening if piece.quantities else len(piece.words)
        if piece.quantities:
            break
    return Piece(
        tuple(w for piece in found for w in piece.words),
        tuple(q for piece in found for q in piece.quantities),
        opening,
    )


def parts(sentence: str) -> list[str]:
    """The assertions of a sentence that stand or fall by themselves."""
    return [part for part in _PARTS.split(sentence) if part and part.strip()]


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
            yield from _rows(block.text, passage.id, above)
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


def names(text: str) -> Iterator[str]:
    """Capitalised words inside a sentence, and paths of menus."""
    for path in _PATH.findall(text):
        yield from (step.strip().lower() for step in re.split(r"→|->|>", path))
    for name in _NAME.findall(_PATH.sub(" ", text)):
        yield name.lower()


def _unmarked(text: str) -> str:
    text = re.sub(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}", "", text).replace("`", " ")
    return _NUMBERED_NAME.sub(lambda m: f"{m[1]}{'abcdefghij'[int(m[2]) % 10]}", text)


def _piece(text: str, waiting: Iterator[Quantity]) -> Piece:
    found: list[tuple[Quantity, str]] = []
    words: list[str] = []
    opening: int | None = None
    for match in _WORD.finditer(text):
        word = match.group()
        quantity = next(waiting, None) if word == MARK else _WORDED_QUANTITIES.get(word)
        if quantity is not None:
            opening = len(words) if opening is None else opening
            after = (
                text[match.end() :].replace(MARK, " ", 1)
                if text[match.end() :].lstrip().startswith(MARK)
                else text[match.end() :]
            )
            found.append((quantity, bound(text[: match.start()], after)))
        else:
            words.append(stem(word))
    return Piece(tuple(words), tuple(found), opening or 0)


def _sentences(block: str) -> Iterator[tuple[str, bool]]:
    joined = re.sub(r"\n(?!\s*(?:[-*+]|\d{1,2}[.)])\s)", " ", block)
    for line in joined.splitlines():
        begins = True
        for sentence in _SENTENCE.split(_LINKED.sub(r"\1", _ITEM.sub("", line))):
            if sentence.strip():
                yield sentence.strip(), begins
                begins = False


_LINKED = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def _rows(table: str, passage: str, above: frozenset[str]) -> Iterator[Statement]:
    lines = [line for line in table.splitlines() if not _RULE.match(line)]
    cells = [
        [_LINKED.sub(r"\1", c.strip()) for c in line.strip().strip("|").split("|")]
        for line in lines
    ]
    if not cells:
        return
    rows: list[Statement] = []
    header = cells[0] if lines[0].strip().startswith("|") else []
    for row in cells[1:] if header else cells:
        label = row[0]
        shared = joined(clauses(f"{label}. {header[0] if header else ''}")).words
        denied_label = any(word in NEGATIONS for word in shared)
        shared = tuple(word for word in shared if word not in NEGATIONS)
        label_quantities = joined(clauses(label)).quantities
        found: list[Piece] = []
        fine: list[Piece] = []
        for place, cell in enumerate(row[1:], 1):
            head = joined(clauses(header[place] if place < len(header) else ""))
            denied = ("not",) if cell in "–-—" else ()
            named = Piece(shared + head.words + denied, label_quantities + head.quantities)
            cut = clauses(cell) or (Piece(()),)
            fine += [joined((named, piece)) for piece in cut]
            found += [joined((named, piece)) for piece in merged(cut)]
        words = frozenset(w for piece in found for w in piece.words)
        rows.append(
            Statement(
                passage,
                tuple(fine),
                tuple(found),
                above,
                above,
                (),
                " | ".join(row),
                words,
                denied_label=denied_label,
            )
        )
        told = clauses(f"{header[0] if header else ''}: {label}")
        if told:
            named_words = frozenset(joined(told).words)
            yield Statement(passage, told, merged(told), above, above, (), label, named_words)
    for place, row_said in enumerate(rows):
        others = (
            piece for other, each in enumerate(rows) if other != place for piece in each.pieces
        )
        yield replace(row_said, rivals=tuple(others))


def plain_source(passage: Passage, title: str) -> str:
    """All that a reader sees of a passage."""
    return f"{title}\n{passage.heading}\n{plain_text(passage.text)}"
