from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.hours import Hours, day_words, parse_week

LONDON = ZoneInfo("Europe/London")
SHOP = Hours(LONDON, parse_week({"mon-fri": "8-20", "sat": "9-12, 13:30-17"}))
ALWAYS = Hours(LONDON, parse_week("always"))


def at(text: str) -> datetime:
    """A time in London, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "is_open", "opens"),
    [
        ("2026-11-23 07:59", False, "2026-11-23 08:00"),
        ("2026-11-23 08:00", True, "2026-11-23 08:00"),
        ("2026-11-23 19:59", True, "2026-11-23 19:59"),
        ("2026-11-23 20:00", False, "2026-11-24 08:00"),
        ("2026-11-28 12:30", False, "2026-11-28 13:30"),
        ("2026-11-28 17:00", False, "2026-11-30 08:00"),
        ("2026-07-06 08:30", True, "2026-07-06 08:30"),
    ],
)
def test_hours_open_and_close_in_their_own_zone(now: str, opens: str, *, is_open: bool) -> None:
    assert SHOP.is_open(at(now)) is is_open
    assert SHOP.opens_at(at(now)) == at(opens)


def test_a_holiday_is_closed() -> None:
    hours = Hours(LONDON, SHOP.week, frozenset({date(2026, 11, 24)}))
    assert not hours.is_open(at("2026-11-24 10:00"))
    assert hours.opens_at(at("2026-11-23 21:00")) == at("2026-11-25 08:00")


def test_a_week_of_holidays_without_end_never_opens() -> None:
    days = frozenset(date.fromordinal(date(2026, 1, 1).toordinal() + n) for n in range(900))
    hours = Hours(LONDON, SHOP.week, days)
    assert hours.opens_at(at("2026-11-23 10:00")) is None
    assert hours.after(at("2026-11-23 10:00"), 5) is None


@pytest.mark.parametrize(
    ("now", "minutes", "due"),
    [
        ("2026-11-23 10:00", 5, "2026-11-23 10:05"),
        ("2026-11-23 19:58", 5, "2026-11-24 08:03"),
        ("2026-11-23 20:00", 0.5, "2026-11-24 08:00:30"),
        ("2026-11-28 11:50", 30, "2026-11-28 13:50"),
        ("2026-11-27 19:00", 60 * 5, "2026-11-28 14:30"),
    ],
)
def test_only_open_minutes_count(now: str, minutes: float, due: str) -> None:
    assert SHOP.after(at(now), minutes) == at(due)


def test_day_and_night_is_always_open_also_when_clocks_change() -> None:
    for now in ("2026-03-29 01:30", "2026-10-25 01:30", "2026-12-25 23:59:59"):
        assert ALWAYS.is_open(at(now))
    assert ALWAYS.after(at("2026-03-29 00:30"), 60) == at("2026-03-29 02:30")
    assert str(ALWAYS) == "day and night"


def test_hours_read_like_a_door_sign() -> None:
    assert str(SHOP) == "Mon–Fri 8–20, Sat 9–12 and 13:30–17"
    assert str(Hours(LONDON, parse_week({"sun": "22:15-24"}))) == "Sun 22:15–24"


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        ({"mon": "20-8"}, "ends before it starts"),
        ({"mon": "8"}, "no span"),
        ({"mon": "8-25"}, "no time"),
        ({"noday": "8-20"}, "is no day"),
        ({"fri-mon": "8-20"}, "runs backwards"),
        ({"mon": "8-20", "mon-tue": "9-17"}, "named twice"),
        ({"mon": "8-12, 11-20"}, "overlap"),
        ({"mon": "8-24, 11-20"}, "overlap"),
        ({}, "no day has hours"),
        ("sometimes", "neither"),
    ],
)
def test_hours_that_make_no_sense_are_refused(hours: str | dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_week(hours)


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("2026-11-23 14:05", "today at 14:05"),
        ("2026-11-24 08:00", "tomorrow at 8:00"),
        ("2026-11-28 09:30", "on Saturday at 9:30"),
        ("2026-12-01 08:00", "on 1 December at 8:00"),
    ],
)
def test_a_time_to_come_is_said_as_customers_say_it(then: str, words: str) -> None:
    assert day_words(at(then), at("2026-11-23 10:00"), LONDON) == words
