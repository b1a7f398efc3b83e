"""English words and phrases that mean the same, the opposite, or little.

The words stand in ``words_en.yaml``. A group there lets a paraphrase through; a word that stands in
no group has to stand in the passage itself.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from bot.grounding.quantities import MARK
from retrieval.words import index_terms

# What is said in several words becomes one, so that a negation inside it is not taken for one.
_PHRASES = (
    (r"\b(?:ca)n't\b|\bcannot\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"\bshan't\b", "shall not"),
    (r"n't\b", " not"),
    (r"'(?:re|ve|ll|d|m|s)\b", ""),
    (r"\bno more than\b|\bnot more than\b|\bno longer than\b|\bnot exceed\w*|\bno later than\b|"
     r"\bnot be (?:over|above|more than)\b", "at most"),
    (r"\bno less than\b|\bno fewer than\b|\bno earlier than\b", "at least"),
    (rf"\bno ((?:{MARK}\s+)?(?:\w+ )?)(?:fee|charge|cost)s?\b", r"\1free"),
    (r"\bfree of charge\b|\bfor free\b|\bfor nothing\b|\bat no (?:extra )?cost\b|"
     r"\b(?:costs?|pay|charge|cost you) nothing(?: extra| more)?\b|"
     r"\bwithout (?:a |any )?(?:fee|charge|cost)s?\b|\bno (?:fee|charge|cost)s?\b|"
     r"\b(?:do|does|did|will) not (?:cost|pay) anything\b", "free"),
    (rf"\bno ((?:{MARK}\s+)?)(?:upper )?((?:\w+ )?)(?:limit|maximum|cap)\b", r"\1\2limitless"),
    (r"\bno (?:maximum|upper) (\w+)\b", r"\1 limitless"),
    (r"\bunlimited\b|\bno (?:upper |daily |monthly )?(?:limit|maximum|cap)\b|"
     r"\bwithout (?:a )?limit\b|"
     r"\b(?:is|are|be|has|have) not limited\b|\b(?:do|does) not have (?:a )?limit\b", "limitless"),
    (r"\bas (?:often|many|much|long)(?: \w+)? as (?:you|they) (?:like|wish|want|please)s?\b",
     "limitless"),
    (r"\b(?:do|does|did|will|need) not (?:have|need) to\b|\bneed not\b|\bno need to\b|"
     r"\b(?:is|are) not (?:needed|necessary|required)\b|\b(?:need|needs) no\b|"
     r"\b(?:do|does) not need\b|\bnothing to\b|\bwithout having to\b", "needless"),
    (r"\bno ((?:[\w'-]+ ){1,4}?)(?:is |are )?(?:needed|necessary|required)\b", r"needless \1"),
    (r"\bnon-(?=\w)", "not "),
    (r"\bnothing\b(?! (?:but|more|else|to|extra)\b)", "not anything"),
    (r"\b(?:is|are|was|were|be|am) unable to\b|\b(?:is|are) impossible to\b", "can not"),
    (r"\b(?:fail|fails|failed) to\b", "not"),
    (r"\b(?:is|are) (?:entitled|allowed|permitted|free) to\b", "can"),
    (r"\bneither (.{1,60}?) nor\b", r"not \1 or"),
    (r"\brather than\b", ", not"),
    (r"\bavoid(?:s|ing)?\b", "not"),
    (r"\b(can |may )?not (\w+ )?more than one\b", r"\1\2only one"),
    (r"\b(?:some|any)(?:one|body) else\b|\banother person\b|\bother people\b", "other person"),
    (r"\bget in touch with\b|\breach out to\b", "contact"),
    (r"\bas (?:little|few|low) as\b", "at least"),
    (r"\bin advance\b|\bahead of time\b|\bup front\b", "before"),
    (r"\bsends? back\b|\bsent back\b|\bgives? back\b|\bgave back\b|\bgiven back\b", "return"),
    (r"\bpicks? up\b|\bpicked up\b", "collect"),
    (r"\bsets? up\b", "set"),
    (r"\bas soon as\b", "when"),
    (r"\bin order to\b|\bso as to\b", "to"),
    (r"\bmakes? sure\b|\bfind out\b", "check"),
    (r"\bno other (\w+) (?:than|but)\b|\bno (\w+) other than\b|\bno (\w+) but\b", r"only \1\2\3"),
    (r"\bfor (?:example|instance)\b", "such as"),
    (r"\bswiss francs?\b", "chf"),
    (r"\b(?:polish )?z[lł]ot(?:y|ys|ies)\b", "pln"),
    (r"\b(?:czech )?koruna[s]?\b", "czk"),
    (r"\bswedish (?:krona|kronor|crowns?)\b", "sek"),
    (r"\bnorwegian (?:krone|kroner|crowns?)\b", "nok"),
    (r"\bdanish (?:krone|kroner|crowns?)\b", "dkk"),
    (r"\b(?:hungarian )?forints?\b", "huf"),
    (r"\b(?:japanese )?yen\b", "jpy"),
    (r"\b(?:indian )?rupees?\b", "inr"),
    (r"\b(?:australian|aussie) dollars?\b", "aud"),
    (r"\bcanadian dollars?\b", "cad"),
    (r"\bnew zealand dollars?\b", "nzd"),
    (r"\b(?:turkish )?liras?\b", "lira"),
    (r"\b(?:romanian )?leu\b|\bromanian lei\b", "ron"),
    (r"\b(?:chinese )?(?:yuan|renminbi)\b", "cny"),
    (r"\bpounds?(?: sterling)?\b", "gbp"),
    (r"\beuros?\b", "eur"),
    (r"\b(?:us )?dollars?\b", "usd"),
    (r"\bat the same time\b", "simultaneous"),
    (r"\bno longer\b", "not"),
    (r"\b(?:take|takes|took|taken|taking) ((?:\w+ ){0,2})out\b", r"withdraw \1"),
    (r"\bcheck[- ]?(in|out)\b(?!-)", r"check\1"),
    (r"\b(?:working|business) days?\b", "workday"),
    (r"\bnot only\b", "both"),
    (r"\bas well as\b", "and"),
    (r"\bnever\b", "not ever"),
    (r"\bnobody\b|\bno one\b|\bnone\b|\bneither\b|\bnor\b|\bnot any\b|"
     r"\bimpossible\b", "not"),
    (r"\bnothing (?:but|more|else)\b|\bjust\b(?! (?:like|as)\b)|\bsolely\b|"
     r"\bexclusively\b|\bmerely\b|\balone\b", "only"),
    (r"\bapart from\b|\bother than\b|\bexcept(?:ing)? for\b|\bexcluding\b|"
     r"\bwith the exception of\b",
     "except"),
    (r"\b(?:the |a )?(?:previous |preceding )(?:working )?day\b|"
     r"\b(?:the |a )?(?:working )?day before\b",
     "daybefore"),
    (r"\b(?:the |a )?(?:next|following) (?:working )?day\b|\bthe day after\b", "dayafter"),
    (r"\b(?:(?:on |in )?(?:that|the) (?:very )?)?same (?:working )?day\b|"
     r"\bon the (?:very )?day\b(?! before| after)", "sameday"),
    (r"\b(?:next|following) (week|month|year|bill|statement|morning|time)\b", r"nextone \1"),
    (r"\bas long as\b|\bprovided(?: that)?\b|\bin case\b", "if"),
    (r"\b(?:does|do|did|is|are|was|were|will) not (?:differ|different|vary)\b", "same"),
    (r"\bmonday (?:to|through|until|-|–) friday\b|\bweekdays\b", "weekday"),
    (r"\bat (?:any|every) (?:hour|time)(?: of (?:the )?day)?\b|\bday and night\b|\bany time\b|"
     r"\b24/7\b|\ba?round the clock\b|\balways\b|\bin (?:every|any|all) cases?\b", "every time"),
    (r"\bat once\b|\bright away\b|\bimmediately\b|\binstantly\b|\bstraight away\b|\bnow\b",
     "immediate"),
    (r"\bby (?:itself|themselves|hand)\b|\b(?:itself|themselves)\b|\bon its own\b|"
     r"\bautomatically\b", "automatic"),
    (r"\bunder (?=`)|\bin (?=`)", ""),
    (r"\bdriver'?s licen[cs]e\b", "driving licence"),
    (r"\bcash machines?\b|\bcash points?\b", "atm"),
    (r"\bmust not\b|\bshould not\b|\bmay not\b|\bnot allowed(?: to)?\b|\bforbidden\b|"
     r"\bnot permitted(?: to)?\b|\bprohibited\b|\billegal\b", "can not"),
    (r"\bhas to\b|\bhave to\b|\bhaving to\b|\bhad to\b|\bneeds? to\b|\b(?:is|are) required to\b|"
     r"\brequired\b", "must"),
    (r"\bable to\b", "can"),
    (rf"\b(?:colder|cooler|lower|smaller|shorter|younger|cheaper) than(?= (?:\S+ )?{MARK})",
     "below"),
    (rf"\b(?:hotter|warmer|higher|larger|longer|older|greater|dearer) than(?= (?:\S+ )?{MARK})",
     "above"),
    (r"\b(?:do|does|will|did) not change\b|\bunchanged\b|\b(?:stays?|remains?) the same\b", "same"),
    (r"\b(?:pay|pays|paid) ((?:\w+ ){0,3})back\b", r"refund \1"),
    (r"\bmoney back\b", "refund"),
    (r"\b(?:take|takes|took|give|gives|gave|hand|hands) ((?:\w+ ){0,3})back\b", r"return \1"),
    (r"\b(?:can |must |may )?not (?:be )?above\b", "at most"),
    (r"\ball other\b", "other"),
    (r"\bin front of\b", "before"),
    (r"\bcarry on\b|\bcarries on\b", "continue"),
    (r"\bthe (?:others?|rest)\b|\bwhat exceeds\b|\bthe part that exceeds (?:it|that)\b", "rest"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), short) for pattern, short in _PHRASES)


_BOUND_MOST = re.compile(
    r"\b(?:at most|up to|maximum(?: of)?|max|as (?:many|much|long|high|far) as|cap\w* at|"
    r"limited to|below|under|less than|fewer than|lower than|within|colder than|smaller than|"
    r"upper limit of)\s+(?:\S+ )?$"
)
_BOUND_MOST_AFTER = re.compile(
    r"^\s*(?:\S+ )?(?:or (?:less|fewer|under|younger)|at (?:the )?most)\b"
)
_BOUND_LEAST = re.compile(
    r"\b(?:at least|minimum(?: \w+)?(?: of| is)?|more than|above|over|older than|worth over|"
    r"exceed\w*|longer than|hotter than|higher than|smallest \S+ (?:is|of))\s+(?:\S+ )?$|"
    r"\bfrom\s+(?:version |age |the age of )?$"
)
_BOUND_LEAST_AFTER = re.compile(
    rf"^\s*(?:\S+ ){{0,3}}(?:or (?:over|more|older|above|longer)|at least)\b(?!\s+\S*{MARK})"
)


_OPENS = re.compile(r"\bfor (?:\S+ ){2,3}$|\b(?:from|within) $")
_AHEAD = re.compile(r"^\s*(?:before|ahead|earlier)\b")
_BOUND_SIDES = {
    "after": re.compile(r"\bafter\s+(?:the )?(?:first |last )?$"),
    "before": re.compile(r"\b(?:before|until|till|by|in the first|during the first)\s+(?:the )?$"),
}


def _read() -> dict[str, Any]:
    text = (files("bot.grounding") / "words_en.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


_LISTS = _read()
_LEAST_BARE = 5
_ENDING = re.compile(
    r"(?:i|y|li|al|ial|ion|ation|ment|abl|ibl|out|ship|ness|iti|ur|anc|enc|ant|ent|ful)$"
)
_IRREGULAR = dict(pair.split("=") for pair in str(_LISTS["irregular"]).split())


def plain(text: str) -> str:
    """Lower case, contractions written out, phrases as one word."""
    text = re.sub(r"\s+", " ", text.replace("’", "'").lower())
    for pattern, short in _COMPILED:
        text = pattern.sub(short, text)
    return text


def stem(word: str) -> str:
    """One word as the index counts it."""
    terms = index_terms(_IRREGULAR.get(word, word), "en")
    return terms[0] if terms else word


def stems_of(words: str) -> frozenset[str]:
    """The stems of some words."""
    return frozenset(stem(word) for word in words.split())


def _groups(lines: Sequence[str]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(lines):
        for word in line.split():
            for part in {stem(word), word}:
                found.setdefault(part, set()).add(number)
    return {word: frozenset(groups) for word, groups in found.items()}


def _broader(lines: Sequence[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in lines:
        said, *meant = line.split()
        for part in {stem(said), said}:
            found.setdefault(part, set()).update(stem(word) for word in meant)
    return {word: frozenset(meant) for word, meant in found.items()}


def _opposites(lines: Sequence[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in lines:
        one, other = (stem(word) for word in line.split())
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def _stemmed(words: str) -> frozenset[str]:
    return frozenset(part for word in words.split() for part in (stem(word), word))


SAME = _groups(_LISTS["same"])
BROADER = _broader(_LISTS["broader"])
OPPOSITE = _opposites(_LISTS["opposite"])
LIGHT = _stemmed(_LISTS["light"])
FAINT = _stemmed(_LISTS["faint"])
SOFT = _stemmed(_LISTS["soft"]) | _stemmed(_LISTS["talk"])
CURRENCIES = frozenset(
    "aud cad chf cny czk dkk eur gbp huf inr jpy nok nzd pln ron sek lira usd".split()
)
AUXILIARY = _stemmed(_LISTS["auxiliary"])
RIVALS = CURRENCIES | _stemmed(_LISTS["rivals"])


@lru_cache(maxsize=8192)
def groups_of(words: frozenset[str]) -> frozenset[int]:
    """The groups that any of these stems stands in."""
    return frozenset(group for word in words for group in SAME.get(word, ()))


def against(word: str) -> frozenset[str]:
    """The opposites of a stem: those of the list, and with or without a prefix that denies."""
    return OPPOSITE.get(word, frozenset()) | _prefixed(word)


@lru_cache(maxsize=8192)
def _prefixed(word: str) -> frozenset[str]:
    bare = {word[2:]} if word.startswith("un") and len(word) > _LEAST_BARE else set()
    return frozenset(bare | {f"un{word}"})


def holds(words: frozenset[str], word: str) -> bool:
    """Whether a stem is among others, or means the same as one of them."""
    if word in words or SAME.get(word, frozenset()) & groups_of(words):
        return True
    if not BROADER.get(word, frozenset()).isdisjoint(words):
        return True
    return _root(word) in _roots(words)


@lru_cache(maxsize=8192)
def _root(word: str) -> str:
    """A stem without an ending that makes another kind of word, not a doer: expiry, expire."""
    short = _ENDING.sub("", word)
    return short if len(short) >= _LEAST_BARE else word


@lru_cache(maxsize=8192)
def _roots(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_root, words))


def bound(before: str, after: str) -> str:
    """How the words around a number bound it: ``most``, ``least`` and the like, or not."""
    least, most = _BOUND_LEAST.search(before), _BOUND_MOST.search(before)
    if (least or most) and _AHEAD.match(after) and not _OPENS.search(before):
        return "ahead"
    if least or _BOUND_LEAST_AFTER.match(after):
        return "least"
    if most or _BOUND_MOST_AFTER.match(after):
        return "most"
    return next((way for way, pattern in _BOUND_SIDES.items() if pattern.search(before)), "")
