import csv
import io
from typing import Any

import pytest

from bot.insights.drivers import as_csv, as_markdown, change_of, find_drivers, told_change

PARK = ("c", "where do I park")


def drivers(said: Any, *, name: str = "park", owner: str = "yard-team") -> Any:
    older = [said(PARK, ("a", "answer", "parking"), days=-10) for _ in range(4)]
    newer = [said(PARK, ("a", "handoff", "no_article")) for _ in range(8)]
    far = said(("c", "hm"), ("a", "handoff", "high_risk"), days=-26.5)
    test = said(PARK, ("a", "answer", "parking"), is_test=True)
    rows = [(each, name) for each in (*older, *newer, test)]
    return find_drivers([*rows, (far, "other")], {name: owner}, 4.0)


def test_drivers_are_priced_and_compared_with_the_week_before(said: Any) -> None:
    park, other = drivers(said)
    assert (park.name, park.owner, park.contacts) == ("park", "yard-team", 12)
    assert park.share.value == pytest.approx(12 / 13)
    assert park.yearly == pytest.approx(12 * 365 / 26.5, rel=0.01)
    assert park.cost_year == park.yearly * 4
    assert (park.week, park.week_before, park.change.value) == (8, 4, 1.0)
    assert told_change(park) == "+100% (-40% to +564%, may be chance)"
    assert (park.article.numerator, park.agent.numerator) == (8, 0)
    assert (other.article.numerator, other.agent.numerator) == (0, 1)
    assert other.change.reason == "there was none the week before"


def test_a_short_window_tells_no_change(said: Any) -> None:
    (one,) = find_drivers([(said(PARK), "park")], {}, 4.0)
    assert (one.week_before, one.change.value) == (None, None)
    assert find_drivers([], {}, 4.0) == ()


def test_a_change_is_sure_where_counts_are_large() -> None:
    sure = change_of(200, 100)
    assert sure.value == 1.0
    assert sure.low is not None
    assert sure.low > 0
    assert change_of(0, 3).value == -1.0


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a", "\tx", " =1+1", "\u00a0@a"])
def test_no_cell_is_a_formula(said: Any, name: str) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(drivers(said, name=name, owner=name)))))
    assert (rows[0]["driver"], rows[0]["owner"]) == (f"'{name}", f"'{name}")


def test_the_table_for_mail_keeps_its_columns(said: Any) -> None:
    table = as_markdown(drivers(said, name="a|b"), "$").splitlines()
    assert len(table) == 4
    assert table[2].startswith("| a\\|b | 12 |")


def test_the_record_holds_the_conversations_behind_the_number(said: Any) -> None:
    record = drivers(said)[0].record()
    assert len(record["conversation_ids"]) == record["contacts"] == 12
    assert record["article_could_end"]["n"] == 12
