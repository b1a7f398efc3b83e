"""How like a word of a sentence is to the words of a text, each read in its context.

Late interaction (Khattab and Zaharia, ColBERT, 2020) on the token vectors of the embedding model:
"tries" and "attempts" are alike after "wrong", "power" and "steam" are not before "button".
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

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
        self._embedder = embedder
        self._known: dict[str, Floats] = {}
        self._pieces: dict[str, int] = {}

    def read(self, sentence: str) -> "ReadSentence":
        """Read a sentence, to compare its words."""
        words = split(sentence)
        fresh = [word for word in dict.fromkeys(words) if word not in self._pieces]
        read = self._embedder.encode([sentence, *fresh])
        counts = {word: len(each.tokens) for word, each in zip(fresh, read[1:], strict=True)}
        pieces = [counts[word] if word in counts else self._pieces[word] for word in words]
        if len(self._pieces) < _WORDS:
            self._pieces.update(counts)
        whole = sum(pieces) == len(read[0].tokens)
        return ReadSentence(self, tuple(words), tuple(pieces) if whole else (), read[0].tokens)

    def tokens(self, texts: Sequence[str]) -> Floats:
        """The token vectors of some texts, one after the other."""
        kept = self._known
        found = {text: kept[text] for text in texts if text in kept}
        fresh = [text for text in dict.fromkeys(texts) if text and text not in found]
        for text, each in zip(fresh, self._embedder.encode(fresh), strict=True):
            found[text] = each.tokens
        if len(kept) > _TEXTS:
            self._known = {}
        self._known.update(found)
        return np.concatenate(
            [*found.values(), np.zeros((0, self._embedder.dimension), np.float32)]
        )


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence whose words can be compared.

    Attributes:
        likeness: Reads the texts.
        words: In reading order.
        pieces: How many tokens each has; empty where they don't add up to those of the sentence.
        vectors: Shape (t, d): the tokens.
    """

    likeness: Likeness
    words: tuple[str, ...]
    pieces: tuple[int, ...]
    vectors: Floats

    def best(self, words: Sequence[str], texts: Sequence[str]) -> float:
        """The cosine of some words of the sentence with what is likest in any of the texts.

        A word of several pieces counts as their mean; 0 where the sentence hasn't the words.

        Args:
            words: Any of them, in lower case.
            texts: What may be like them.
        """
        ends = np.cumsum(self.pieces)
        spans = [
            (end - pieces, end)
            for word, pieces, end in zip(self.words, self.pieces, ends, strict=False)
            if word.lower() in words and pieces
        ]
        known = self.likeness.tokens(texts) if spans else np.zeros((0, 0), np.float32)
        if not len(known):
            return 0.0
        return max(
            float((self.vectors[first:last] @ known.T).max(axis=1).mean()) for first, last in spans
        )


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
