"""Charts as SVG text for reports and staff pages: no script, no network, light and dark.

Drawn by Altair and vl-convert. Colours stand in the SVG as the attributes named here; a page's
stylesheet maps them, so that one picture serves both schemes: ``bot/web/static/staff/insights.css``
and the report. Loading this module takes a second, so whoever draws imports it late.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import vl_convert

from bot.estimate import Estimate

INK, SOFT, LINE, FILL, BAND, BAD = (
    "#1d2421",
    "#56605b",
    "#dcdfdb",
    "#0b6e5f",
    "#bcd9d3",
    "#a32020",
)
SECOND = "#8a5a00"
SERIES = (FILL, SECOND, BAD, SOFT)
_LABELS = re.compile(r' (?:aria-[a-z]+|role)="[^"]*"')
_WIDTH = 320
_HEIGHT = 200
_ROW = 26
_MOST_LABEL = 34
_VERSION = "_".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
"""Version of Vega-Lite that Altair writes, as vl-convert names it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of points.

    Attributes:
        name: Its label.
        points: Along and up.
        dashed: Whether it is there to compare with.
    """

    name: str
    points: Sequence[tuple[float, float]]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages of like confidence.

    Attributes:
        confidence: Their mean.
        right: Share that was right, with its interval.
    """

    confidence: float
    right: Estimate


def bars(estimates: Mapping[str, Estimate], title: str) -> str:
    """Shares as bars from 0 to 100 %, with their intervals; unknown ones stand without a bar.

    Args:
        estimates: By label, from the top.
        title: For who can't see it.
    """
    rows = [
        {
            "name": _short(name),
            "value": each.value,
            "low": each.low,
            "high": each.high,
            "said": "–" if each.value is None else f"{100 * each.value:.1f} %",
        }
        for name, each in estimates.items()
    ]
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=220))
    )
    share = alt.X("value:Q", scale=alt.Scale(domain=[0, 1]), title=None, axis=_percent())
    layers = (
        base.mark_bar(color=FILL, height=12).encode(x=share)
        + base.mark_rule(color=INK, strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
        + base.mark_text(color=INK, align="left", dx=4).encode(x=alt.value(_WIDTH), text="said:N")
    )
    return _svg(layers.properties(width=_WIDTH, height=max(1, len(rows)) * _ROW), title)


def lines(drawn: Sequence[Line], title: str, along: str, up: str, top: float | None = None) -> str:
    """Lines over shares, each with its name at its end.

    Args:
        drawn: The lines.
        title: For who can't see it.
        along: What goes along.
        up: What goes up.
        top: Highest share shown.
    """
    highest = max((y for line in drawn for _, y in line.points), default=1.0)
    scale = alt.Scale(domain=[0, top if top is not None else max(0.01, 1.15 * highest)])
    layers = []
    for place, line in enumerate(drawn):
        colour = SERIES[place % len(SERIES)]
        rows = [{"x": x, "y": y, "name": line.name} for x, y in line.points]
        chart = alt.Chart(_data(rows)).encode(
            x=alt.X("x:Q", title=along, scale=alt.Scale(domain=[0, 1]), axis=_percent()),
            y=alt.Y("y:Q", title=up, scale=scale, axis=_percent(fine=True)),
        )
        dash = [4, 3] if line.dashed else [1, 0]
        layers.append(
            chart.mark_line(
                color=colour, strokeWidth=2, strokeDash=dash, interpolate="linear"
            ).encode(order="x:Q")
        )
        end = alt.Chart(_data(rows[-1:])).encode(x="x:Q", y="y:Q", text="name:N")
        layers.append(end.mark_text(color=colour, align="right", dy=-8 - 12 * (place % 4)))
    return _svg(alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT), title)


def reliability(bins: Sequence[Bin], title: str) -> str:
    """How often answers of each confidence were right; on the dashed line they would be as said."""
    axis = _percent()
    ideal = alt.Chart(_data([{"x": 0, "y": 0}, {"x": 1, "y": 1}])).mark_line(
        color=SOFT, strokeDash=[4, 3]
    )
    share = alt.Scale(domain=[0, 1])
    ideal = ideal.encode(
        x=alt.X("x:Q", title="confidence", scale=share, axis=axis),
        y=alt.Y("y:Q", title="right", scale=share, axis=axis),
    )
    rows = [
        {
            "x": each.confidence,
            "y": each.right.value,
            "low": each.right.low,
            "high": each.right.high,
            "n": each.right.n,
        }
        for each in bins
        if each.right.value is not None
    ]
    base = alt.Chart(_data(rows)).encode(x="x:Q")
    layers = (
        ideal
        + base.mark_rule(color=INK, strokeWidth=1.5).encode(y="low:Q", y2="high:Q")
        + base.mark_point(color=FILL, filled=True, size=60, opacity=1).encode(y="y:Q")
    )
    return _svg(layers.properties(width=_WIDTH, height=_WIDTH * 3 // 4), title)


def trend(points: Sequence[tuple[str, Estimate]], title: str) -> str:
    """A share over time, with its interval as a band.

    Args:
        points: Day (as ``2026-01-31``) and estimate; days without a value leave a gap.
        title: For who can't see it.
    """
    rows = [
        {"day": day, "value": each.value, "low": each.low, "high": each.high}
        for day, each in points
        if each.value is not None
    ]
    day = alt.X("day:T", title=None, axis=alt.Axis(format="%d %b", tickCount=5))
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(_data(rows)).encode(x=day)
    layers = base.mark_area(color=BAND, opacity=1).encode(
        y=alt.Y("low:Q", scale=scale, title=None, axis=_percent()), y2="high:Q"
    ) + base.mark_line(color=FILL, strokeWidth=2, point=alt.OverlayMarkDef(color=FILL)).encode(
        y=alt.Y("value:Q", scale=scale)
    )
    return _svg(layers.properties(width=_WIDTH, height=_HEIGHT * 3 // 4), title)


def _data(rows: Sequence[Mapping[str, object]]) -> alt.Data:
    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]  # Altair names no types here


def _percent(*, fine: bool = False) -> alt.Axis:
    return alt.Axis(format=".1~%" if fine else ".0%", tickCount=5)


def _short(name: str) -> str:
    return name if len(name) <= _MOST_LABEL else f"{name[: _MOST_LABEL - 1]}…"


def _svg(chart: alt.LayerChart | alt.FacetChart, title: str) -> str:
    """The chart as SVG that scales with its page, named for who can't see it."""
    styled = chart.configure(
        background="transparent",
        font="system-ui, sans-serif",
        padding={"left": 24, "right": 12, "top": 4, "bottom": 4},
    ).configure_view(stroke=None)
    styled = styled.configure_axis(
        labelColor=SOFT,
        titleColor=SOFT,
        gridColor=LINE,
        domainColor=LINE,
        tickColor=LINE,
        labelFontSize=11,
        titleFontSize=11,
        titleFontWeight="normal",
    )
    drawn = vl_convert.vegalite_to_svg(styled.to_dict(), vl_version=_VERSION)
    return _named(drawn, title)


def _named(svg: str, title: str) -> str:
    head, _, rest = svg.partition(">")
    box = head.partition('viewBox="')[2].partition('"')[0]
    width = box.split()[2]
    label = (
        title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    )
    opened = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="{label}" '
        f'viewBox="{box}" width="{width}"'
    )
    # What is inside is told by the label; Vega's own labels would read out every tick.
    return f"{opened}>{_unlabelled(rest)}"


def _unlabelled(svg: str) -> str:
    return _LABELS.sub("", svg)
