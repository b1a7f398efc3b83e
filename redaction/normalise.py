"""One canonical form of a text, with a map back to the exact original characters.

Two views are made. ``fold`` undoes what Unicode offers to disguise a value: compatibility forms,
digits of other scripts, invisible characters, odd spaces and dashes. ``spell_digits`` further
turns digit words ("double five"), look-alike letters inside digit runs, percent escapes and HTML
spaces into what they stand for; only recognisers of numbers read it.
"""

import re
import unicodedata
from dataclasses import dataclass

_DASHES = frozenset(
    "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d\u30fc"
)
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}


@dataclass(frozen=True, slots=True)
class Canonical:
    """A canonical text and where each of its characters comes from.

    Attributes:
        text: The canonical text.
        starts: For each character, the first original character behind it; None: identical.
        ends: For each character, one past the last original character behind it.
    """

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original span behind a canonical one, which must not be empty."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


class _Writer:
    """Collects canonical characters with their origin."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def put(self, piece: str, start: int, end: int) -> None:
        self.parts.append(piece)
        self.starts.extend([start] * len(piece))
        self.ends.extend([end] * len(piece))

    def copy(self, source: Canonical, start: int, end: int) -> None:
        self.parts.append(source.text[start:end])
        if source.starts is None or source.ends is None:
            self.starts.extend(range(start, end))
            self.ends.extend(range(start + 1, end + 1))
        else:
            self.starts.extend(source.starts[start:end])
            self.ends.extend(source.ends[start:end])

    def done(self) -> Canonical:
        return Canonical("".join(self.parts), tuple(self.starts), tuple(self.ends))


def _fold_character(character: str) -> str:
    """The canonical form of one cluster: a base character with its combining marks."""
    category = unicodedata.category(character[0])
    if character in _DASHES:
        return "-"
    if category in {"Cf", "Mn", "Me"}:  # zero-width, bidi controls, tags, loose marks
        return ""
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    if character in _QUOTES:
        return _QUOTES[character]
    folded = unicodedata.normalize("NFKC", character)
    return "".join(_fold_digit(each) for each in folded)


def _fold_digit(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return "-" if character in _DASHES else character


# ASCII up to a character that a mark may follow.
_PLAIN = re.compile(r"[\x00-\x7f]+(?=[\x00-\x7f])")


def fold(text: str) -> Canonical:
    """Undo disguises by Unicode; ASCII comes back as it is."""
    if text.isascii():
        return Canonical(text)
    source = Canonical(text)
    writer = _Writer()
    position = 0
    while position < len(text):
        plain = _PLAIN.match(text, position)
        if plain is not None:
            writer.copy(source, position, plain.end())
            position = plain.end()
            continue
        end = position + 1
        # Marks beyond a handful on one base are noise; the bound keeps the walk linear.
        while end < len(text) and end - position < 8 and unicodedata.combining(text[end]):
            end += 1
        writer.put(_fold_character(text[position:end]), position, end)
        position = end
    return writer.done()


_UNITS = {
    **dict.fromkeys(("zero", "oh", "nought", "naught", "null", "cero", "nul"), "0"),
    **dict.fromkeys(("one", "eins", "un", "uno", "een"), "1"),
    **dict.fromkeys(("two", "zwei", "zwo", "deux", "dos", "due", "twee"), "2"),
    **dict.fromkeys(("three", "drei", "trois", "tres", "tre", "drie"), "3"),
    **dict.fromkeys(("four", "vier", "quatre", "cuatro", "quattro"), "4"),
    **dict.fromkeys(("five", "fünf", "fuenf", "cinq", "cinco", "cinque", "vijf"), "5"),
    **dict.fromkeys(("six", "sechs", "seis", "sei", "zes"), "6"),
    **dict.fromkeys(("seven", "sieben", "sept", "siete", "sette", "zeven"), "7"),
    **dict.fromkeys(("eight", "acht", "huit", "ocho", "otto"), "8"),
    **dict.fromkeys(("nine", "neun", "neuf", "nueve", "nove", "negen"), "9"),
}
_TEENS = {
    word: str(number)
    for number, word in enumerate(
        (
            "ten", "eleven", "twelve", "thirteen", "fourteen",
            "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ),
        start=10,
    )
}  # fmt: skip
_TENS = {
    word: str(number)
    for number, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_REPEATS = {"double": 2, "dbl": 2, "triple": 3, "treble": 3, "quadruple": 4}
_FILLERS = frozenset(
    {"dash", "hyphen", "space", "minus", "then", "and", "slash", "dot", "point", "comma", "next"}
)

_WORD = re.compile(r"[^\W\d_]+|\d+")
_NEAR = 2
_SPELLED_GAP = re.compile(r"[\s,.;\-–]{1,3}")
_NUMBER_WORDS = frozenset((*_UNITS, *_TEENS, *_TENS, *_REPEATS))
_LETTERS = re.compile(r"[^\W\d_]+")
_ESCAPE = re.compile(r"%(?:20|2D|2E|2F|0A|0D|09)|&nbsp;|&#160;|&#32;|<br\s?/?>", re.IGNORECASE)

_LOOK_ALIKE = {
    **dict.fromkeys("lI|iіІı", "1"),
    **dict.fromkeys("OoоОοΟ", "0"),
    "S": "5",
    "B": "8",
    "Z": "2",
}
# A letter of a word ("1 is") stands for nothing: none may follow that looks like no digit.
_ALIKE = r"(?:\d|[lI|iіІıOoоОοΟSBZ](?![^\W\d_lIiіІıOoоОοΟSBZ]))"
_LOOK_ALIKE_RUN = re.compile(rf"(?<![^\W\d_]){_ALIKE}(?:[ \-./_\n]{{0,2}}{_ALIKE}){{9,40}}")
_SURE_RUN = 12
"""From this length on half of a run may be look-alikes, in a shorter one a third."""


def spell_digits(source: Canonical) -> Canonical | None:
    """The view for recognisers of numbers, or None where it would equal ``source``."""
    view = source
    if _ESCAPE.search(view.text):
        view = _replace_escapes(view)
    words = _LETTERS.findall(view.text.lower())
    if sum(map(_NUMBER_WORDS.__contains__, words)) >= 3:
        view = _replace_words(view)
    view = _replace_look_alikes(view)
    return None if view is source else view


def _replace_escapes(source: Canonical) -> Canonical:
    writer = _Writer()
    done = 0
    for match in _ESCAPE.finditer(source.text):
        writer.copy(source, done, match.start())
        writer.put(" ", *source.original(match.start(), match.end()))
        done = match.end()
    writer.copy(source, done, len(source.text))
    return writer.done()


def _replace_words(source: Canonical) -> Canonical:
    speller = _Speller(source)
    for match in _WORD.finditer(source.text):
        speller.read(match.group().lower(), *match.span())
    return speller.done()


class _Speller:
    """Reads a text word by word and writes number words as digits."""

    def __init__(self, source: Canonical) -> None:
        self._source = source
        self._writer = _Writer()
        self._done = 0  # what of the source is written
        self._spelled = -1  # where the last number word ended: the next one joins it
        self._repeat, self._repeat_start = 1, 0  # "double" waiting for its digit
        self._tens: tuple[str, int, int] | None = None  # "forty" waiting for its unit
        self._within = False  # fillers vanish only inside a spelled number

    def read(self, word: str, start: int, end: int) -> None:
        """Take the next word."""
        if self._tens is not None and self._end_tens(word, start, end):
            return
        if word in _REPEATS:
            self._repeat, self._repeat_start = _REPEATS[word], start
            return
        begin = self._repeat_start if self._repeat > 1 else start
        digits = _UNITS.get(word) or _TEENS.get(word)
        if digits is None and self._repeat > 1 and len(word) == 1 and word.isdigit():
            digits = word
        if word in _TENS:
            self._tens, self._within = (_TENS[word], begin, end), True
        elif digits is not None:
            self._put(digits * self._repeat, begin, end)
        elif word in _FILLERS and self._within:
            self._writer.copy(self._source, self._done, start)
            self._writer.put(" ", *self._source.original(start, end))
            self._done = end
        else:
            self._within = word.isdigit()
        self._repeat = 1

    def done(self) -> Canonical:
        """The view, with what is left of the source."""
        if self._tens is not None:
            digits, start, end = self._tens
            self._put(digits + "0", start, end)
        self._writer.copy(self._source, self._done, len(self._source.text))
        return self._writer.done()

    def _end_tens(self, word: str, start: int, end: int) -> bool:
        """Write the tens that were waiting; whether the word was their unit."""
        digits, tens_start, tens_end = self._tens or ("", 0, 0)
        self._tens = None
        unit = _UNITS.get(word, "0")
        if unit != "0" and start - tens_end <= _NEAR:
            self._put(digits + unit, tens_start, end)
            return True
        self._put(digits + "0", tens_start, tens_end)
        return False

    def _put(self, digits: str, start: int, end: int) -> None:
        """Write digits, and what stands before them unless it parts two number words only."""
        text = self._source.text
        if self._done != self._spelled or not _SPELLED_GAP.fullmatch(text, self._done, start):
            self._writer.copy(self._source, self._done, start)
        self._writer.put(digits, *self._source.original(start, end))
        self._done = self._spelled = end
        self._within = True


def _replace_look_alikes(source: Canonical) -> Canonical:
    """Look-alike letters to digits, in runs that are mostly digits already."""
    writer: _Writer | None = None
    done = 0
    for match in _LOOK_ALIKE_RUN.finditer(source.text):
        run = match.group()
        digits = sum(map(str.isdigit, run))
        strangers = sum(character in _LOOK_ALIKE for character in run)
        most = digits if digits + strangers >= _SURE_RUN else digits // 2
        if not strangers or strangers > most:
            continue
        writer = writer or _Writer()
        writer.copy(source, done, match.start())
        for place, character in enumerate(run, start=match.start()):
            writer.put(_LOOK_ALIKE.get(character, character), *source.original(place, place + 1))
        done = match.end()
    if writer is None:
        return source
    writer.copy(source, done, len(source.text))
    return writer.done()
