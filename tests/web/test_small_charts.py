import re

from bot.estimate import share
from bot.insights.ends import End
from bot.web.small_charts import bars, ends_bar


def test_a_bar_stands_under_its_whole_name() -> None:
    name = "balance not updated after cheque or cash deposit"
    drawn = bars([(name, 4.0, "$4 a year"), ("<b>", 2.0, "$2 a year")], "Money")
    assert f">{name}</text>" in drawn
    assert "&lt;b&gt;" in drawn
    wide = [
        float(each) for each in re.findall(r'<rect class="fill" x="0" [^>]*width="([^"]+)"', drawn)
    ]
    assert wide[0] == 2 * wide[1]


def test_shares_fill_their_bar_and_none_is_drawn_without_width() -> None:
    drawn = ends_bar({End.ANSWERED: share(1, 4), End.AGENT: share(0, 4), End.UNKNOWN: share(3, 4)})
    assert re.findall(r'class="(\w+)" x="(\w+)" width="(\w+)"', drawn) == [
        ("answered", "0", "25"),
        ("unknown", "25", "75"),
    ]
