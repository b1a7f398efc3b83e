from datetime import timedelta
from typing import Any

from bot.insights.weeks import Weeks
from bot.measure.log_rows import rows_of
from tests.bot.insights.conftest import START

ASK = ("c", "where do I park")


def test_a_week_stands_beside_the_one_before_and_what_is_unknown_is_named(said: Any) -> None:
    before = [said(ASK, ("a", "handoff", "no_article")) for _ in range(2)]
    now = [said(ASK, ("a", "handoff", "no_article"), days=7) for _ in range(3)]
    rows = rows_of(each.logged() for each in (*before, *now))
    weeks = Weeks(rows, START + timedelta(days=9), None)
    assert next(weeks.begun()).startswith("3 episodes began in the last seven days, 2 in the seven")
    lines = list(weeks.table(("unmet_handoff", "fcr")))
    assert lines[2].startswith("| Unmet handoff | 100.0 % | ")
    assert lines[2].endswith(" | 100.0 % |")
    assert lines[-1] == "Not known yet: fcr."
    assert list(weeks.table(("fcr",))) == ["", "Not known yet: fcr."]
