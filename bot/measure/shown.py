"""A number in words: its unit, its interval, what was counted out of what."""

from bot.estimate import Estimate
from bot.measure.metric import Unit

_SHORT = {word: word.upper() for word in ("csat", "fcr", "qa", "sla")}
_CENTS = 10.0
"""Money from here on is shown in hundredths, less of it in ten-thousandths."""


def words(name: str) -> str:
    """A metric's name in words."""
    told = " ".join(_SHORT.get(word, word) for word in name.split("_"))
    return told[:1].upper() + told[1:]


def amount(value: float | None, unit: Unit) -> str:
    """A number in its unit."""
    if value is None:
        return "–"
    match unit:
        case Unit.SHARE:
            return f"{100 * value:.1f} %"
        case Unit.SECONDS:
            return f"{value:,.1f} s"
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.MONEY:
            return f"{value:,.4f}" if abs(value) < _CENTS else f"{value:,.2f}"
        case Unit.SCORE:
            return f"{value:.2f}"


def interval(found: Estimate, unit: Unit) -> str:
    """The interval, or why there is none."""
    if found.low is None or found.high is None:
        return found.reason
    return f"{amount(found.low, unit)} – {amount(found.high, unit)}"


def counted(found: Estimate) -> str:
    """What was counted, out of what."""
    if found.denominator is None:
        return f"n = {found.n:,}"
    return f"{found.numerator or 0:,.10g} / {found.denominator:,.10g}"
