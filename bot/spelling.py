"""Slips of the finger in a message, corrected to the words that customers use.

A misspelt word falls apart into pieces that mean nothing to the embedding, so that "witdrawal" is
about none of our topics. Only such words are touched: a word that the model knows stays, even if
no example holds it, for "monkey" is no slip in "money".
"""

import re
from collections import Counter
from collections.abc import Iterable

from redaction.kinds import PLACEHOLDER
from retrieval.embedder import Embedder
from retrieval.spelling import Speller

_WORD = re.compile(r"[^\W\d_]{4,30}")
_OFTEN = 3
"""Examples' uses of a word from which a slip may have meant it."""

_MOST = 8
"""Unknown words of one message that are looked at."""


class Spelling:
    """The words of example messages, and which of them a slip meant.

    Args:
        examples: Messages as customers write them.
    """

    def __init__(self, examples: Iterable[str]) -> None:
        self._uses = Counter(
            word.lower() for example in examples for word in _WORD.findall(example)
        )
        self._usual = sorted(word for word, uses in self._uses.items() if uses >= _OFTEN)
        self._speller = Speller(self._usual)

    def corrected(self, text: str, embedder: Embedder) -> str:
        """The text with slips put right; itself where there are none.

        Args:
            text: A redacted message.
            embedder: Says which words it knows: those that it reads in one piece.
        """
        meant = {
            word: max((self._usual[near] for near in found), key=lambda w: (self._uses[w], w))
            for word in self._unknown(text)
            if (found := self._speller.near(word))
        }
        if not meant:
            return text
        slips = list(meant)
        pieces = [len(each.tokens) for each in embedder.encode(slips)]
        right = {word: meant[word] for word, n in zip(slips, pieces, strict=True) if n > 1}
        return _WORD.sub(lambda found: right.get(found[0].lower(), found[0]), text)

    def _unknown(self, text: str) -> list[str]:
        words = (word.lower() for word in _WORD.findall(PLACEHOLDER.sub(" ", text)))
        return list(dict.fromkeys(word for word in words if word not in self._uses))[:_MOST]
