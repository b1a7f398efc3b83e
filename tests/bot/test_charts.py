import re
from collections.abc import Callable

import pytest

from bot.charts import Bin, Line, bars, lines, reliability, trend
from bot.estimate import share, unknown

ESTIMATES = {"Verified": share(70, 100), "<False> & co": share(2, 100), "Unknown": unknown("no")}

DRAWN: dict[str, Callable[[], str]] = {
    "bars": lambda: bars(ESTIMATES, 'Shares <of> "all"'),
    "lines": lambda: lines(
        [Line("found", [(0, 0), (1, 0.04)]), Line("ideal", [(0, 0), (1, 0.04)], dashed=True)],
        "Risk",
        "answered",
        "wrong",
    ),
    "reliability": lambda: reliability([Bin(0.9, share(95, 100))], "Reliability"),
    "trend": lambda: trend([("2026-01-01", share(5, 9)), ("2026-01-02", unknown("no"))], "Trend"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_one_named_picture_without_script_style_or_network(name: str) -> None:
    svg = DRAWN[name]()
    assert svg.startswith("<svg ")
    assert svg.count('role="img"') == 1
    assert 'aria-label="' in svg
    assert not re.search(r"<script|style=|href=|url\(| id=|<image", svg)
    assert DRAWN[name]() == svg


def test_what_is_drawn_is_named_and_told() -> None:
    svg = DRAWN["bars"]()
    assert 'aria-label="Shares &lt;of&gt; &quot;all&quot;"' in svg
    assert "70.0 %" in svg
    assert "&lt;False&gt; &amp; co" in svg
    assert ">–<" in svg
