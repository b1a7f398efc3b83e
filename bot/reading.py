"""How long a text is and how hard it reads: words, and the school grade by Flesch and Kincaid.

Grade = 0.39 × words a sentence + 11.8 × syllables a word − 15.59 (Kincaid and others, 1975), for
English. Syllables are counted from the spelling, which is right for some nine words in ten.
"""

import re
from dataclasses import dataclass

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`_#>|~]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?:](?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]e|[^aeiouy]es|[^aeiouytd]ed)$")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text asks of its reader.

    Attributes:
        words: How many.
        grade: School grade, ``None`` for a text of fewer than ten words.
    """

    words: int
    grade: float | None


_FEWEST_WORDS = 10  # a grade of less is chance


def read(text: str) -> Reading:
    """Measure a text; Markdown marks and the addresses of links don't count."""
    plain = _MARKS.sub("", _LINK.sub(r"\1", text))
    words = _WORD.findall(plain)
    if len(words) < _FEWEST_WORDS:
        return Reading(len(words), None)
    sentences = sum(bool(_WORD.search(part)) for part in _SENTENCE.split(plain))
    syllables = sum(_syllables(word) for word in words)
    grade = 0.39 * len(words) / max(1, sentences) + 11.8 * syllables / len(words) - 15.59
    return Reading(len(words), round(grade, 1))


def _syllables(word: str) -> int:
    low = word.lower()
    return max(1, len(_VOWELS.findall(low)) - bool(_SILENT.search(low)))
