"""Times of day, each with its half: ``8–11 am`` is from 8 am, ``half past 4`` is 4:30."""

import re

_DAYTIME = re.compile(
    r"\b(\d{1,2}(?::\d\d)?) (?:o'clock )?in the (morning|afternoon|evening)\b", re.I
)
_HALF_PAST = re.compile(r"\bhalf past (\d{1,2})\b", re.I)
_HOURS_TO = re.compile(
    r"(?<![\d:.,£€$-])\b(\d{1,2})(?:[:.](\d\d))?(?=\s?(?:[-–—]|to|until|till)\s?"
    r"(\d{1,2})(?:[:.]\d\d)?\s?([ap])m\b)",
    re.I,
)


def with_halves(text: str) -> str:
    """The text with am or pm at each hour that has it from other words."""
    text = _DAYTIME.sub(_half_day, _HALF_PAST.sub(r"\1:30", text))
    return _HOURS_TO.sub(_first_hour, text)


def _half_day(match: re.Match[str]) -> str:
    return f"{match[1]} {'am' if match[2].lower() == 'morning' else 'pm'}"


def _first_hour(match: re.Match[str]) -> str:
    """The first of two hours with its half of the day: 8–11 am, 10 to 2 pm."""
    first, last = int(match[1]) % 12, int(match[3]) % 12
    half = match[4].lower() if first <= last else {"a": "p", "p": "a"}[match[4].lower()]
    return f"{match[1]}{f':{match[2]}' if match[2] else ''} {half}m"


def minutes(match: re.Match[str]) -> float:
    """Minutes since midnight of a time as it was matched."""
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
