"""Sentences of two articles that say the same with another number, limit or time.

The quantities are taken out of a sentence; what is left is compared by embedding and by its words.
Two sentences whose rest says the same and whose quantities of one kind differ contradict each
other, unless each has a word of its own that sets it apart: "in the UK" and "in Germany" are two
rules, not one. Words with which any rule is told ("takes", "costs", "within") set nothing apart.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.grounding.quantities import MARK, Quantity, read_quantities
from retrieval.article import Article, Audience
from retrieval.embedder import Embedder
from retrieval.markdown import Block, blocks, plain_text
from retrieval.words import query_terms

_SAME = 0.76
"""Cosine of two sentences without their quantities from which on they may say the same."""

_CLOSE = 0.8
"""Cosine from which one of the two may have a word of its own."""

_ROOT = 5
"""Letters that two words begin with to count as one: stems of "verify" and "verification"."""

_BATCH = 64
_STANDS_FOR = "so much"
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£€$\"“(])|\n+")
_PART = re.compile(
    r"[;:]\s+|,\s+(?:(?:and|but|so|because|then|in|with)\s+)?|"
    r"\s+(?:and|but|so|because|where|which|if)\s+"
)
_LEAST_WORDS = 3
_SPELT = {
    "open until": "closes", "annual": "every year", "annually": "every year", "sent": "send",
    "kept": "keep",
    "top up": "top-up", "paid": "pay", "told": "tell", "lent": "lend", "spent": "spend",
}  # fmt: skip
_FORMS = re.compile(rf"\b(?:{'|'.join(_SPELT)})\b", re.IGNORECASE)
_RATE = "a "
_KINDS = frozenset({"phone"})
"""Units of which an article may well name several: they contradict nothing."""

_TELLING = frozenset(
    stem
    for word in (
        "due done life join joins leave leaves run runs age rate use used serve served "
        "take takes taking out cost costs charge charged charges price fee fees pay paid "
        "limit limits limited up within least most minimum maximum max largest smallest "
        "highest valid last lasts end ends work works open opens close closes available reach "
        "reaches need needs needed add adds made make keep kept get gets earn each every "
        "until till between annual annually yearly monthly daily day year month week hour "
        "minute start starts allow allowed allows let lets hold holds about around usually "
        "normally arrive arrives deliver delivered delivery come comes have has had having "
        "must may once time times than younger older old more less under over above below "
        "ahead before after expire expires long period total amount number count customer "
        "customers member members everyone anyone you your we our us it its free again return "
        "returned withdraw withdrawal withdrawals answer answers answered go goes back be "
        "been being place set per to not"
    ).split()
    for stem in query_terms(word, "en")
)
_OPPOSED = tuple(
    (frozenset(query_terms(a, "en")), frozenset(query_terms(b, "en")))
    for a, b in (
        ("before", "after"), ("over", "under"), ("above", "below"), ("more", "less"),
        ("start", "end"), ("open", "close"),
        ("first", "second"), ("minimum", "maximum"), ("least", "most"),
        ("daily", "monthly"),
        ("free", "cost"), ("free", "charge"), ("without", "with"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with its quantities.

    Attributes:
        article_id: Where it stands.
        text: As it stands there.
        masked: With the quantities taken out.
        quantities: What was taken out; rates such as "a day" apart.
        rates: The rates.
        words: Stems of ``masked`` that set it apart.
        light: Its other stems.
    """

    article_id: str
    text: str
    masked: str
    quantities: tuple[Quantity, ...]
    rates: frozenset[tuple[float, float, str]]
    words: frozenset[str]
    light: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sentences that can't both be true."""

    first: Statement
    second: Statement
    cosine: float


def find_contradictions(
    articles: Iterable[Article], embedder: Embedder
) -> tuple[Contradiction, ...]:
    """Contradictions between customer articles, the surest first."""
    told = [
        statement
        for article in articles
        if article.audience is Audience.CUSTOMER
        for statement in statements_of(article)
    ]
    if len(told) < 2:
        return ()
    masked = [statement.masked for statement in told]
    vectors = np.concatenate(
        [embedder.embed(masked[start : start + _BATCH]) for start in range(0, len(told), _BATCH)]
    )
    cosines = vectors @ vectors.T
    found: dict[tuple[str, str, tuple[str, ...]], Contradiction] = {}
    for row, column in zip(*np.nonzero(np.triu(cosines >= _SAME, 1)), strict=True):
        first, second = told[row], told[column]
        cosine = float(cosines[row, column])
        if first.article_id != second.article_id and contradict(first, second, cosine):
            key = (first.article_id, second.article_id, _values(first, second))
            if key not in found or found[key].cosine < cosine:
                found[key] = Contradiction(first, second, cosine)
    return tuple(sorted(found.values(), key=lambda each: (-each.cosine, each.first.text)))


def contradict(first: Statement, second: Statement, cosine: float) -> bool:
    """Whether two sentences whose rests have this cosine can't both be true."""
    if cosine < _SAME or first.rates != second.rates:
        return False
    return _differ(first.quantities, second.quantities) and _same_matter(first, second, cosine)


def _differ(first: Sequence[Quantity], second: Sequence[Quantity]) -> bool:
    """Whether they name other quantities of one kind, as many each; the other kinds must agree."""
    mine, theirs = _by_unit(first), _by_unit(second)
    if mine.keys() != theirs.keys():
        return False
    different = [unit for unit in mine if mine[unit] != theirs[unit]]
    return len(different) == 1 and all(
        len(mine[unit]) == len(theirs[unit]) and not mine[unit] & theirs[unit] for unit in different
    )


def _by_unit(quantities: Sequence[Quantity]) -> dict[str, set[tuple[float, float, str]]]:
    found: dict[str, set[tuple[float, float, str]]] = defaultdict(set)
    for quantity in quantities:
        if quantity.unit not in _KINDS:
            found[quantity.unit].add(quantity.key)
    return found


def _same_matter(first: Statement, second: Statement, cosine: float) -> bool:
    mine, theirs = _apart(first.words, second.words), _apart(second.words, first.words)
    if len(mine) == len(first.words) or (mine and theirs):
        return False
    if (mine or theirs) and cosine < _CLOSE:
        return False
    own, other = first.light - second.light, second.light - first.light
    return not any((own & a and other & b) or (own & b and other & a) for a, b in _OPPOSED)


def _apart(words: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """The words that the others lack in any form."""
    roots = {word[:_ROOT] for word in others}
    return frozenset(word for word in words - others if word[:_ROOT] not in roots)


def _values(first: Statement, second: Statement) -> tuple[str, ...]:
    return tuple(q.raw for each in (first, second) for q in each.quantities)


def statements_of(article: Article) -> Iterator[Statement]:
    """Every sentence, list item and table cell of an article that names a quantity.

    Where a sentence has several parts, each part with a quantity is a statement, too.
    """
    seen: set[str] = set()
    for block in blocks(article.body):
        if block.kind in {"code", "html"}:
            continue
        for sentence in _rows(block) if block.kind == "table" else _sentences(block):
            for part in (sentence, *_parts(sentence)):
                statement = None if part in seen else _statement(article.id, part)
                seen.add(part)
                if statement is not None:
                    yield statement


def _form(found: re.Match[str]) -> str:
    """Forms of a word that no stemmer brings together."""
    return _SPELT[found.group().lower()]


def _parts(sentence: str) -> Iterator[str]:
    """The parts of a sentence that may stand for themselves."""
    parts = [part.strip() for part in _PART.split(sentence)]
    if len(parts) > 1:
        yield from (part for part in parts if len(part.split()) >= _LEAST_WORDS)


def _sentences(block: Block) -> Iterator[str]:
    for sentence in _SENTENCE.split(plain_text(block.text)):
        if sentence.strip():
            yield sentence.strip()


def _rows(block: Block) -> Iterator[str]:
    """A table as sentences: what its row is called, what the column is called, the cell."""
    lines = [_cells(line) for line in block.text.splitlines() if line.strip()]
    if len(lines) < 3:
        return
    head, rows = lines[0], lines[2:]
    for row in rows:
        for name, cell in zip(head[1:], row[1:], strict=False):
            yield f"{row[0]}: {name}: {cell}" if name else f"{row[0]}: {cell}"


def _cells(line: str) -> list[str]:
    return [" ".join(plain_text(cell).split()) for cell in line.strip().strip("|").split("|")]


def _statement(article_id: str, sentence: str) -> Statement | None:
    reading = read_quantities(_FORMS.sub(_form, sentence))
    counted = tuple(q for q in reading.quantities if not q.unit.startswith(_RATE))
    if not counted:
        return None
    masked = " ".join(reading.text.replace(MARK, _STANDS_FOR).split())
    stems = frozenset(query_terms(reading.text.replace(MARK, " "), "en"))
    return Statement(
        article_id,
        sentence,
        masked,
        counted,
        frozenset(q.key for q in reading.quantities if q.unit.startswith(_RATE)),
        stems - _TELLING,
        stems & _TELLING,
    )
