"""Sentences, parts of sentences and table cells of articles that name a quantity.

A statement is compared by what is left without its quantities, by the quantities, and by where it
stands: the title and heading above it often name what a short cell leaves out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.grounding.quantities import MARK, Quantity, Reading, read_quantities
from bot.insights.reworded import DATE, NAMED_DAY, Value, reworded, weekdays
from bot.insights.setting import Deeds, Setting, kinds_of, setting_of
from retrieval.article import Article
from retrieval.markdown import Block, blocks, plain_text
from retrieval.words import query_terms

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£€$\"“(])|\n+")
_PART = re.compile(
    r"[;:]\s+|,\s+(?:(?:and|but|so|because|then|in|with)\s+)?|"
    r"\s+(?:and|but|so|because|where|which|if)\s+"
)
_LEAST_WORDS = 3
_LEAST_AROUND_DAYS = 6
_NO_NUMBER = re.compile(
    r"\b(?:the|these|those|both|pick|choose|into|any) (?:one|two|three|first|second)\b",
    re.IGNORECASE,
)
"""Numbers that point at something told before."""
_RATE = "a "
_NOT_COMPARED = frozenset({"phone"})
"""Units of which an article may well name several: they contradict nothing."""

_PER = re.compile(r"(?:a|an|per|each|every)\s", re.IGNORECASE)
"""How a quantity without a number begins: a measure, as in "most in a day"."""
_EXAMPLE = re.compile(
    r"\b(?:for example|for instance|e\.g\.|let's say)|"
    r", so (?:you pay|the fee is|it costs|that is)\b",
    re.IGNORECASE,
)
"""Sums that are reckoned once as an example, and no rule."""
_CONDITION = re.compile(r"(?:if|when|unless|once|after)\b[^,]*$", re.IGNORECASE)
"""A condition whose consequence stands elsewhere."""
_NAMING = 2
_ANY = "account"
_DAY = 86400.0
_DAYS = {"time": 1 / _DAY, "working time": 1.4 / _DAY, "months": 30.4}
"""Days in one of a unit of time; five working days are a week."""

WEEKDAY = "weekday"
COUNT = "#"
_MOST = re.compile(
    r"\b(?:up to|at most|most|max\w*|no (?:more|longer|later|higher) than|not (?:\w+ )?(?:exceed|"
    r"more|longer|larger)|can't \w+ more|within|until|limit|largest|highest|under|below)\b",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"\b(?:at least|min\w*|smallest|lowest|or more|no less|starts? at|over|above|from)\b",
    re.IGNORECASE,
)

TELLING = frozenset(
    stem
    for word in (
        "due done life join joins leave leaves run runs age rate use used serve served "
        "take takes taking out cost costs charge charged charges price fee fees pay paid "
        "limit limits limited up within least most minimum maximum max largest smallest "
        "highest valid last lasts end ends work works open opens close closes available reach "
        "reaches need needs needed add adds made make keep kept get gets earn each every "
        "until till between annual annually yearly monthly daily day year month week hour "
        "minute start starts allow allowed allows let lets hold holds about around usually "
        "normally arrive arrives deliver delivered delivery come comes has have had having "
        "must may once time times than younger older old more less under over above below "
        "ahead before after expire expires long period total amount number count customer "
        "customers member members everyone anyone you your we our us it its free again return "
        "returned withdraw withdrawal withdrawals answer answers answered go goes back be "
        "been being place set per to not"
    ).split()
    for stem in query_terms(word, "en")
)
"""Stems of words with which any rule is told: they set nothing apart."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with its quantities.

    Attributes:
        article_id: Where it stands.
        text: As it stands there.
        bare: Without its quantities.
        alike: With a 5 for every number, so that only the wording tells two of them apart.
        values: Its quantities by what they measure; rates apart.
        rates: The rates, such as "a day".
        frame: Stems of its words in order, ``#`` for a quantity, ``~`` before a little word.
        words: Stems that set it apart.
        light: Its other stems.
        title: Its article's title, as ``frame``.
        around: Stems of the title and heading above it.
        setting: For whom, where and how it holds.
        kinds: What is done, such as a transfer or a refund.
        most: Whether it names an upper bound.
        least: Whether it names a lower bound.
    """

    article_id: str
    text: str
    bare: str
    alike: str
    values: dict[str, frozenset[Value]]
    rates: frozenset[tuple[float, float, str]]
    frame: tuple[str, ...]
    words: frozenset[str]
    light: frozenset[str]
    title: tuple[str, ...]
    around: frozenset[str]
    setting: Setting
    kinds: Deeds
    most: bool
    least: bool


def statements_of(article: Article) -> Iterator[Statement]:
    """Every sentence, list item and table cell of an article that names a quantity.

    Where a sentence has several parts, each part with a quantity is a statement, too.
    """
    seen: set[str] = set()
    title = frozenset(query_terms(article.title, "en"))
    for block in blocks(article.body):
        if block.kind in {"code", "html"}:
            continue
        heading = block.heading.text if block.heading else ""
        around = title | frozenset(query_terms(heading, "en"))
        for sentence in _rows(block) if block.kind == "table" else _sentences(block):
            if _EXAMPLE.search(sentence):
                continue
            above = f"{article.title}. {heading}"
            found = [
                _statement(article, part, around, sentence, above)
                for part in dict.fromkeys((sentence, *_parts(sentence)))
                if part not in seen
            ]
            seen.update((sentence, *_parts(sentence)))
            yield from _telling(found)


def _telling(found: Sequence[Statement | None]) -> Iterator[Statement]:
    """The statements of a sentence, itself left out where it only strings its parts together."""
    whole, *parts = found
    told = [part for part in parts if part is not None]
    units = {unit for part in told for unit in part.values}
    strings = whole is not None and len(told) > 1 and len(whole.values) > 1
    if whole is not None and not (strings and units >= whole.values.keys()):
        yield whole
    yield from told


def _parts(sentence: str) -> Iterator[str]:
    """The parts of a sentence that may stand for themselves."""
    parts = [part.strip() for part in _PART.split(sentence)]
    if len(parts) > 1:
        yield from (
            part
            for part in parts
            if len(part.split()) >= _LEAST_WORDS and not _CONDITION.match(part)
        )


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


def _is_rate(quantity: Quantity) -> bool:
    return quantity.unit.startswith(_RATE) or bool(_PER.match(quantity.raw.strip()))


def _statement(
    article: Article, sentence: str, around: frozenset[str], whole: str, above: str
) -> Statement | None:
    read = reworded(sentence)
    plain = _NO_NUMBER.sub("those", read.text)
    reading = read_quantities(plain)
    rates = tuple(q for q in reading.quantities if _is_rate(q))
    counted = tuple(q for q in reading.quantities if q not in rates)
    text, values = reading.text, {**_values(reading), **read.values}
    long_enough = len(sentence.split()) >= _LEAST_AROUND_DAYS
    days = weekdays(text) if long_enough and not counted and not read.values else 0
    if days:
        values = {WEEKDAY: frozenset({(float(days), float(days), 1.0)})}
        text = NAMED_DAY.sub(f" {MARK} ", text)
    if not values:
        return None
    setting = setting_of(whole, above)
    if named := weekdays(whole):
        setting = {**setting, WEEKDAY: frozenset(str(day) for day in range(7) if named >> day & 1)}
    if dates := reworded(whole).values.get(DATE):
        setting = {**setting, DATE: frozenset(str(day) for day, *_ in dates)}
    stems = frozenset(query_terms(text.replace(MARK, " "), "en"))
    return Statement(
        article.id,
        sentence,
        _filled(text, [q.raw if q in rates else "" for q in reading.quantities]),
        _filled(text, [_alike(q, rates) for q in reading.quantities]),
        values,
        frozenset(q.key for q in rates),
        _frame(text),
        stems - TELLING - read.stems,
        stems & TELLING,
        _frame(article.title),
        around,
        setting,
        Deeds(kinds_of(sentence), kinds_of(above)),
        bool(_MOST.search(sentence)),
        bool(_LEAST.search(sentence)),
    )


def _values(reading: Reading) -> dict[str, frozenset[Value]]:
    """Quantities by unit; a bare number by each of the words that say what it counts."""
    found: dict[str, set[Value]] = {}
    after = reading.text.split(MARK)[1:]
    for each, following in zip(reading.quantities, after, strict=True):
        if each.unit in _NOT_COMPARED or _is_rate(each):
            continue
        factor = _DAYS.get(each.unit, 1.0)
        units = ["days" if each.unit in _DAYS else each.unit] if each.unit else _counted(following)
        for unit in units:
            found.setdefault(unit, set()).add((each.low * factor, each.high * factor, factor))
    return {unit: frozenset(values) for unit, values in found.items()}


def _counted(following: str) -> list[str]:
    """What a bare number counts, by the one or two words after it; empty where none follows."""
    named = []
    for word in following.split()[:_NAMING]:
        stem = _stem(word)
        if not stem or stem in TELLING:
            break
        named.append(COUNT + stem)
        if not word[-1].isalnum():
            break
    return named or [COUNT]


def _alike(quantity: Quantity, rates: Sequence[Quantity]) -> str:
    return quantity.raw if quantity in rates else re.sub(r"\d[\d.,:]*\d|\d", "5", quantity.raw)


def _filled(text: str, words: Sequence[str]) -> str:
    for word in words:
        text = text.replace(MARK, word, 1)
    return " ".join(text.replace(MARK, "Monday").split())


def _frame(text: str) -> tuple[str, ...]:
    words = re.findall(rf"[\w']+|{MARK}", text.lower())
    return tuple("#" if word == MARK else _stem(word) or f"~{word}" for word in words)


def _stem(word: str) -> str:
    """The stem of a word; empty for a little word."""
    stems = query_terms(f"{word} {_ANY}", "en")  # alone, a little word would be kept
    return stems[0] if len(stems) > 1 else ""
