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


def fold(text: str) -> Canonical:
    """Undo disguises by Unicode; ASCII comes back as it is."""
    if text.isascii():
        return Canonical(text)
    writer = _Writer()
    position = 0
    while position < len(text):
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
_NUMBER_WORD = re.compile(
    rf"\b(?:{'|'.join((*_UNITS, *_TEENS, *_TENS, *_REPEATS))})\b", re.IGNORECASE
)
_ESCAPE = re.compile(r"%(?:20|2D|2E|2F|0A|0D|09)|&nbsp;|&#160;|&#32;|<br\s?/?>", re.IGNORECASE)

_LOOK_ALIKE = {
    **dict.fromkeys("lI|iіІı", "1"),
    **dict.fromkeys("OoоОοΟ", "0"),
    "S": "5",
    "B": "8",
    "Z": "2",
}
_LOOK_ALIKE_RUN = re.compile(
    r"(?<![^\W\d_])[\dlI|iіІıOoоОοΟSBZ](?:[ \-./_\n]{0,2}[\dlI|iіІıOoоОοΟSBZ]){11,40}"
)


def spell_digits(source: Canonical) -> Canonical | None:
    """The view for recognisers of numbers, or None where it would equal ``source``."""
    view = source
    if _ESCAPE.search(view.text):
        view = _replace_escapes(view)
    if len(_NUMBER_WORD.findall(view.text)) >= 3:
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
    writer = _Writer()
    done = 0
    repeat, repeat_start = 1, 0
    tens: tuple[str, int, int] | None = None  # "forty" waiting for its unit
    within = False  # fillers vanish only inside a spelled number

    for match in _WORD.finditer(source.text):
        word = match.group().lower()
        start, end = match.span()
        if tens is not None:
            digits, tens_start, tens_end = tens
            tens = None
            unit = _UNITS.get(word, "0")
            if unit != "0" and start - tens_end <= 2:
                writer.put(digits + unit, *source.original(tens_start, end))
                done = end
                continue
            writer.put(digits + "0", *source.original(tens_start, tens_end))
            done = tens_end
        if word in _REPEATS:
            writer.copy(source, done, start)
            done, repeat, repeat_start = start, _REPEATS[word], start
            continue
        begin = repeat_start if repeat > 1 else start
        if word in _TENS:
            writer.copy(source, done, begin)
            done, tens, within = begin, (_TENS[word], begin, end), True
        elif word in _UNITS or word in _TEENS or (repeat > 1 and len(word) == 1 and word.isdigit()):
            writer.copy(source, done, begin)
            digits = (_UNITS.get(word) or _TEENS.get(word) or word) * repeat
            writer.put(digits, *source.original(begin, end))
            done, within = end, True
        elif word in _FILLERS and within:
            writer.copy(source, done, start)
            writer.put(" ", *source.original(start, end))
            done = end
        else:
            within = word.isdigit()
        repeat = 1
    if tens is not None:
        writer.put(tens[0] + "0", *source.original(tens[1], tens[2]))
        done = tens[2]
    writer.copy(source, done, len(source.text))
    return writer.done()


def _replace_look_alikes(source: Canonical) -> Canonical:
    """Look-alike letters to digits, in runs in which at least half are digits already."""
    writer: _Writer | None = None
    done = 0
    for match in _LOOK_ALIKE_RUN.finditer(source.text):
        run = match.group()
        digits = sum(map(str.isdigit, run))
        strangers = sum(character in _LOOK_ALIKE for character in run)
        if not strangers or digits < strangers:
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
