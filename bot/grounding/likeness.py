"""How like a word of a sentence is to the words of a text, each read in its context.

Late interaction (Khattab and Zaharia, ColBERT, 2020) on the token vectors of the embedding model:
"tries" and "attempts" are alike after "wrong", "power" and "steam" are not before "button".
"""

import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from retrieval.embedder import Embedder, Floats

_TEXTS = 512
_WORDS = 8192
_PRINTED = ((33, 47), (58, 64), (91, 96), (123, 126))


class Likeness:
    """Compares words in their contexts.

    Safe to call from several threads. Keeps vectors of the texts that were compared with last,
    which are those of articles, never of a sentence.

    Args:
        embedder: Gives the vectors.
    """

    def __init__(self, embedder: Embedder) -> None:
        def tokens(text: str) -> Floats:
            return embedder.encode([text])[0].tokens

        self._tokens = tokens
        self._known: Callable[[str], Floats] = lru_cache(maxsize=_TEXTS)(tokens)
        self._pieces: Callable[[str], int] = lru_cache(maxsize=_WORDS)(lambda w: len(tokens(w)))

    def best(self, sentence: str, words: Sequence[str], texts: Sequence[str]) -> float:
        """The cosine of some words of a sentence with what is likest in any of the texts.

        A word of several pieces counts as their mean; 0 where the sentence hasn't the words.

        Args:
            sentence: Where the words stand.
            words: Any of them, in lower case.
            texts: What may be like them.
        """
        spans = self._spans(sentence)
        places = [span for word, span in spans if word.lower() in words]
        held = [self._known(text) for text in texts if text]
        if not places or not held:
            return 0.0
        vectors = self._tokens(sentence)
        known = np.concatenate(held)
        return max(
            (
                float((vectors[first:last] @ known.T).max(axis=1).mean())
                for first, last in places
                if len(known) and last > first
            ),
            default=0.0,
        )

    def _spans(self, sentence: str) -> list[tuple[str, tuple[int, int]]]:
        """Each word with the first and last token of it; nothing where they don't add up."""
        found: list[tuple[str, tuple[int, int]]] = []
        place = 0
        for word in split(sentence):
            pieces = self._pieces(word)
            found.append((word, (place, place + pieces)))
            place += pieces
        return found if place == len(self._tokens(sentence)) else []


def split(text: str) -> list[str]:
    """Words and marks, as models of the BERT family cut a text before they cut words."""
    found: list[str] = []
    for part in text.split():
        word = ""
        for sign in part:
            if _is_mark(sign):
                found += [word, sign]
                word = ""
            else:
                word += sign
        found.append(word)
    return [each for each in found if each]


def _is_mark(sign: str) -> bool:
    printed = any(first <= ord(sign) <= last for first, last in _PRINTED)
    return printed or unicodedata.category(sign).startswith("P")
