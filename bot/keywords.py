"""What single words say of a message that has hardly more: naive Bayes over the examples' words.

A sentence embedding of one or two words is close to whatever is said in few words, so that "card"
looks like a stolen one. Counted over the examples, "card" says next to nothing and "stolen" a lot.
Bernoulli naive Bayes over the terms that are there (McCallum and Nigam 1998), with a uniform prior.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.decision import Risk
from bot.intents import IntentCatalogue
from retrieval.words import query_terms

_FEW = 3
"""Words up to which a message names a topic and asks nothing of it."""

_SMOOTHING = 0.05
_TOPICAL = 20
"""Examples that hold a word from which it belongs to our topics."""

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
# Words of messages that say that something is wrong and not what.
_EMPTY = frozenset(
    """a an and are at been can't did doesn't dont don't failed fails for happened happening
    happens has have having help here hi hello i i'm in is isn't issue it it's its just me my
    need no not nothing of off on ok please problem problems question said something still that
    the there thing this to up waiting was what what's why with won't work working works
    wrong""".split()
)


@dataclass(frozen=True, slots=True)
class KeywordView:
    """What the words of a message say.

    Attributes:
        probabilities: Of each intent by the words alone, ``(k,)``; they sum to 1.
        high_risk: Their sum over the high-risk intents.
        topical: Whether every word belongs to our topics.
    """

    probabilities: npt.NDArray[np.float64]
    high_risk: float
    topical: bool


class Keywords:
    """The words of a catalogue's examples.

    Args:
        catalogue: Intents with their examples.
        language: Language that the examples are written in, for stemming.
    """

    def __init__(self, catalogue: IntentCatalogue, language: str) -> None:
        intents = tuple(catalogue.intents.values())
        self.intents = tuple(intent.id for intent in intents)
        self._language = language
        self._high = np.array([intent.risk is Risk.HIGH for intent in intents], dtype=bool)
        self._totals = np.array([max(1, len(intent.examples)) for intent in intents], dtype=float)
        counts: defaultdict[str, npt.NDArray[np.float64]] = defaultdict(
            lambda: np.zeros(len(intents))
        )
        for row, intent in enumerate(intents):
            for example in intent.examples:
                for term in set(query_terms(example, language)):
                    counts[term][row] += 1.0
        self._counts: Mapping[str, npt.NDArray[np.float64]] = dict(counts)

    def view(self, text: str) -> KeywordView | None:
        """Look at a message's words.

        Args:
            text: The message, redacted.

        Returns:
            ``None`` where the message has more than a few words, or one that no example holds:
            then only the sentence's embedding can tell.
        """
        words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
        if len(words) > _FEW and not all(word in _EMPTY for word in words):
            return None
        terms = set(query_terms(text, self._language))
        if not terms or any(term not in self._counts for term in terms):
            return None
        seen = [self._counts[term] for term in terms]
        logs = sum(
            (np.log((row + _SMOOTHING) / (self._totals + 2 * _SMOOTHING)) for row in seen),
            np.zeros(len(self.intents)),
        )
        shares = np.exp(logs - logs.max())
        shares /= shares.sum()
        topical = all(row.sum() >= _TOPICAL for row in seen)
        return KeywordView(shares, float(shares[self._high].sum()), topical)
