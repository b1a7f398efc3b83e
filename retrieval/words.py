"""Words of a text as BM25 counts them: folded, stemmed, identifiers whole and in parts."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"[^\W_]+(?:[-_.:/@'’+]+[^\W_]+)*")
_SUFFIX = re.compile(r"'[^\W_]{1,2}$")  # customer's, don't: what follows says nothing
_PART = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# Words that any article may hold. Only queries lose them, and only when others remain.
_LIGHT = frozenset(
    """a an the is are was were be been am do does did to of in on at for from by with and or
    it its this that these those i me my we our us you your he she they them their what how
    which who when where why can could would should will shall may might have has had if so as
    there here please""".split()
)
_local = threading.local()


def index_terms(text: str, language: str) -> list[str]:
    """Every term of an article's text, repetitions included."""
    return list(_terms(text, language))


def query_terms(text: str, language: str) -> list[str]:
    """Terms of a question without light words, unless it has no others."""
    every = list(_terms(text, language))
    light = _light_terms(language)
    return [term for term in every if term not in light] or every


@lru_cache(maxsize=64)
def _light_terms(language: str) -> frozenset[str]:
    return frozenset(_stem(word, language) for word in _LIGHT) if language == "en" else frozenset()


def _terms(text: str, language: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", text).replace("’", "'")
    for found in _WORD.findall(folded):
        word = found.split("'", 1)[0] if _SUFFIX.search(found) else found
        parts = [part for piece in _PART.findall(word) for part in _HUMP.split(piece)]
        for part in parts:
            yield _stem(part.lower(), language)
        if len(parts) > 1:  # --max-pool-size is also one name
            yield "".join(parts).lower()


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str) -> str:
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return word
    return str(_stemmer(algorithm).stemWord(word))


def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    """One a thread: a stemmer holds state while it works."""
    stemmers: dict[str, Stemmer.Stemmer] = _local.__dict__.setdefault("stemmers", {})
    if algorithm not in stemmers:
        stemmers[algorithm] = Stemmer.Stemmer(algorithm)
    return stemmers[algorithm]
