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

from bot.grounding.alignment import fitted
from bot.grounding.lexicon import LIGHT, plain, stem
from bot.grounding.markup import LINK, unfit
from bot.grounding.pieces import NEGATIONS, clauses, names, parts
from bot.grounding.statement import Statement
from bot.grounding.statements import plain_source, statements
from bot.grounding.verdict import Fault, Reason, Verdict, refused
from retrieval.article import Passage

_NO_TITLES: Mapping[str, str] = MappingProxyType({})
_WHOLE = re.compile(r"[.!…](?:[\"'”’)*_]*)$")
_LONGEST = 600
_MOST_NUMBERS = 20
_DIGITS = re.compile(r"\d+")
_LOWER = re.compile(r"(?<![\w'])[a-z][a-z]+")
_PATH = re.compile(r"`[^`]+`")
_SUPPOSED = re.compile(
    r"\b(?:if|when|once|after|before|until|unless|whether|because|since|that)\s$", re.IGNORECASE
)
_SOON = re.compile(r"'ll| will")
_DONE = re.compile(
    r"(?:\b(?:we|i)(?:'ve| have|'ll| will| am|'m| just| already)\b|\byour (?:\w+ ){1,3}"
    r"(?:has|have|was|were|is now|are now)\b(?! to\b)|\bas you (?:asked|wished)\b|\bi\b)"
    r"(?:[ ']\w+)*",
    re.IGNORECASE,
)


class GroundingCheck:
    """Says of a sentence whether the passages that it cites support it.

    Cheap to make; keeps nothing between calls.

    Args:
        hosts: Hosts that a link may lead to, where a cited passage has the link too.
        own: Names of the company itself, which any statement is about.
    """

    def __init__(
        self,
        *,
        hosts: frozenset[str] = frozenset(),
        own: frozenset[str] = frozenset(),
    ) -> None:
        self._hosts = hosts
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
        said = source.lower()
        reasons += (
            Reason(Fault.CLAIM, done.group())
            for done in _DONE.finditer(sentence)
            if not _SUPPOSED.search(sentence[: done.start()])
            and done.group().lower() not in said
            and _SOON.sub("", done.group().lower()) not in said
        )
        lower = {stem(w) for w in _LOWER.findall(source)}
        proper = {
            w
            for w in (
                {stem(w) for n in names(_PATH.sub(" ", source)) for w in plain(n).split()} - lower
            )
            if w not in LIGHT | NEGATIONS and len(w) > 1
        }
        for part in parts(self._own.sub("we", LINK.sub(r"\1", sentence))):
            called = {stem(w) for name in names(part) for w in plain(name).split()} | proper
            faults, used = fitted(clauses(part), frozenset(called), known)
            reasons += faults
            rests_on += used
        if reasons:
            return Verdict(supported=False, reasons=tuple(dict.fromkeys(reasons)))
        if not rests_on:
            return refused(Fault.NOTHING_SAID)
        return Verdict(supported=True, passages=tuple(dict.fromkeys(rests_on)))


@lru_cache(maxsize=2048)
def _said(passage: Passage, title: str, own: re.Pattern[str]) -> tuple[Statement, ...]:
    """What a passage says, the company's own names as we."""
    passage = replace(
        passage, heading=own.sub("We", passage.heading), text=own.sub("We", passage.text)
    )
    return tuple(statements(passage, own.sub("We", title)))
