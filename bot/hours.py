"""Business hours: when somebody is there, when next, and when a number of open minutes is over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_FAR = 400
"""Days that are looked ahead; a year of holidays is a mistake that the reader of the file finds."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a day in local time; an end of midnight is the end of the day."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{_clock(self.start)}–{_clock(self.end) if self.end != time(0) else '24'}"


_ALWAYS = ((Span(time(0), time(0)),),) * 7


@dataclass(frozen=True, slots=True)
class Hours:
    """When people answer.

    Attributes:
        zone: Where they are.
        week: The spans of each weekday, Monday first, in order.
        holidays: Days without any.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at a time."""
        return any(start <= at < end for start, end in self._openings(at, 1))

    def opens_at(self, at: datetime) -> datetime | None:
        """When somebody is there next: ``at`` itself while open, ``None`` when never."""
        for start, end in self._openings(at, _FAR):
            if at < end:
                return max(start, at)
        return None

    def after(self, at: datetime, minutes: float) -> datetime | None:
        """When so many open minutes are over, counted from a time; ``None`` when never."""
        left = timedelta(minutes=minutes)
        for start, end in self._openings(at, _FAR):
            begin = max(start, at)
            if begin >= end:
                continue
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much open time lies between two times."""
        days = (end - start).days + 1
        spans = ((max(a, start), min(b, end)) for a, b in self._openings(start, days))
        return sum((b - a for a, b in spans if a < b), timedelta())

    def __str__(self) -> str:
        """The hours in words, such as “Mon–Fri 8–20, Sat 9–17”."""
        if self.week == _ALWAYS:
            return "day and night"
        parts: list[tuple[int, int, str]] = []
        for day, spans in enumerate(self.week):
            words = " and ".join(str(span) for span in spans)
            if words and parts and parts[-1][1] == day - 1 and parts[-1][2] == words:
                parts[-1] = (parts[-1][0], day, words)
            elif words:
                parts.append((day, day, words))
        return ", ".join(f"{_days(first, last)} {words}" for first, last, words in parts)

    def _openings(self, at: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Spans of the days around ``at``, in UTC: zones change their clocks, UTC does not."""
        today = at.astimezone(self.zone).date()
        for offset in range(-1, days + 1):
            day = today + offset * _DAY
            if day in self.holidays:
                continue
            for span in self.week[day.weekday()]:
                last = day + _DAY if span.end == time(0) else day
                start = datetime.combine(day, span.start, self.zone).astimezone(UTC)
                yield start, datetime.combine(last, span.end, self.zone).astimezone(UTC)


def parse_week(text: str | Mapping[str, str]) -> tuple[tuple[Span, ...], ...]:
    """The week of ``always`` or of a mapping such as ``{mon-fri: "8-20", sat: "9-12, 13:30-17"}``.

    Raises:
        ValueError: Naming the day or the time that cannot be read.
    """
    if isinstance(text, str):
        if text != "always":
            raise ValueError(f"hours {text!r} are neither `always` nor days with their times")
        return _ALWAYS
    week: list[tuple[Span, ...]] = [()] * 7
    for days, spans in text.items():
        for day in _parse_days(str(days)):
            if week[day]:
                raise ValueError(f"{DAYS[day]} is named twice")
            week[day] = _parse_spans(str(days), str(spans))
    if not any(week):
        raise ValueError("no day has hours; leave them out where they are not known")
    return tuple(week)


def day_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A time to come as customers say it: “today at 14:05”, “tomorrow at 8:00”."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    ahead = (local.date() - today).days
    if ahead <= 0:
        day = "today"
    elif ahead == 1:
        day = "tomorrow"
    elif ahead < 7:
        day = f"on {local:%A}"
    else:
        day = f"on {local.day} {local:%B}"
    return f"{day} at {local.hour}:{local.minute:02d}"


def _parse_days(text: str) -> range:
    first, _, last = text.strip().lower().partition("-")
    names = [first[:3], (last or first)[:3]]
    if any(name not in DAYS for name in names):
        raise ValueError(f"{text!r} is no day; write {', '.join(DAYS)} or a range such as mon-fri")
    start, end = (DAYS.index(name) for name in names)
    if end < start:
        raise ValueError(f"{text!r} runs backwards")
    return range(start, end + 1)


def _parse_spans(days: str, text: str) -> tuple[Span, ...]:
    spans = []
    for part in text.split(","):
        start, dash, end = part.strip().partition("-")
        if not dash:
            raise ValueError(f'{days}: {part.strip()!r} is no span; write it like "8:00-20:00"')
        spans.append(Span(_parse_time(days, start), _parse_time(days, end)))
    for place, span in enumerate(spans):
        ends = span.end == time(0)
        if not ends and span.end <= span.start:
            raise ValueError(f"{days}: {text!r} ends before it starts; part it at midnight")
        if place and (spans[place - 1].end == time(0) or span.start < spans[place - 1].end):
            raise ValueError(f"{days}: the spans of {text!r} overlap or are out of order")
    return tuple(spans)


def _parse_time(days: str, text: str) -> time:
    hour, _, minute = text.strip().partition(":")
    if (hour, minute or "00") == ("24", "00"):
        return time(0)
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise ValueError(f'{days}: {text.strip()!r} is no time; write it like "8:00"') from None


def _clock(at: time) -> str:
    return f"{at.hour}" if not at.minute else f"{at.hour}:{at.minute:02d}"


def _days(first: int, last: int) -> str:
    names = [DAYS[first].title(), DAYS[last].title()]
    return names[0] if first == last else "–".join(names)
