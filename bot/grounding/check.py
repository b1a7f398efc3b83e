"""The grounding check: no language model, the same verdict every time.

A sentence is cut into the assertions that stand or fall by themselves, a passage into statements.
Each piece of an assertion must fit one statement: its numbers with their units and bounds, its
names, its negations and conditions, and its words, of which few may be new.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from bot.grounding.alignment import Strange, aligned
from bot.grounding.lexicon import CURRENCIES, FAINT, LIGHT, RIVALS, SOFT, holds, plain, stem
from bot.grounding.likeness import Likeness
from bot.grounding.markup import LINK, unfit
from bot.grounding.pieces import NEGATIONS, clauses, names, parts
from bot.grounding.statement import Statement
from bot.grounding.statements import headed, plain_source, statements
from bot.grounding.verdict import Fault, Reason, Verdict, refused
from retrieval.article import Passage
from retrieval.embedder import Embedder

_NO_TITLES: Mapping[str, str] = MappingProxyType({})
_WHOLE = re.compile(r"[.!…](?:[\"'”’)*_]*)$")
_ALIKE, _UNLIKE = 0.7, 0.3
"""Cosines from which on a word counts as known, and up to which it counts as new."""
_UNREAD = 0.3
"""Cosine of a word that stands in the sentence in another form."""
_LITTLE = 0.2
"""What a word of any talk adds."""
_MOST_ADDED = 0.6
_LEAST_SHARE = 0.3
_OWN_WORDS = 0.9
"""From which share of a statement's own words on the rules are surer than what is learnt."""
_ANY_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LONGEST = 600
_MOST_NUMBERS = 20
_DIGITS = re.compile(r"\d+")
_LOWER = re.compile(r"(?<![\w'])[a-z][a-z]+")
_PATH = re.compile(r"`[^`]+`")
_SUPPOSED = re.compile(
    r"\b(?:if|when|once|after|before|until|unless|whether|because|since|that)\s$", re.IGNORECASE
)
_WE = stem("we")
_TAIL = re.compile(
    r",\s+not (?:(?:if|when|by|to|for|from|with) )?(?:you|us|we|they|them|it)(?: do| does| did)?"
    r"(?=[.!]$)"
)
_SUBJECT = frozenset("we i will then only also always never not usually normally".split())
_SOON = re.compile(r"'ll| will")
_FRAME = re.compile(
    r"^(?:(?:(?:oh|ah|hi|hello|hey)(?: there)?|yes|no(?=,)|sure|ok(?:ay)?|"
    r"unfortunately|of course|certainly|absolutely|"
    r"definitely|no problem|no worries|good news|great|(?:great|good) question|happy to help|"
    r"glad you asked|thank(?:s| you)(?: (?:for (?:asking|waiting|reaching out|getting in "
    r"touch|contacting us|your (?:question|message|patience))|so much|very much))?|(?:please )?"
    r"(?:don't|do not) worry|(?:i )?understood|i understand|(?:i'm |we're )?(?:so |very )?sorry"
    r"(?: (?:to hear (?:that|this)|about that|for the (?:trouble|wait|delay|inconvenience)))?|well|"
    r"in short|to sum up|just so you know|rest assured|as a reminder|simply put|"
    r"to be clear|in other words)\s*[,:!.;–—-]+\s*|(?:please )?note that |rest assured that |"
    r"i'm afraid (?:that )?(?!of |to ))+",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"(?:\b(?:we|i)(?:'ve| have|'ll| will| am|'m| just| already)\b|\byour (?:\w+ ){1,3}"
    r"(?<!can )(?<!may )(?<!must )(?:has|have|was|were|is now|are now)\b(?! to\b)|"
    r"\bas you (?:asked|wished)\b|\bi\b)"
    r"(?:[ ']\w+)*",
    re.IGNORECASE,
)


class Veto(Protocol):
    """Refuses sentences that the rules would let through."""

    def refuses(self, sentence: str, texts: Sequence[str]) -> bool:
        """Whether a sentence is too unlikely to follow from the texts."""
        ...


class GroundingCheck:
    """Says of a sentence whether the passages that it cites support it.

    Cheap to make; keeps nothing between calls.

    Args:
        hosts: Hosts that a link may lead to, where a cited passage has the link too.
        own: Names of the company itself, which any statement is about.
        embedder: Tells new words from words that mean the same here; without one, every new word
            counts as new.
        entailment: Refuses what it finds unlikely to follow, however well the words fit.
    """

    def __init__(
        self,
        *,
        hosts: frozenset[str] = frozenset(),
        own: frozenset[str] = frozenset(),
        embedder: Embedder | None = None,
        entailment: Veto | None = None,
    ) -> None:
        self._hosts = hosts
        self._entailment = entailment
        self._likeness = None if embedder is None else Likeness(embedder)
        names = sorted(own, key=len, reverse=True)
        self._own = re.compile(rf"\b(?:{'|'.join(map(re.escape, names)) or '(?!)'})\b")

    def check(
        self,
        sentence: str,
        passages: Sequence[Passage],
        *,
        titles: Mapping[str, str] = _NO_TITLES,
    ) -> Verdict:
        """Check one sentence.

        Args:
            sentence: As it would be shown, links included, without its citation markers.
            passages: What it cites.
            titles: Title by article id, since a passage doesn't hold that of its article.
        """
        if not passages:
            return refused(Fault.NO_PASSAGE)
        known = [s for p in passages for s in _said(p, titles.get(p.article_id, ""), self._own)]
        source = "\n".join(plain_source(p, titles.get(p.article_id, "")) for p in passages)
        if len(sentence) > _LONGEST or len(_DIGITS.findall(sentence)) > _MOST_NUMBERS:
            return refused(Fault.NOTHING_SAID, "too much for a sentence")
        if not _WHOLE.search(sentence.strip()):
            return refused(Fault.NOTHING_SAID, "not a whole sentence")
        reasons = list(unfit(sentence, "\n".join(p.text for p in passages), self._hosts))
        rests_on: list[str] = []
        strange: list[Strange] = []
        share = 1.0
        said = source.lower()
        told = _TAIL.sub("", _FRAME.sub("", sentence) or sentence)
        reasons += (
            Reason(Fault.CLAIM, done.group())
            for done in _DONE.finditer(told)
            if not _SUPPOSED.search(told[: done.start()])
            and done.group().lower() not in said
            and _SOON.sub("", done.group().lower()) not in said
            and not (_SOON.search(done.group()) and _habit(done.group(), known))
        )
        lower = {stem(w) for w in _LOWER.findall(source)}
        proper = {
            w
            for w in (
                {
                    stem(w)
                    for p in passages
                    for n in names(_PATH.sub(" ", p.text))
                    for w in plain(n).split()
                }
                - lower
            )
            if w not in LIGHT | NEGATIONS and len(w) > 1
        }
        for part in parts(self._own.sub("we", LINK.sub(r"\1", told))):
            called = {stem(w) for name in names(part) for w in plain(name).split()} | proper
            called |= CURRENCIES
            found = aligned(clauses(part), frozenset(called), known)
            reasons += found.faults
            rests_on += found.passages
            strange += found.strange
            share = min(share, found.share)
            if found.passages and found.share < _LEAST_SHARE:
                reasons.append(Reason(Fault.WORDS))
        if not reasons and (new := self._strange(told, strange)):
            reasons.append(Reason(Fault.WORDS, " ".join(new)))
        if not reasons and share < _OWN_WORDS and self._unlikely(sentence, passages, titles):
            reasons.append(Reason(Fault.ENTAILMENT))
        if reasons:
            return Verdict(supported=False, reasons=tuple(dict.fromkeys(reasons)))
        if not rests_on:
            return refused(Fault.NOTHING_SAID)
        return Verdict(supported=True, passages=tuple(dict.fromkeys(rests_on)))

    def _unlikely(
        self, sentence: str, passages: Sequence[Passage], titles: Mapping[str, str]
    ) -> bool:
        """Whether the learnt model refuses a sentence that no rule speaks against."""
        return self._entailment is not None and self._entailment.refuses(
            sentence, [headed(each, titles.get(each.article_id, "")) for each in passages]
        )

    def _strange(self, sentence: str, strange: Sequence[Strange]) -> list[str]:
        """The words that a sentence adds, where they are too many to be another wording."""
        words: dict[str, list[str]] = {}
        for word in _ANY_WORD.findall(sentence.lower()):
            words.setdefault(stem(plain(word).strip() or word), []).append(word)
        read = self._likeness.read(sentence) if self._likeness and strange else None
        added = 0.0
        for each in dict.fromkeys(strange):
            weight = _LITTLE if each.word in SOFT or each.word in FAINT else 1.0
            likeness = _UNREAD
            if read is None or each.word in RIVALS:
                likeness = 0.0
            elif each.word in words and weight == 1.0:
                likeness = read.best(words[each.word], each.near)
            added += weight * min(1.0, max(0.0, (_ALIKE - likeness) / (_ALIKE - _UNLIKE)))
        return [each.word for each in strange] if added >= _MOST_ADDED else []


def _habit(told: str, known: Sequence[Statement]) -> bool:
    """Whether we are told to do so in general: "we'll text you" of "we text you"."""
    verb = next((stem(w) for w in _ANY_WORD.findall(plain(told)) if w not in _SUBJECT), "")
    return any(
        _WE in clause.words and holds(frozenset(clause.words), verb)
        for each in known
        for clause in each.clauses
    )


@lru_cache(maxsize=2048)
def _said(passage: Passage, title: str, own: re.Pattern[str]) -> tuple[Statement, ...]:
    """What a passage says, the company's own names as we."""
    passage = replace(
        passage, heading=own.sub("We", passage.heading), text=own.sub("We", passage.text)
    )
    return tuple(statements(passage, own.sub("We", title)))
