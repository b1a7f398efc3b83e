import csv
import io
from typing import Any

import pytest

from bot.insights.costs import ContactCosts
from bot.insights.driver_tables import as_csv, as_markdown, driver_record, told_change
from bot.insights.drivers import DriverReport, find_drivers
from bot.insights.ends import End
from bot.insights.rates import change_of

PARK = ("c", "where do I park")
COSTS = ContactCosts()


def drivers(said: Any, *, name: str = "park", owner: str = "yard-team") -> DriverReport:
    older = [said(PARK, ("a", "answer", "parking"), days=-10) for _ in range(4)]
    newer = [said(PARK, ("a", "handoff", "no_article")) for _ in range(8)]
    far = said(("c", "hm"), ("a", "handoff", "high_risk"), days=-26.5)
    test = said(PARK, ("a", "answer", "parking"), is_test=True)
    rows = [(each, name) for each in (*older, *newer, test)]
    return find_drivers([*rows, (far, "other")], {name: owner}, COSTS)


def test_drivers_are_priced_and_compared_with_the_week_before(said: Any) -> None:
    park, other = drivers(said).drivers
    assert (park.name, park.owner, park.contacts) == ("park", "yard-team", 12)
    assert park.share.value == pytest.approx(12 / 13)
    assert park.yearly is not None
    assert park.yearly == pytest.approx(12 * 365 / 26.5, rel=0.01)
    assert (park.cost, park.media) == (48, {"chat": 12})
    assert park.cost_year == pytest.approx(park.yearly * 4)
    assert park.article_saves == pytest.approx(8 / 12 * park.yearly * 3.9)
    assert park.product_saves == 0
    assert (park.week, park.week_before, park.change.value) == (8, 4, 1.0)
    assert told_change(park) == "+100% (-40% to +564%, may be chance)"
    assert {end.value: found.numerator for end, found in park.ends.items()} == {
        "answered": 4, "article": 8, "product": 0, "agent": 0, "unknown": 0
    }  # fmt: skip
    assert other.ends[End.AGENT].value == 1
    assert other.change.reason == "there was none the week before"


def test_a_short_window_tells_no_change_and_no_year(said: Any) -> None:
    report = find_drivers([(said(PARK), "park")], {}, COSTS)
    (one,) = report.drivers
    assert (one.week_before, one.change.value) == (None, None)
    assert (one.cost, one.yearly, one.cost_year, one.article_saves) == (4, None, None, None)
    assert "after the first full week, on 08 October 2026" in as_markdown(report, "$")
    assert find_drivers([], {}, COSTS).drivers == ()


def test_a_change_is_sure_where_counts_are_large() -> None:
    sure = change_of(200, 100)
    assert sure.value == 1.0
    assert sure.low is not None
    assert sure.low > 0
    assert change_of(0, 3).value == -1.0


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a", "\tx", " =1+1", "\u00a0@a"])
def test_no_cell_is_a_formula(said: Any, name: str) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(drivers(said, name=name, owner=name).drivers))))
    assert (rows[0]["driver"], rows[0]["owner"]) == (f"'{name}", f"'{name}")


def test_the_table_for_mail_keeps_its_columns(said: Any) -> None:
    table = as_markdown(drivers(said, name="a|b"), "$").splitlines()
    assert len(table) == 4
    assert table[2].startswith("| a\\|b | 12 |")


def test_the_record_holds_the_conversations_behind_the_number(said: Any) -> None:
    record: dict[str, Any] = driver_record(drivers(said).drivers[0])
    assert len(record["conversation_ids"]) == record["contacts"] == 12
    assert record["article_could_end"]["n"] == 12
    assert [record[f"{who}_end"]["value"] for who in ("product_could", "unknown")] == [0, 0]
