"""A sentence brought into the words that quantities are read of: dates, what is free, odd forms."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.words import query_terms

Value = tuple[float, float, float]
"""Lowest, highest, and the factor that the unit was converted by."""

DATE = "date"
PATH = "path"
FREE = "free"
"""A price of nothing, in any currency."""

_SPELT = {
    "open until": "closes", "annual": "every year", "annually": "every year", "sent": "send",
    "kept": "keep", "top up": "top-up", "paid": "pay", "told": "tell", "lent": "lend",
    "spent": "spend", "fortnight": "14 days", "a fortnight": "14 days", "a dozen": "12",
    "a year and a half": "18 months", "an hour and a half": "90 minutes", "half a year": "6 months",
    "shuts": "closes", "a tenth": "10%", "a quarter": "25%", "a third": "33%", "a half": "50%",
}  # fmt: skip
_FORMS = re.compile(rf"\b(?:{'|'.join(sorted(_SPELT, key=len, reverse=True))})\b", re.IGNORECASE)
_AGE = re.compile(r"\b(\d+)(?: years old| years of age| years or older|-year-old)\b", re.IGNORECASE)
_MONTHS = "january february march april may june july august september october november december"
_MONTH = {name[:3]: number for number, name in enumerate(_MONTHS.split(), 1)}
_MONTH_NAMES = "|".join(
    f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTHS.split()
)
_DATE = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH_NAMES})|({_MONTH_NAMES}) (\d{{1,2}})"
    r"(?:st|nd|rd|th)?)\b(?:,? (?:20\d\d))?(?![\d:])",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(?:free of charge|free of cost|(?:at|for) no (?:extra |additional )?(?:cost|charge)|"
    r"without (?:a |any )?(?:charge|fee|cost|charging you|charging)|(?:costs?|costing|pay) nothing|"
    r"(?:there(?:'s| is) )?no (?:extra )?(?:charge|fee)s?|for nothing|(?<=is )free|(?<=are )free|"
    r"(?<=in )free)\b(?! (?:of|from)\b)",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\d|[£€$]|\b(?:pounds?|euros?|dollars?|pence|days?|weeks?|hours?|months?)\b"
)
_PATH = re.compile(
    r"(?:[A-Z+][\w’']*(?: [A-Za-z][\w’']*){0,2} > )+[A-Z][\w’']*(?: [a-z]+(?= ?[,.;:)]|$))?"
)
"""Where something is in an app: "Settings > Cards"."""
_IN_PLACE = "Monday"
"""Stands for what was read, as it does for quantities."""

_STEMS = frozenset(query_terms(_IN_PLACE, "en"))


_WEEK = "mon tue wed thu fri sat sun".split()
NAMED_DAY = re.compile(
    r"\b(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?\b"
    r"(?:\s?(to|-|–|until)\s?(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?\b)?"
    r"|\b(weekdays?|weekends?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reworded:
    """A sentence as quantities are read of it.

    Attributes:
        text: It, a word in the place of what was read already.
        values: What was read, by what it measures.
        stems: Stems of words that only stand in its place.
    """

    text: str
    values: Mapping[str, frozenset[Value]]
    stems: frozenset[str] = frozenset()


def reworded(sentence: str) -> Reworded:
    """A sentence in other words, dates and what is free read.

    >>> reworded("The form closes on 31 March.").values
    {'date': frozenset({(124.0, 124.0, 1.0)})}
    """
    text = _AGE.sub(r"\1", _FORMS.sub(lambda found: _SPELT[found.group().lower()], sentence))
    values: dict[str, frozenset[Value]] = {}
    dates = [_day(match) for match in _DATE.finditer(text)]
    if dates:
        values[DATE] = frozenset((day, day, 1.0) for day in dates)
        text = _DATE.sub(_IN_PLACE, text)
    if paths := _PATH.findall(text):
        values[PATH] = frozenset((place, place, 1.0) for place in map(_numbered, paths))
        text = _PATH.sub(_IN_PLACE, text)
    if _FREE.search(text) and not _MEASURED.search(text) and not values:
        values[FREE] = frozenset({(0.0, 0.0, 1.0)})
        text = _FREE.sub(_IN_PLACE, text)
    return Reworded(text, values, _STEMS if values else frozenset())


def _numbered(path: str) -> float:
    """A number that no other path has; upper and lower case are one."""
    return float(zlib.crc32(" ".join(path.lower().split()).encode()))


def _day(found: re.Match[str]) -> float:
    """A day of the year, 31 days a month."""
    day, month, other_month, other_day = found.groups()
    return float(31 * _MONTH[(month or other_month)[:3].lower()] + int(day or other_day))


def weekdays(text: str) -> int:
    """The named days of the week, one bit each."""
    found = 0
    for match in NAMED_DAY.finditer(text):
        first, joined, last, group = match.groups()
        if group:
            found |= 0b0011111 if group.lower().startswith("weekday") else 0b1100000
            continue
        start = _WEEK.index(first[:3].lower())
        end = _WEEK.index(last[:3].lower()) if joined else start
        for day in range(start, end + 1 if end >= start else end + 8):
            found |= 1 << day % 7
    return found
