"""Small charts as SVG text: plain enough to be drawn while a page is made, without a library.

Colours come from classes of the stylesheet, so one picture serves light and dark. Every chart
stands beside a table or a sentence with its numbers; its label says only what it shows.
"""

from collections.abc import Mapping, Sequence
from html import escape

from markupsafe import Markup

from bot.estimate import Estimate

_WIDTH, _HEIGHT, _FOOT, _HEAD = 420, 150, 20, 18
_BAR_ROW, _BAR_WIDTH, _BAR_SAID = 40, 360, 112
_SHOWN = 480
_SHARE = 100
_LEAST_POINTS = 2
_MOST_NAMED = 6


def columns(points: Sequence[tuple[str, float]], title: str) -> Markup:
    """Counts over time as columns, the highest and the last with their number.

    Args:
        points: Name and count of each, from the left.
        title: For who can't see it.
    """
    if not points:
        return Markup()
    top = max(1.0, *(count for _, count in points))
    step = _WIDTH / len(points)
    named = -(-len(points) // _MOST_NAMED)
    highest = max(range(len(points)), key=lambda place: points[place][1])
    ground = _HEIGHT - _FOOT
    room = ground - _HEAD
    parts = [f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{ground}" y2="{ground}"/>']
    for place, (name, count) in enumerate(points):
        tall = room * count / top
        left, y = place * step, ground - tall
        parts.append(
            f'<rect class="fill" x="{_at(left + step * 0.15)}" y="{_at(y)}" '
            f'width="{_at(step * 0.7)}" height="{_at(tall)}"/>'
        )
        if place in {highest, len(points) - 1}:
            parts.append(_text("said", left + step / 2, y - 5, f"{count:,.0f}"))
        if place % named == 0:
            parts.append(_text("name", left + step / 2, _HEIGHT - 4, name))
    return _svg(parts, _WIDTH, _HEIGHT, title)


def bars(rows: Sequence[tuple[str, float, str]], title: str) -> Markup:
    """Amounts as bars, each under its name, which so may be long, and with what it says beside it.

    Args:
        rows: Name, amount and the amount in words, from the top.
        title: For who can't see it.
    """
    top = max((amount for _, amount, _ in rows), default=0.0) or 1.0
    room = _BAR_WIDTH - _BAR_SAID
    parts = []
    for place, (name, amount, said) in enumerate(rows):
        y = place * _BAR_ROW
        wide = room * max(0.0, amount) / top
        parts.append(_text("name start", 0, y + 14, name))
        parts.append(f'<rect class="fill" x="0" y="{y + 20}" width="{_at(wide)}" height="14"/>')
        parts.append(_text("said start", wide + 8, y + 31, said))
    return _svg(parts, _BAR_WIDTH, max(1, len(rows)) * _BAR_ROW, title)


def sparkline(counts: Sequence[float]) -> Markup:
    """Counts over time as a thin line, to stand beside its numbers."""
    if len(counts) < _LEAST_POINTS:
        return Markup()
    top, step = max(1.0, *counts), _SHARE / (len(counts) - 1)
    points = [
        f"{_at(place * step)},{_at(22 - 20 * each / top)}" for place, each in enumerate(counts)
    ]
    return Markup(  # noqa: S704  numbers alone
        f'<svg class="sparkline" viewBox="-2 0 {_SHARE + 4} 24" width="{_SHARE}" height="24" '
        f'aria-hidden="true"><polyline points="{" ".join(points)}"/></svg>'
    )


def share_bar(value: float, low: float | None, high: float | None) -> Markup:
    """A share from 0 to 100 % with its interval, to stand beside the same in words."""
    parts = [
        f'<rect class="ground" width="{_SHARE}" height="12"/>',
        f'<rect class="fill" width="{_at(_SHARE * value)}" height="12"/>',
    ]
    if low is not None and high is not None:
        ends = f'x1="{_at(_SHARE * low)}" x2="{_at(_SHARE * high)}"'
        parts.append(f'<line class="whisker" {ends} y1="6" y2="6"/>')
    return Markup(  # noqa: S704  numbers alone
        f'<svg class="share" viewBox="0 0 {_SHARE} 12" width="{_SHARE}" height="12" '
        f'aria-hidden="true">{"".join(parts)}</svg>'
    )


def ends_bar(shares: Mapping[str, Estimate]) -> Markup:
    """Shares that are all together, side by side, to stand beside the same in words.

    Args:
        shares: By the class of its colour.
    """
    parts, at = [], 0.0
    for name, found in shares.items():
        wide = _SHARE * (found.value or 0.0)
        if wide:
            parts.append(
                f'<rect class="{escape(name)}" x="{_at(at)}" width="{_at(wide)}" height="12"/>'
            )
        at += wide
    return Markup(  # noqa: S704  the only text in it was escaped
        f'<svg class="ends" viewBox="0 0 {_SHARE} 12" width="{2 * _SHARE}" height="12" '
        f'preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg>'
    )


def _text(kind: str, x: float, y: float, words: str) -> str:
    return f'<text class="{kind}" x="{_at(x)}" y="{_at(y)}">{escape(words)}</text>'


def _at(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _svg(parts: Sequence[str], width: int, height: int, title: str, shown: int = _SHOWN) -> Markup:
    return Markup(  # noqa: S704  every text in it was escaped
        f'<svg class="small-chart" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {width} {height}" width="{_SHOWN}">{"".join(parts)}</svg>'
    )
