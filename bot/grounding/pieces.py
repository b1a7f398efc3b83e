"""Text cut into the pieces that belong together: a clause, or as much as holds one number."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.grounding.lexicon import AUXILIARY, LIGHT, bound, plain, stem, stems_of
from bot.grounding.quantities import MARK, Quantity, read_quantities

_PIECE = re.compile(
    r"\s*([,:()–]|\b(?:and|but|so|because|while|whereas|although)\b|(?=\b(?:then|unless)\b))\s*"
)
_WORD = re.compile(rf"{MARK}|[^\W_]+(?:['’&.+][^\W_]+)*")
_PATH = re.compile(r"`([^`]+)`")
_NUMBERED_NAME = re.compile(
    r"(?<=[a-z,] )(?!(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December)\b)([A-Z][a-z]+) (\d{1,2})(?=\s+[A-Za-z]|[.,]|$)"
)
_NAME = re.compile(r"(?<![.!?:] )(?<!^)\b(?:[A-Z][\w&+-]*|\w*[a-z][A-Z]\w*)")
_FREE = Quantity(0, 0, "free", "free")
_LIMITLESS = Quantity(float("inf"), float("inf"), "limitless", "no limit")
_NEEDLESS = Quantity(0, 0, "needless", "no need")
_WORDED_QUANTITIES = {"free": _FREE, "limitless": _LIMITLESS, "needless": _NEEDLESS}
_PARTS = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+(?=[^\sa-z])|\s*;\s*|,\s+(?=(?:and|but|so)\s)|\s+(?=but\s)"
)
_LISTED = 3
_DOING = stems_of("be is are was were has have do does can may must will you we they it if when")
_ARTICLES = frozenset("a an the or anoth ani".split())
_STARTS_CLAUSE = frozenset(
    "except unless sinc since they it you we he she if when this that".split()
)
_MODAL = stems_of("can may must will is are has have do does")
_OPENS_CASE = stems_of("if unless when while without once after before until")
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
        said = needless + sum(word in NEGATIONS and word != "nor" for word in self.words)
        return said or int("nor" in self.words)


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
        named = [word for word in piece.words if word not in _ARTICLES]
        listed = mark in (",", "and") and len(named) <= _LISTED and not piece.quantities
        listed = listed and not (_STARTS_CLAUSE | _MODAL) & set(piece.words[:1])
        opened = found and _OPENS_CASE & set(found[-1].words[:1])
        if listed and found and found[-1].negations % 2 and not piece.negations and not opened:
            piece = Piece(("nor", *piece.words))  # no subscriptions, hotels, shops
        found.append(piece)
    if idle.words:
        found = [*found[:-1], joined((*found[-1:], idle))]
    return _denied_together(found)


def _denied_together(found: list[Piece]) -> tuple[Piece, ...]:
    """The pieces, those denied that share a denied predicate: chains and tyres are not covered."""
    for place in range(len(found) - 1, 0, -1):
        words = found[place].words
        verb = next((at for at, word in enumerate(words) if word in AUXILIARY), 0)
        if found[place].negations % 2 == 0 or not content(words[:verb]):
            continue
        for each in range(place - 1, -1, -1):
            subject = found[each]
            named = [word for word in subject.words if word not in _ARTICLES]
            if len(named) > _LISTED or subject.quantities or subject.negations:
                break
            if _DOING & set(named) or not subject.content:
                break
            found[each] = Piece(("nor", *subject.words))
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
