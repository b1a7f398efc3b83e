"""What a group of messages is called: the most typical message, and the words that set it apart."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from redaction.kinds import PLACEHOLDER
from retrieval.embedder import Floats
from retrieval.words import query_terms

LONGEST_TITLE = 90
_MOST_TERMS = 5
_WORD = re.compile(r"[^\W\d_][\w'’-]+")


def by_typicality(vectors: Floats) -> list[int]:
    """Rows of a group, nearest to the group's mean first."""
    mean = vectors.mean(axis=0)
    return [int(row) for row in np.argsort(-(vectors @ mean), kind="stable")]


def title_of(text: str) -> str:
    """A message as a title: one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_TITLE:
        return line
    return line[:LONGEST_TITLE].rsplit(" ", 1)[0] + " …"


def distinguishing_terms(groups: Sequence[Sequence[str]], language: str) -> list[tuple[str, ...]]:
    """The words of each group that the others use less, best first.

    Class-based TF-IDF: the share of a group's words that a word makes up, times how rare it is
    over all groups. A word is shown as it is written most often.
    """
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    counts = [_counted(group, language, spelt) for group in groups]
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    average = sum(total.values()) / max(1, len(groups))
    named = []
    for count in counts:
        size = max(1, sum(count.values()))
        weight = {
            stem: number / size * math.log(1 + average / total[stem])
            for stem, number in count.items()
        }
        best = sorted(weight, key=lambda stem: (-weight[stem], stem))[:_MOST_TERMS]
        named.append(tuple(spelt[stem].most_common(1)[0][0] for stem in best))
    return named


def _counted(group: Sequence[str], language: str, spelt: dict[str, Counter[str]]) -> Counter[str]:
    """In how many of a group's messages each stem occurs."""
    count: Counter[str] = Counter()
    for text in group:
        seen: set[str] = set()
        for word in _WORD.findall(PLACEHOLDER.sub(" ", text).lower()):
            seen.update(stem := query_terms(word, language)[:1])
            for each in stem:
                spelt[each][word] += 1
        count.update(seen)
    return Counter({stem: number for stem, number in count.items() if stem not in _light(language)})


def _light(language: str) -> frozenset[str]:
    """Stems that say nothing of a topic."""
    return frozenset(
        stem
        for word in (
            "a an the is are was were be been am do does did to of in on at for from by with and "
            "or it its this that these those i i'm me my we our us you your they them what how "
            "which who when where why can can't could would should will shall may might have has "
            "had if so as there here please not no don't get got need want know tell help hi "
            "hello thanks just some any but still yet also about out up"
        ).split()
        for stem in query_terms(word, language)
    )
