"""Sentences of a model's reply with the passages they cite, and a minimal check of each.

The check is minimal: numbers with their units, amounts, dates, links and most of the words must
stand in a cited passage. It does not see a dropped "not", a swapped subject or a wrong condition
worded in the passage's own words; the full grounding check is a later step.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.grounding.verdict import Fault, Verdict, refused
from retrieval.article import Passage
from retrieval.words import index_terms, query_terms

_NO_TITLES: Mapping[str, str] = MappingProxyType({})

LEAST_SHARED = 0.6
"""Least share of a sentence's words that must stand in its passages."""

_HALF_MARKER = re.compile(r"\s*\[[\d,\s]*$")
_MARKER = re.compile(r"\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
# A sentence ends at its full stop unless the next word is in lower case, as after "e.g.".
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s*\[\d|\s+[^a-z\s]|\s*$)|$)(?:\s*\[[\d,\s]+\]\.?)*", re.M)
# A line that a model broke in the middle of a sentence.
_BROKEN_LINE = re.compile(r"(?<![.!?:\]\s])[ \t]*\n(?!\s*(?:[-*+•]|\d{1,2}[.)])\s)[ \t]*(?=\S)")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\][]+)\]\(([^()\s]+)\)")
_ADDRESS = re.compile(
    r"[\w.+-]+@[\w.-]+\w|\w+://[^\s)>\]]*[^\s)>\].,;]|(?:[a-z0-9-]+\.)+[a-z]{2,}\b[^\s)>\].,;]*",
    re.IGNORECASE,
)
# HTML, images, reference links and schemes that run or fetch something.
_FORBIDDEN = re.compile(r"<[a-z!/?]|!\[|\]\s*[\[:(]|\b(?:javascript|data|vbscript)\s*:", re.I)

_WORDS_AS_DIGITS = {
    word: str(number)
    for number, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split(),
        2,
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90"}
_SPELT = re.compile(r"\b(?:" + "|".join(_WORDS_AS_DIGITS) + r")\b", re.IGNORECASE)
_UNIT = (
    r"%|percent|per cent|[€£$¥]|eur(?:os?)?\b|gbp\b|usd\b|pounds?\b|dollars?\b|pence\b|cents?\b|"
    r"(?:(?:working|business|calendar) )?(?:second|minute|hour|day|week|month|year)s?\b|"
    r"times?\b|hundred\b|thousand\b|million\b|"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)
_QUANTITY = re.compile(
    rf"([€£$¥]|eur |gbp |usd )?\s?(\d+(?:[.,:/]\d+)*)(?:st|nd|rd|th)?[-\s]?({_UNIT})?", re.I
)
_SINGLE = re.compile(rf"\b(?:an?|one|every|per|each) ({_UNIT})", re.IGNORECASE)
_STATED = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekends?|january|february|april|june|july|"
    r"august|september|october|november|december|hundreds?|thousands?|millions?|half|twice|"
    r"unlimited|instantly|immediately|guaranteed?|always|never|approved|refunded)\b",
    re.IGNORECASE,
)
_SAME_UNIT = {
    "€": "eur", "euro": "eur", "£": "gbp", "pound": "gbp", "$": "usd", "dollar": "usd",
    "¥": "jpy", "percent": "%", "per cent": "%", "business day": "working day",
}  # fmt: skip


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
    for match in _SENTENCE.finditer(_BULLET.sub("", _BROKEN_LINE.sub(" ", reply))):
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


class MinimalCheck:
    """Checks sentences by their numbers, addresses and words alone."""

    def check(
        self, sentence: str, passages: Sequence[Passage], *, titles: Mapping[str, str] = _NO_TITLES
    ) -> Verdict:
        """Check one sentence against the passages that it cites."""
        plain = CitedSentence(_LINK.sub(r"\1", sentence), (), sentence)
        texts = [f"{titles.get(p.article_id, '')}\n{p.heading}\n{p.text}" for p in passages]
        if not is_supported(plain, texts):
            return refused(Fault.WORDS if passages else Fault.NO_PASSAGE)
        return Verdict(supported=True, passages=tuple(p.id for p in passages))


def is_supported(sentence: CitedSentence, passages: Sequence[str]) -> bool:
    """Whether a sentence may be shown.

    Args:
        sentence: A sentence of a model's reply.
        passages: What it cites, with headings.
    """
    if not passages or _FORBIDDEN.search(_LINK.sub(r"\1", sentence.raw)):
        return False
    source = "\n".join(passages)
    if not set(_addresses(sentence.raw)) <= set(_addresses(source)):
        return False
    if not quantities(sentence.text) <= quantities(source):
        return False
    # Numbers have been looked at; "1,000" and "1000" are other terms and the same amount.
    terms = [term for term in query_terms(sentence.text, "en") if not term.isdigit()]
    known = set(index_terms(source, "en"))
    return bool(terms) and sum(term in known for term in terms) >= LEAST_SHARED * len(terms)


def quantities(text: str) -> frozenset[tuple[str, str]]:
    """Numbers with their units, and words that state a limit, a time or a promise.

    A number beside a unit is there twice, with it and without; so a bare number in a sentence is
    found beside any unit, and a unit must fit.
    """
    digits = _SPELT.sub(lambda word: _WORDS_AS_DIGITS[word.group().lower()], text)
    found: set[tuple[str, str]] = set()
    for before, number, after in _QUANTITY.findall(digits):
        value = re.sub(r"\.0+$", "", re.sub(r",(?=\d{3}\b)", "", number))
        found.add((value, ""))
        found.update((value, _unit(unit)) for unit in (before, after) if unit)
    found.update(("1", _unit(unit)) for unit in _SINGLE.findall(digits))
    found.update(("", word.lower()) for word in _STATED.findall(digits))
    return frozenset(found)


def _unit(raw: str) -> str:
    plain = raw.strip().lower()
    plain = plain[:-1] if len(plain) > 1 and plain.endswith("s") else plain
    return _SAME_UNIT.get(plain, plain)


def _addresses(text: str) -> Iterator[str]:
    for link in _LINK.finditer(text):
        yield link.group(2).lower()
    for address in _ADDRESS.findall(_LINK.sub(r"\1", text)):
        yield address.lower()
