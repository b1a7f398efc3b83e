"""Numbers with their units, normalised, so that ``two days`` and ``48 hours`` are the same.

Durations up to a week are counted in seconds, months and years in months, working days apart.
A range is one quantity: who says "2 days" of "2 to 4 days" says something else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SPELT = {word: number for number, word in enumerate(_ONES)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
        "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        3,
    )
}
_UNITS: dict[str, tuple[str, float]] = {}
for _names, _dimension, _factor in (
    ("second sec", "time", 1), ("minute min", "time", 60), ("hour hr h", "time", 3600),
    ("day night", "time", 86400), ("week", "time", 604800), ("month", "months", 1),
    ("year", "months", 12),
    ("£ gbp pound quid", "gbp", 1), ("pence p", "gbp", 0.01), ("€ eur euro", "eur", 1),
    ("$ usd dollar", "usd", 1), ("cent", "cents", 1), ("chf franc", "chf", 1),
    ("¥ jpy yen", "jpy", 1), ("% percent", "percent", 1),
    ("kb", "bytes", 1e3), ("mb", "bytes", 1e6), ("gb", "bytes", 1e9), ("tb", "bytes", 1e12),
    ("mm", "metres", 1e-3), ("cm", "metres", 1e-2), ("m metre meter", "metres", 1),
    ("km kilometre kilometer", "metres", 1e3), ("mile", "miles", 1), ("foot feet ft", "feet", 1),
    ("inch", "inches", 1), ("ml millilitre milliliter", "litres", 1e-3),
    ("l litre liter", "litres", 1), ("gallon", "gallons", 1), ("g gram", "grams", 1),
    ("kg kilogram kilo", "grams", 1e3), ("°c", "celsius", 1), ("°f", "fahrenheit", 1),
    ("time", "times", 1), ("digit", "digits", 1), ("kw", "watts", 1e3), ("kwh", "watt hours", 1e3),
):  # fmt: skip
    for _name in _names.split():
        _UNITS[_name] = (_dimension, _factor)
        if len(_name) > 2 and _name.isalpha():
            _UNITS[_name + "s"] = (_dimension, _factor)

_LONG = "second|minute|hour|day|week|month|year"
_WORDED = "|".join(sorted((u for u in _UNITS if u[0].isalpha()), key=len, reverse=True))
_SPELT_WORD = re.compile(
    rf"\b(?:({'|'.join(_TENS)})(?:[- ]({'|'.join(_ONES[1:10])}))?|({'|'.join(_ONES[2:])})|"
    r"(one|an?)(?=[- ](?:hundred|thousand|million)\b)|"
    r"(one)(?= (?:to|or|and) (?:two|three|four|\d)\b))\b(?:[ -](hundred|thousand|million)\b)?",
    re.IGNORECASE,
)
_ORDINAL_WORD = re.compile(rf"\b({'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_HALF = re.compile(
    r"\bhalf (?:of )?(?:an? )?(?=(?:hour|litre|liter|day|year|minute|percent|per)\b)", re.I
)
_AND_A_HALF = re.compile(r"\b(\d+) and a half\b", re.I)
_HALF_PAST = re.compile(r"\bhalf past (\d{1,2})\b", re.I)
_DAYTIME = re.compile(
    r"\b(\d{1,2}(?::\d\d)?) (?:o'clock )?in the (morning|afternoon|evening)\b", re.I
)
_HALF_OF = re.compile(r"\bhalf(?= (?:of|as|the|your|its|their|that|price)\b)", re.I)
_QUARTER = re.compile(r"\b(?:a )?quarter of an hour\b", re.I)
_QUARTERS = re.compile(r"\bthree[- ]quarters of an hour\b", re.I)
_UNIT_AND_A_HALF = re.compile(r"\b(?:an?|one) (hour|day|week|month|year) and a half\b", re.I)
_SHARE = re.compile(r"\b(?:an?|one) (fifth|tenth|quarter)(?= of (?:the|your|its|that) )", re.I)
_SHARES = {"fifth": "20%", "tenth": "10%", "quarter": "25%"}
_SECOND_ONE = re.compile(
    r"\ba second(?= [a-z]+)(?! (?:or|and|of|to|later|after|before|each|if)\b)", re.I
)
_LASTING = re.compile(
    r"\b(?:within|for|after|in|about|least|most|than|up to|takes?|lasts?|under|over)\s$", re.I
)
_TIMES = {"once": "1 time", "twice": "2 times", "daily": "every day", "weekly": "every week",
          "monthly": "every month", "yearly": "every year", "annually": "every year"}  # fmt: skip
_NOON_HALF = re.compile(r"(?<=[\d ])([ap])\.\s?m\b\.?(?=[\s,;:)]|$)", re.I)
_FEW = {"a couple of": "two", "a dozen": "twelve", "half a dozen": "six", "a fortnight": "14 days",
        "fortnight": "14 days", "thrice": "three times"}  # fmt: skip
_FEW_WORDS = re.compile(rf"\b(?:{'|'.join(sorted(_FEW, key=len, reverse=True))})\b", re.I)
_ALL_DAY = re.compile(r"\b24 hours a day\b", re.I)
_THE_TWO = re.compile(r"\bthe two\b(?! (?:hundred|thousand))", re.I)
_TIMES_WORD = re.compile(
    r"\b(?:once(?= (?:an?|per|every|each) )|once(?= for)|twice|daily|weekly|monthly|"
    r"yearly|annually)\b",
    re.I,
)
_PHONE = re.compile(r"(?<![\w£€$.,+])(?:\+\d[\d \u00a0()-]{7,16}\d|0\d[\d \u00a0-]{6,13}\d)(?!\w)")
_CLOCK = re.compile(
    r"(?<![\d:.,£€$])(\d{1,2})(?:[:h](?=\d\d)|\.(?=\d\d ?[ap]m))(\d{2})(?:\s?(am|pm)\b)?"
    r"(?!\d|\s?%)|"
    r"\b(\d{1,2})\s?(am|pm|o'clock)\b|\b(noon|midday|midnight)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?P<money>[£€$¥]|\b(?:gbp|eur|usd|chf|jpy)\s?(?=\d))?\s?"
    r"(?<![\w.])(?P<number>\d{1,3}(?:[,\u00a0]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|[-\s]?(?P<unit>%|per cent\b|°\s?[cf]\b|[£€$¥]|"
    rf"(?:(?:working|business)[ -])?(?:{_WORDED})\b))?",
    re.IGNORECASE,
)
_AFTER_WORD = re.compile(r"\b(?:after|within|than|by|over|under|up to|least|most)\s+$", re.I)
_NO_NOUN = re.compile(r"\s*(?:[.,;:!]|$|(?:in|if|and|or|but|for|at|with)\b)", re.I)
_RAW_UNIT = re.compile(rf"({_LONG})s?$", re.I)
_JOIN = re.compile(r"\s?(?:[-–—]|to|and)\s?$")
_SINGLE = re.compile(
    r"\b(an?|per|each|every|one|1)\s(?:(?:whole|single|full|calendar) )?"
    rf"((?:working |business )?(?:{_LONG}))\b(?! (?:time|one|card|person|number|try|attempt))",
    re.IGNORECASE,
)
_MONTH_NAME = re.compile(
    r"\s(?:of )?(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)\b"
)

MARK = "\ue000"
"""Stands in the remaining text where a quantity stood."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts.

    Attributes:
        low: The number, or the lower end of a range.
        high: The upper end; the same as ``low`` where there is no range.
        unit: Dimension, such as ``time`` (seconds), ``months``, ``gbp``; empty for a bare count.
        raw: As it was written.
    """

    low: float
    high: float
    unit: str
    raw: str

    @property
    def key(self) -> tuple[float, float, str]:
        """What makes two quantities the same."""
        return self.low, self.high, self.unit


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its quantities taken out.

    Attributes:
        quantities: In reading order.
        text: The rest, with ``MARK`` where a quantity stood.
    """

    quantities: tuple[Quantity, ...]
    text: str


def read_quantities(text: str) -> Reading:
    """Take the quantities out of a text."""
    found = sorted(_all(_digits(text)), key=lambda item: item[0])
    plain = _digits(text)
    merged: list[tuple[int, int, Quantity]] = []
    for start, end, quantity in found:
        if merged and start < merged[-1][1]:
            continue
        if merged and (joined := _range(merged[-1], (start, end, quantity), plain)):
            merged[-1] = joined
        else:
            merged.append((start, end, quantity))
    _elided(merged, plain)
    parts = []
    place = 0
    for start, end, _ in merged:
        parts += [plain[place:start], f" {MARK} "]
        place = end
    parts.append(plain[place:])
    return Reading(tuple(quantity for _, _, quantity in merged), "".join(parts))


def _elided(found: list[tuple[int, int, Quantity]], text: str) -> None:
    """Give a number without a unit that of the one before: 3 to 5 days, and late after 7."""
    for place in range(1, len(found)):
        start, end, bare = found[place]
        unit, raw = found[place - 1][2].unit, found[place - 1][2].raw
        if bare.unit or not unit.startswith(("time", "months", "working")):
            continue
        if _AFTER_WORD.search(text[:start]) and _NO_NOUN.match(text[end:]):
            factor = next((_unit(m[1])[1] for m in [_RAW_UNIT.search(raw)] if m), 1.0)
            low, high = bare.low * factor, bare.high * factor
            found[place] = start, end, Quantity(low, high, unit, bare.raw)


def _digits(text: str) -> str:
    """The text with numbers in words as digits."""
    text = _NOON_HALF.sub(lambda m: f"{m[1]}m", _ALL_DAY.sub("around the clock", text))
    text = _THE_TWO.sub("the", _FEW_WORDS.sub(lambda m: _FEW[m.group().lower()], text))
    text = _TIMES_WORD.sub(lambda m: _TIMES[m.group().lower()], text)
    text = _SECOND_ONE.sub("another", _SHARE.sub(lambda m: _SHARES[m[1].lower()], text))
    text = _UNIT_AND_A_HALF.sub(r"1.5 \1s", _QUARTERS.sub("45 minutes", text))
    text = _HALF.sub("0.5 ", _QUARTER.sub("15 minutes", text))
    text = _ORDINAL_WORD.sub(lambda m: f"{_ORDINALS[m.group().lower()]}th", text)
    text = _DAYTIME.sub(_half_day, _HALF_PAST.sub(r"\1:30", _SPELT_WORD.sub(_spelt, text)))
    return _AND_A_HALF.sub(r"\1.5", _HALF_OF.sub("50%", text))


def _half_day(match: re.Match[str]) -> str:
    return f"{match[1]} {'am' if match[2].lower() == 'morning' else 'pm'}"


def _spelt(match: re.Match[str]) -> str:
    tens, ones, small, one, lower, scale = match.groups()
    number = (
        1 if one or lower else sum(_SPELT[word.lower()] for word in (tens, ones, small) if word)
    )
    return str(number * _SCALES[scale.lower()] if scale else number)


def _all(text: str) -> Iterator[tuple[int, int, Quantity]]:
    taken: list[tuple[int, int]] = []

    def free(match: re.Match[str]) -> bool:
        if any(match.start() < end and start < match.end() for start, end in taken):
            return False
        taken.append(match.span())
        return True

    for phone in filter(free, _PHONE.finditer(text)):
        digits = re.sub(r"\D", "", phone.group())
        yield *phone.span(), Quantity(float(digits), float(digits), "phone", phone.group())
    for clock in filter(free, _CLOCK.finditer(text)):
        minutes = _minutes(clock)
        yield *clock.span(), Quantity(minutes, minutes, "clock", clock.group())
    for number in filter(free, _NUMBER.finditer(text)):
        yield *number.span(), _quantity(number, text)
    for single in filter(free, _SINGLE.finditer(text)):
        dimension, factor = _unit(single.group(2))
        lasting = single.group(1).lower() in ("one", "1") or _LASTING.search(text[: single.start()])
        unit = dimension if lasting else f"a {dimension}"
        yield *single.span(), Quantity(factor, factor, unit, single.group())


def _quantity(match: re.Match[str], text: str) -> Quantity:
    value = _value(match["number"])
    raw = match.group().strip()
    if match["ordinal"] or (not match["unit"] and _MONTH_NAME.match(text, match.end())):
        return Quantity(value, value, "th", raw)
    written = match["money"] or match["unit"]
    dimension, factor = _unit(written) if written else ("", 1.0)
    if match["money"] and match["unit"] and match["unit"].lower() in ("p", "m", "k"):
        dimension, factor = _unit(match["money"])
    return Quantity(round(value * factor, 6), round(value * factor, 6), dimension, raw)


def _value(number: str) -> float:
    plain = re.sub(r"[,\u00a0](?=\d{3}(?:\D|$))", "", number)
    return float(plain.replace(",", "."))


def _unit(written: str) -> tuple[str, float]:
    name = re.sub(r"\s+", " ", written.strip().lower()).replace("-", " ")
    name = name.replace("per cent", "percent").replace("° ", "°")
    if name.startswith(("working ", "business ")):
        return "working " + _UNITS[name.split()[1]][0], _UNITS[name.split()[1]][1]
    return _UNITS[name]


def _minutes(match: re.Match[str]) -> float:
    hour, minute, half, hour_only, half_only, word = match.groups()
    if word:
        return 0.0 if word.lower() == "midnight" else 720.0
    hours = int(hour or hour_only)
    suffix = (half or half_only or "").lower()
    if suffix == "pm" and hours < 12:
        hours += 12
    if suffix == "am" and hours == 12:
        hours = 0
    return float(60 * hours + int(minute or 0))


def _range(
    before: tuple[int, int, Quantity], after: tuple[int, int, Quantity], text: str
) -> tuple[int, int, Quantity] | None:
    """Two numbers as one range, where they are written as one."""
    start, end, low = before
    next_start, next_end, high = after
    between = text[end:next_start].strip().lower()
    if low.low != low.high or high.unit in ("clock", "phone", "th") or low.low >= high.low:
        ordered = low.unit == "" and high.unit not in ("clock", "phone", "th")
        if not ordered:
            return None
    opened = text[max(0, start - 9) : start].lower().rstrip()
    written = between in ("to", "-", "–", "—") or (between == "and" and opened.endswith("between"))
    if not written or low.unit not in ("", high.unit):
        return None
    factor = 1.0
    if low.unit == "" and high.unit:
        number = re.search(r"\d[\d,.]*", high.raw)
        factor = high.low / _value(number.group().rstrip(".,")) if number else 1.0
    raw = text[start:next_end]
    return start, next_end, Quantity(round(low.low * factor, 6), high.high, high.unit, raw)
